"""Several servers on one database: who lives, whose a run is, and how it goes to another."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy

from core.events import decode, failed
from core.spec import Spec
from core.store import Store
from core.store.heartbeat import MAX_MISSED_BEATS, has_ended
from core.store.tables import Checkpoint, Command, Server
from core.store.takeover import MAX_MOVES, ORPHANED, TOO_MANY_MOVES
from tests.core.store.test_store import LIMIT, LINES, OTHER, ROOT, SPEC, TOKEN, told

HELD = 4


@pytest.fixture(autouse=True)
def machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every store is a server on a machine of its own, and beats when it is told to."""
    numbers = count()
    monkeypatch.setattr("core.store.heartbeat._host_id", lambda: f"machine-{next(numbers)}")
    monkeypatch.setattr("core.store.heartbeat.BEAT_SECONDS", 3600.0)


@pytest.fixture
def servers(opened: Callable[[], Store]) -> Iterator[tuple[Store, Store]]:
    """Two that know each other; the first trains a run."""
    first, second = opened(), opened()
    told(first, TOKEN, LINES[:6])
    first.save_checkpoint(TOKEN, HELD, b"state")
    assert first.writer.flush(LIMIT)
    second.heartbeat.beat()
    yield first, second


def vanish(store: Store, *witnesses: Store) -> None:
    """A server beats no more, until the others are sure of it."""
    assert all(witness.heartbeat.is_alive(store.heartbeat.server_id) for witness in witnesses)
    for _ in range(MAX_MISSED_BEATS + 1):  # the first sees its last sign
        for witness in witnesses:
            witness.heartbeat.beat()
    assert not any(witness.heartbeat.is_alive(store.heartbeat.server_id) for witness in witnesses)


def test_a_server_that_beats_keeps_its_runs(servers):
    first, second = servers
    for _ in range(3 * MAX_MISSED_BEATS):
        first.heartbeat.beat()
        second.heartbeat.beat()
    assert second.heartbeat.is_alive(first.heartbeat.server_id)
    assert second.take_over(TOKEN) is None
    assert second.load_run(TOKEN).events == LINES[:6]


def test_a_server_that_vanishes_leaves_its_runs_to_one_other(servers, opened):
    first, second = servers
    third = opened()
    first.record_command(TOKEN, {"do": "pause"})
    first.record_command(TOKEN, {"do": "pace", "pace": 4.0})
    assert first.writer.flush(LIMIT)
    vanish(first, second, third)
    with ThreadPoolExecutor(2) as threads:
        taken = list(threads.map(lambda store: store.take_over(TOKEN), (second, third)))
    assert sorted(kept is None for kept in taken) == [False, True]
    (kept,) = filter(None, taken)
    assert kept.events == LINES[:6]
    assert (kept.checkpoint_events, kept.checkpoint, kept.spec) == (HELD, b"state", SPEC)
    assert (kept.run.paused, kept.run.pace, kept.run.owner) == (True, 4.0, "me")


def test_a_server_that_was_only_asleep_learns_what_it_has_lost(servers):
    first, second = servers
    lost: list[str] = []
    first.subscribe(lambda token, order: None, lost.append)
    vanish(first, second)
    assert second.take_over(TOKEN)
    first.append_event(TOKEN, LINES[6])
    first.save_checkpoint(TOKEN, 7, b"another")
    assert first.writer.flush(LIMIT)
    first.append_event(TOKEN, LINES[7])
    assert first.writer.flush(LIMIT)
    assert lost == [TOKEN]
    assert second.load_run(TOKEN).events == LINES[:6]
    for line in LINES[6:]:
        second.append_event(TOKEN, line)
    assert second.writer.flush(LIMIT)
    assert first.load_run(TOKEN).events == LINES
    first.heartbeat.beat()
    second.heartbeat.beat()
    assert second.heartbeat.is_alive(first.heartbeat.server_id)


def test_a_server_that_ends_in_peace_is_known_to_be_gone_at_once(servers):
    first, second = servers
    first.close()
    second.heartbeat.beat()
    assert not second.heartbeat.is_alive(first.heartbeat.server_id)
    assert second.take_over(TOKEN).events == LINES[:6]


def test_a_server_that_has_closed_beats_no_more(servers, opened, monkeypatch):
    monkeypatch.setattr("core.store.heartbeat.BEAT_SECONDS", 0.0)
    third = opened()
    beating = [thread for thread in threading.enumerate() if thread.name == "heartbeat"]
    third.close()
    assert len([thread for thread in beating if thread.is_alive()]) == len(beating) - 1
    with servers[0].database.session() as session:
        assert (
            third.heartbeat.server_id not in session.scalars(sqlalchemy.select(Server.name)).all()
        )


def test_a_database_out_of_reach_is_nobodys_death(servers, monkeypatch):
    first, second = servers
    with monkeypatch.context() as away:
        away.setattr(second.database, "check_file", lambda: Path("/nowhere/at/all").stat())
        for _ in range(3 * MAX_MISSED_BEATS):
            with pytest.raises(OSError, match="nowhere"):
                second.heartbeat.beat()
    assert second.heartbeat.is_alive(first.heartbeat.server_id)
    second.heartbeat.beat()
    assert second.take_over(TOKEN) is None


@pytest.mark.parametrize("since", range(len(LINES) + 1))
def test_news_are_read_from_any_event_on(servers, since):
    first, second = servers
    first.append_event(TOKEN, LINES[6])
    assert first.writer.flush(LIMIT)
    assert second.load_run(TOKEN, min(since, 7)).events == LINES[min(since, 7) : 7]
    for line in LINES[7:]:
        first.append_event(TOKEN, line)
    assert first.writer.flush(LIMIT)
    assert second.load_run(TOKEN, since).events == LINES[since:]
    assert first.load_run(TOKEN, since).events == LINES[since:]


def test_orders_go_to_the_server_that_has_the_run(servers):
    first, second = servers
    heard: list[tuple[str, str, str]] = []
    for name, store in (("first", first), ("second", second)):
        store.subscribe(
            lambda token, order, name=name: heard.append((name, token, order["do"])), print
        )
    for do in ("pause", "advance", "resume"):
        second.send_command(TOKEN, {"do": do})
    second.send_command("z" * 22, {"do": "stop"})
    second.send_command("no token", {"do": "stop"})
    assert second.writer.flush(LIMIT)
    second.heartbeat.beat()
    assert heard == []
    first.heartbeat.beat()
    assert heard == [("first", TOKEN, do) for do in ("pause", "advance", "resume")]
    second.send_command(TOKEN, {"do": "stop"})
    assert second.writer.flush(LIMIT)
    vanish(first, second)
    assert second.take_over(TOKEN)
    second.heartbeat.beat()
    assert heard[3:] == [("second", TOKEN, "stop")]


def test_a_run_that_outlives_too_many_servers_ends(servers, opened):
    _, store = servers
    for _ in range(MAX_MOVES):
        with store.database.session() as session:
            session.execute(sqlalchemy.delete(Server))
        kept = store.take_over(TOKEN)
        assert kept.run.outcome is None
        assert store.take_over(TOKEN).events == LINES[:6]  # its own, once more
        store = opened()
    with store.database.session() as session:
        session.execute(sqlalchemy.delete(Server))
    kept = store.take_over(TOKEN)
    assert (kept.run.outcome, kept.run.reason) == ("failed", TOO_MANY_MOVES)
    assert decode(kept.events[-1]) == failed(TOO_MANY_MOVES)
    assert store.take_over(TOKEN) is None


def test_a_run_that_nobody_asks_for_ends_after_a_day(servers, opened, monkeypatch):
    first, _ = servers
    first.add_run(OTHER, SPEC)
    first.set_owner(OTHER, "me", None)
    assert first.writer.flush(LIMIT)
    first.close()
    assert opened().load_run(OTHER).run.outcome is None
    monkeypatch.setattr("core.store.writer.ORPHAN_SECONDS", -1)
    store = opened()
    assert decode(store.load_run(TOKEN).events[-1]) == failed(ORPHANED)
    assert store.load_run(OTHER).run.outcome == "failed"


def test_nothing_is_left_of_a_run_that_ended(servers):
    first, second = servers
    second.send_command(TOKEN, {"do": "pause"})
    assert second.writer.flush(LIMIT)
    for line in LINES[6:]:
        first.append_event(TOKEN, line)
    assert first.writer.flush(LIMIT)
    first.heartbeat.beat()
    with second.database.session() as session:
        for table in (Checkpoint, Command):
            assert session.scalars(sqlalchemy.select(table)).all() == []


STARTED = "import sys; from core.store import Store; print(Store(sys.argv[1]).writer.flush(20))"


def test_two_servers_that_start_at_once_make_the_tables_once(url):
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", STARTED, url], cwd=ROOT, stdout=subprocess.PIPE, stderr=-1
        )
        for _ in range(2)
    ]
    said = [program.communicate() for program in programs]
    assert [out for out, _ in said] == [b"True\n"] * 2
    assert not [err for _, err in said if b"cannot be written" in err]


def test_runs_of_the_version_before_go_on(url, opened):
    """The first version's tables, with a run in them that was going on."""
    from alembic import command
    from alembic.config import Config

    from core.store.database import Database

    database, config = Database(url), Config()
    database.migrate()
    config.set_main_option("script_location", "core/store/migrations")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        values = {"t": TOKEN, "at": time.time(), "spec": "{}"}
        connection.execute(
            sqlalchemy.text(
                "INSERT INTO runs (token, owner, server, started_at, spec, words, reason, events,"
                " epochs, name, starred)"
                " VALUES (:t, 'me', 'host/1/x', :at, :spec, '', '', 0, 0, '', FALSE)"
            ),
            values,
        )
    database.close()
    taken = opened().take_over(TOKEN)
    assert (taken.spec, taken.events, taken.checkpoint) == (Spec(), [], b"")
    assert (taken.run.paused, taken.run.pace) == (False, None)


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
