"""Heartbeats: which servers are alive."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy

from core.store.heartbeat import MAX_MISSED_BEATS, has_ended
from core.store.tables import Server
from tests.core.store.runs import EVENTS, LIMIT, TOKEN, miss_beats


def test_a_server_that_beats_keeps_its_runs(servers):
    first, second = servers
    for _ in range(3 * MAX_MISSED_BEATS):
        first.heartbeat.beat()
        second.heartbeat.beat()
    assert second.heartbeat.is_alive(first.heartbeat.server_id)
    assert second.take_over(TOKEN) is None
    assert second.load_run(TOKEN).events == EVENTS[:6]


def test_missed_beats_count_only_in_succession(servers):
    first, second = servers
    for _ in range(3):
        first.heartbeat.beat()
        for _ in range(MAX_MISSED_BEATS):  # at the first it has not been missed
            second.heartbeat.beat()
        assert second.heartbeat.is_alive(first.heartbeat.server_id)


def test_a_server_that_closes_is_gone_at_once(servers):
    first, second = servers
    first.close()
    second.heartbeat.beat()
    assert not second.heartbeat.is_alive(first.heartbeat.server_id)
    assert second.take_over(TOKEN).events == EVENTS[:6]


def test_a_server_that_has_closed_beats_no_more(servers, open_store, monkeypatch):
    monkeypatch.setattr("core.store.heartbeat.BEAT_SECONDS", 0.0)
    third = open_store()
    beating = [thread for thread in threading.enumerate() if thread.name == "heartbeat"]
    third.close()
    assert len([thread for thread in beating if thread.is_alive()]) == len(beating) - 1
    with servers[0].database.session() as session:
        names = session.scalars(sqlalchemy.select(Server.name)).all()
    assert third.heartbeat.server_id not in names


def test_while_the_database_is_unreachable_no_server_is_taken_for_gone(servers, monkeypatch):
    first, second = servers
    with monkeypatch.context() as patch:
        patch.setattr(second.database, "check_file", lambda: Path("/nowhere/at/all").stat())
        for _ in range(3 * MAX_MISSED_BEATS):
            with pytest.raises(OSError, match="nowhere"):
                second.heartbeat.beat()
    assert second.heartbeat.is_alive(first.heartbeat.server_id)
    second.heartbeat.beat()
    assert second.take_over(TOKEN) is None


def test_the_process_id_of_a_server_tells_whether_it_has_ended():
    own = f"here/{os.getpid()}/me"
    assert not has_ended(own, own)
    assert has_ended(f"here/{os.getpid()}/another", own)
    assert not has_ended(f"here/{os.getppid()}/parent", own)
    assert not has_ended("elsewhere/1/x", own)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert has_ended(f"here/{ended.pid}/x", own)
    assert not has_ended(f"elsewhere/{ended.pid}/x", own)


def test_a_server_whose_process_id_says_nothing_is_left_to_its_heartbeat(monkeypatch):
    monkeypatch.setattr("core.store.heartbeat.pid_exists", lambda pid: None)
    assert not has_ended("here/1/x", f"here/{os.getpid()}/me")


def test_commands_go_to_the_server_that_trains_the_run(servers):
    first, second = servers
    received: list[tuple[str, str, str]] = []
    for name, store in (("first", first), ("second", second)):
        store.subscribe(
            lambda token, command, name=name: received.append((name, token, command["do"])), print
        )
    for do in ("pause", "advance", "resume"):
        second.send_command(TOKEN, {"do": do})
    second.send_command("z" * 22, {"do": "stop"})
    second.send_command("no token", {"do": "stop"})
    assert second.writer.flush(LIMIT)
    second.heartbeat.beat()
    assert received == []
    first.heartbeat.beat()
    assert received == [("first", TOKEN, do) for do in ("pause", "advance", "resume")]
    second.send_command(TOKEN, {"do": "stop"})
    assert second.writer.flush(LIMIT)
    miss_beats(first, second)
    assert second.take_over(TOKEN)
    second.heartbeat.beat()
    assert received[3:] == [("second", TOKEN, "stop")]
