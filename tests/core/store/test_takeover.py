"""Takeover: a run whose server is gone moves to another, or fails."""

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy

from core.events import decode, failed
from core.store.tables import Checkpoint, Command, Server
from core.store.takeover import MAX_MOVES, ORPHANED, TOO_MANY_MOVES
from tests.core.store.runs import CHECKPOINT_EVENTS, EVENTS, LIMIT, OTHER, SPEC, TOKEN, miss_beats


def test_of_two_servers_one_takes_over_the_run_of_one_that_is_gone(servers, open_store):
    first, second = servers
    third = open_store()
    first.record_command(TOKEN, {"do": "pause"})
    first.record_command(TOKEN, {"do": "pace", "pace": 4.0})
    assert first.writer.flush(LIMIT)
    miss_beats(first, second, third)
    with ThreadPoolExecutor(2) as threads:
        taken = list(threads.map(lambda store: store.take_over(TOKEN), (second, third)))
    assert sorted(run is None for run in taken) == [False, True]
    (stored,) = filter(None, taken)
    assert (stored.events, stored.spec) == (EVENTS[:6], SPEC)
    assert (stored.checkpoint_events, stored.checkpoint) == (CHECKPOINT_EVENTS, b"state")
    assert (stored.run.paused, stored.run.pace, stored.run.owner) == (True, 4.0, "me")


def test_a_server_that_was_suspended_is_told_which_runs_it_has_lost(servers):
    first, second = servers
    lost: list[str] = []
    first.subscribe(lambda token, command: None, lost.append)
    miss_beats(first, second)
    assert second.take_over(TOKEN)
    first.append_event(TOKEN, EVENTS[6])
    first.save_checkpoint(TOKEN, 7, b"another")
    assert first.writer.flush(LIMIT)
    first.append_event(TOKEN, EVENTS[7])
    assert first.writer.flush(LIMIT)
    assert lost == [TOKEN]
    assert second.load_run(TOKEN).events == EVENTS[:6]
    for event in EVENTS[6:]:
        second.append_event(TOKEN, event)
    assert second.writer.flush(LIMIT)
    assert first.load_run(TOKEN).events == EVENTS
    first.heartbeat.beat()
    second.heartbeat.beat()
    assert second.heartbeat.is_alive(first.heartbeat.server_id)


def test_a_run_that_is_taken_over_too_often_fails(servers, open_store):
    _, store = servers
    for _ in range(MAX_MOVES):
        with store.database.session() as session:
            session.execute(sqlalchemy.delete(Server))
        stored = store.take_over(TOKEN)
        assert stored.run.outcome is None
        assert store.take_over(TOKEN).events == EVENTS[:6]  # it is this server's already
        store = open_store()
    with store.database.session() as session:
        session.execute(sqlalchemy.delete(Server))
    stored = store.take_over(TOKEN)
    assert (stored.run.outcome, stored.run.reason) == ("failed", TOO_MANY_MOVES)
    assert decode(stored.events[-1]) == failed(TOO_MANY_MOVES)
    assert store.take_over(TOKEN) is None


def test_an_orphaned_run_fails_after_a_day(servers, open_store, monkeypatch):
    first, _ = servers
    first.add_run(OTHER, SPEC)
    first.set_owner(OTHER, "me", None)
    assert first.writer.flush(LIMIT)
    first.close()
    assert open_store().load_run(OTHER).run.outcome is None
    monkeypatch.setattr("core.store.writer.ORPHAN_SECONDS", -1)
    store = open_store()
    assert decode(store.load_run(TOKEN).events[-1]) == failed(ORPHANED)
    assert store.load_run(OTHER).run.outcome == "failed"


def test_an_ended_run_has_no_checkpoint_and_no_commands(servers):
    first, second = servers
    second.send_command(TOKEN, {"do": "pause"})
    assert second.writer.flush(LIMIT)
    for event in EVENTS[6:]:
        first.append_event(TOKEN, event)
    assert first.writer.flush(LIMIT)
    first.heartbeat.beat()
    with second.database.session() as session:
        for table in (Checkpoint, Command):
            assert session.scalars(sqlalchemy.select(table)).all() == []
