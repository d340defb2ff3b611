"""The writer: what was added is written, whatever the database does meanwhile."""

import logging
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from sqlalchemy.exc import OperationalError

from core.classroom.mystery import Secret
from core.errors import InputError
from core.settings import Settings
from core.store import Query, Store
from core.store.chunks import unpack
from core.store.tables import Chunk
from tests.core.disk import full_database, full_disk
from tests.core.store.runs import (
    EVENTS,
    LIMIT,
    OTHER,
    ROOT,
    SPEC,
    TOKEN,
    record_run,
    row_of,
    wait_until,
)


def test_events_written_in_any_portions_come_back_in_order(store):
    store.add_run(TOKEN, SPEC)
    for number, event in enumerate(EVENTS):
        store.append_event(TOKEN, event)
        assert store.load_run(TOKEN).events == EVENTS[: number + 1]
        if number % 3 == 0:
            assert store.writer.flush(LIMIT)
    assert store.writer.flush(LIMIT)
    store.append_event(TOKEN, EVENTS[0])  # after its end
    assert store.load_run(TOKEN).events == EVENTS


def test_durable_events_are_in_the_database(store):
    def written() -> int:
        with store.database.session() as session:
            packed = session.scalars(sqlalchemy.select(Chunk.lines)).all()
        return sum(len(unpack(chunk)) for chunk in packed)

    store.add_run(TOKEN, SPEC)
    for event in EVENTS[:-1]:
        store.append_event(TOKEN, event)
        durable = store.durable_count(TOKEN)
        assert written() >= durable
    assert store.writer.flush(LIMIT)
    assert store.durable_count(TOKEN) == len(EVENTS) - 1
    store.append_event(TOKEN, EVENTS[-1])
    assert store.writer.flush(LIMIT)
    assert store.durable_count(TOKEN) is None


KILLED = """
import os, signal, sys
from core.events import encode
from core.store import Store
from tests.core.charts.runs import completed
from core.spec import Spec
store = Store(sys.argv[1])
events = [encode(event) for event in completed()]
for token, end in (("a" * 22, len(events)), ("b" * 22, 7), ("c" * 22, 0)):
    store.add_run(token, Spec())
    store.set_owner(token, "me", None)
    for event in events[:end]:
        store.append_event(token, event)
assert store.writer.flush(20)
for event in events[7:-1]:
    store.append_event("b" * 22, event)
print(store.durable_count("b" * 22), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_after_a_kill_ended_runs_are_complete_and_live_ones_resume(url, open_store):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, url], cwd=ROOT, stdout=subprocess.PIPE, check=False
    )
    durable = int(killed.stdout)
    assert killed.returncode == -9
    store = open_store()
    assert store.load_run(TOKEN).events == EVENTS
    for token, least in ((OTHER, durable), ("c" * 22, 0)):
        taken = store.take_over(token)
        assert taken.events == EVENTS[: len(taken.events)]
        assert len(taken.events) >= least
        for event in EVENTS[len(taken.events) :]:
            store.append_event(token, event)
        assert store.writer.flush(LIMIT)
        assert store.load_run(token).events == EVENTS
        run = row_of(store, token)
        assert (run.outcome, run.events) == ("completed", len(EVENTS))


def test_runs_without_an_owner_are_deleted_after_a_day(store, open_store, monkeypatch):
    record_run(store, TOKEN, EVENTS, owner="")
    record_run(store, OTHER, EVENTS)
    assert open_store().load_run(TOKEN)
    monkeypatch.setattr("core.store.writer.UNLISTED_SECONDS", -1)
    assert open_store().load_run(TOKEN) is None
    assert open_store().load_run(OTHER)


class Outage:
    """A database that is locked, or gone, between `begin` and `end`."""

    def __init__(self, backend: str, how: str, url: str, server):
        self.backend, self.how, self.url, self.server = backend, how, url, server
        self.file = Path(url.removeprefix("sqlite:///"))

    def begin(self) -> None:
        match self.backend, self.how:
            case "sqlite", "locked":
                self.lock = sqlite3.connect(self.file, isolation_level=None)
                self.lock.execute("BEGIN IMMEDIATE")
            case "sqlite", "gone":
                self.file.rename(self.file.with_suffix(".away"))
            case _, "locked":
                self.lock = psycopg.connect(self.url)
                self.lock.execute("LOCK TABLE runs, chunks IN ACCESS EXCLUSIVE MODE")
            case _:
                self.server.stop()

    def end(self) -> None:
        match self.backend, self.how:
            case _, "locked":
                self.lock.close()
            case "sqlite", _:
                self.file.with_suffix(".away").rename(self.file)
            case _:
                self.server.start()


@pytest.mark.usefixtures("short_timeouts")
@pytest.mark.parametrize("how", ["locked", "gone"])
def test_an_unreachable_database_costs_no_run_anything(
    backend, how, url, open_store, request, caplog
):
    server = request.getfixturevalue("postgresql_server") if backend == "postgresql" else None
    store, outage = open_store(), Outage(backend, how, url, server)
    record_run(store, OTHER, EVENTS[:3])
    outage.begin()
    try:
        store.add_run(TOKEN, SPEC)
        store.set_owner(TOKEN, "me", None)
        for event in EVENTS:
            store.append_event(TOKEN, event)
        store.append_event(OTHER, EVENTS[3])
        wait_until(store, lambda: store.writer.unreachable)
        assert store.state == "unreachable"
        assert store.durable_count(TOKEN) is store.durable_count(OTHER) is None
        if how == "gone":
            with pytest.raises(InputError, match="cannot be reached just now"):
                store.list_runs("me", Query())
    finally:
        outage.end()
    store.append_event(OTHER, EVENTS[4])
    assert store.writer.flush(LIMIT)
    assert store.state == "ok"
    assert store.durable_count(OTHER) == 5
    assert store.load_run(TOKEN).events == EVENTS
    assert store.load_run(OTHER).events == EVENTS[:5]
    assert row_of(store).outcome == "completed"
    assert [r.levelno for r in caplog.records if r.name == "core.store.writer"] == [
        logging.WARNING,
        logging.WARNING,
    ]


def test_what_was_committed_is_not_written_twice_if_its_confirmation_is_lost(store, monkeypatch):
    write, attempts = store.writer._write, []

    def write_without_confirmation(writes):
        write(writes)
        attempts.append(writes)
        if len(attempts) % 2:
            raise OperationalError("COMMIT", {}, ConnectionError())

    monkeypatch.setattr(store.writer, "_write", write_without_confirmation)
    for number, event in enumerate(EVENTS):
        if number == 0:
            store.add_run(TOKEN, SPEC)
        store.append_event(TOKEN, event)
        assert store.writer.flush(LIMIT)
        assert store.load_run(TOKEN).events == EVENTS[: number + 1]
    assert len(attempts) == 2 * len(EVENTS)


@pytest.mark.usefixtures("short_timeouts")
def test_a_full_disk_costs_no_run_anything(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    assert store.writer.ready.wait(LIMIT)
    record_run(store, OTHER, EVENTS[:3])
    with full_disk():
        store.add_run(TOKEN, SPEC)
        store.set_owner(TOKEN, "me", None)
        for event in EVENTS:
            store.append_event(TOKEN, event)
        wait_until(store, lambda: store.writer.unreachable)
        assert store.durable_count(TOKEN) is None  # all is shown, from memory
    assert store.writer.flush(LIMIT)
    assert store.load_run(TOKEN).events == EVENTS
    assert store.load_run(OTHER).events == EVENTS[:3]
    assert row_of(store).outcome == "completed"
    store.close()


@pytest.mark.usefixtures("short_timeouts")
def test_a_database_without_room_says_so_and_has_everything_once_there_is_some(tmp_path, caplog):
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    assert store.writer.ready.wait(LIMIT)
    record_run(store, OTHER, EVENTS)
    store.set_owner(OTHER, "me", None)
    assert store.writer.flush(LIMIT)
    with full_database(store):
        store.add_run(TOKEN, SPEC)
        for event in EVENTS:
            store.append_event(TOKEN, event)
        wait_until(store, lambda: store.writer.unreachable)
        acts = (
            lambda: store.shares.make("me", SPEC),
            lambda: store.rename("me", OTHER, "A name"),
            lambda: store.classes.open("me", "A class"),
            lambda: store.mysteries.make("me", Secret.of("bug:shifted-targets")),
        )
        for act in acts:
            with pytest.raises(InputError, match="disk of the server's database is full"):
                act()
        assert store.load_run(TOKEN).events == EVENTS  # from memory
        assert store.load_run(OTHER).events == EVENTS
        assert len(store.list_runs("me", Query()).runs) == 1
        assert store.state == "unreachable"  # of which `/api/health` tells
    assert store.writer.flush(LIMIT)
    assert store.load_run(TOKEN).events == EVENTS
    assert store.load_run(OTHER).events == EVENTS
    assert "has no room on its disk" in caplog.text and store.state == "ok"
    assert store.shares.make("me", SPEC)
    store.close()


def test_a_file_that_is_no_database_leaves_runs_in_memory(tmp_path, caplog):
    file = tmp_path / "runs.sqlite"
    file.write_bytes(b"no database" * 1000)
    store = Store(f"sqlite:///{file}")
    wait_until(store, lambda: store.writer.unreachable)
    store.add_run(TOKEN, SPEC)
    store.append_event(TOKEN, EVENTS[0])
    assert store.durable_count(TOKEN) is None
    with pytest.raises(InputError, match="cannot be reached"):
        store.load_run(TOKEN)
    store.close()
    assert file.read_bytes() == b"no database" * 1000


def test_where_memory_for_pending_events_ends_the_oldest_run_is_dropped(open_store, monkeypatch):
    store = open_store()
    monkeypatch.setattr("core.store.writer.settings", lambda: Settings(log_megabytes=1))
    with monkeypatch.context() as patch:
        patch.setattr(store.database, "check_file", lambda: Path("/nowhere/at/all").stat())
        store.add_run("c" * 22, SPEC)
        wait_until(store, lambda: store.writer.unreachable)  # while it tries to write that one
        for token in (TOKEN, OTHER):
            store.add_run(token, SPEC)
            store.append_event(token, EVENTS[0] + b" " * 600_000)
    assert store.writer.flush(LIMIT)
    assert store.load_run(TOKEN) is None
    assert len(store.load_run(OTHER).events) == 1
