"""Two servers on one database: whose a run is, and who tells of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy

from core.events import encode, failed
from core.service import remote_runs
from core.service import service as service_module
from core.service.service import Service
from core.settings import settings
from core.store import Store
from core.store.heartbeat import MAX_MISSED_BEATS
from core.sweep.spec import Axis
from tests.core.service.stand_ins import RecordingWorker
from tests.core.service.watched import LIMIT, SHORT

LINES = [encode({"event": "run_started", "rows": 8, "features": ["x"], "epochs": 20})] + [
    encode({"event": "epoch_ended", "epoch": epoch, "step": epoch, "loss": 1.0, "full_loss": 1.0})
    for epoch in range(6)
]
END = encode(failed("Because."))
AXES = (
    Axis(path="optimizer.learning_rate", values=(0.01, 0.1)),
    Axis(path="optimizer.momentum", values=(0.0, 0.9)),
)
SWEPT = [encode({"event": "sweep_started", "runs": 4})] + [
    encode({"event": "cells", "cells": [{"at": at, "final": True}]}) for at in ([0, 1], [1, 0])
]


class Server(Service):
    """A service on a machine of its own, whose presence beats when it is told to."""

    def __init__(self, url: str):
        self.store = Store(url)
        assert self.store.writer.ready.wait(LIMIT)
        self.now = 0.0
        super().__init__(1, self.store, clock=lambda: self.now)

    @property
    def worker(self) -> RecordingWorker:
        return self.workers[0]  # type: ignore[return-value]

    def tells(self, token: str, *lines: bytes) -> None:
        for line in lines:
            self.on_event(token, line)
        self.written()

    def written(self) -> None:
        assert self.store.writer.flush(LIMIT)

    def polled(self, token: str, since: int = 0) -> dict[str, Any]:
        return orjson.loads(self.poll(token, since))


@pytest.fixture
def servers(
    machines: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Server, Server]]:
    """Two that know each other."""
    monkeypatch.setattr("core.store.writer.COMMIT_SECONDS", 0.0)
    monkeypatch.setattr(service_module, "WorkerProcess", RecordingWorker)
    pair = Server(f"sqlite:///{tmp_path}/runs"), Server(f"sqlite:///{tmp_path}/runs")
    for server in pair:
        server.store.heartbeat.beat()
    yield pair
    for server in pair:
        server.close()
        server.store.close()


@pytest.fixture
def token(servers: tuple[Server, Server]) -> str:
    """A run of the first that has told a little."""
    first, _ = servers
    token = first.submit(SHORT, pace=20.0, learner="me")
    first.store.set_owner(token, "me", None)
    first.tells(token, *LINES[:3])
    return token


def outlive(server: Server) -> None:
    """Beats until all that do not are gone."""
    for _ in range(MAX_MISSED_BEATS + 1):
        server.store.heartbeat.beat()


def test_any_server_tells_what_the_one_that_trains_has_told(servers, token):
    first, second = servers
    assert second.polled(token) == first.polled(token)
    assert second.polled(token, 1)["events"] == [orjson.loads(line) for line in LINES[1:3]]
    first.tells(token, *LINES[3:5])
    assert second.polled(token, 3)["events"] == [orjson.loads(line) for line in LINES[3:5]]
    assert not second.in_memory(token)
    first.tells(token, END)
    assert second.polled(token, 5) == first.polled(token, 5)
    assert second.in_memory(token)
    assert second.worker.commands == []


def test_a_poll_for_news_reads_no_old_event(servers, token):
    first, second = servers
    second.polled(token)
    first.tells(token, LINES[3])
    read: list[bytes] = []

    def listen(_connection, cursor, statement, *_rest) -> None:
        if "chunks.lines" in statement:
            read.append(statement)

    engine = second.store.database.engine
    sqlalchemy.event.listen(engine, "before_cursor_execute", listen)
    assert second.store.load_run(token, 3).events == [LINES[3]]
    assert len(read) == 1
    assert "chunks.first >=" in read[0]


def test_orders_reach_the_server_that_trains(servers, token):
    first, second = servers
    second.log(token)
    second.written()
    first.store.heartbeat.beat()
    assert first.worker.received() == ["start"]  # it was only told that somebody watches
    for do, details in (("pause", {}), ("pace", {"pace": 4.0}), ("advance", {"epochs": 1})):
        second.send_command(token, do, **details)
        second.written()
    assert second.log(token).paused
    first.store.heartbeat.beat()
    assert first.worker.received() == ["start", "pause", "pace", "advance"]
    assert first.worker.commands[-1]["epochs"] == 1
    assert (first.log(token).paused, first.log(token).pace) == (True, 4.0)
    other = second.submit(SHORT, instead_of=token)
    second.written()
    first.store.heartbeat.beat()
    assert first.worker.received()[-1] == "stop"
    assert second.in_memory(other)


def test_who_watches_elsewhere_keeps_a_run_awake(servers, token, monkeypatch):
    first, second = servers
    first.log(token).idle = True
    second.log(token)
    second.written()
    first.store.heartbeat.beat()
    assert not first.log(token).idle
    for _ in range(10):
        second.log(token)
    second.written()
    monkeypatch.setattr(first, "_on_command", pytest.fail)
    first.store.subscribe(first._on_command, pytest.fail)
    first.store.heartbeat.beat()


def test_a_run_goes_on_from_its_checkpoint_where_its_server_is_gone(servers, token):
    first, second = servers
    first.on_checkpoint(token, b'{"taken":3}')
    first.send_command(token, "pause")
    first.tells(token, *LINES[3:5])
    assert second.polled(token)["state"] == "paused"
    outlive(second)
    told = second.polled(token)
    assert told["events"] == [orjson.loads(line) for line in LINES[:5]]
    assert second.in_memory(token)
    start, pause = second.worker.commands
    assert (start["do"], start["pace"], start["checkpoint"]) == ("start", 20.0, '{"taken":3}')
    assert pause["do"] == "pause"
    second.tells(token, *LINES[3:])  # two of them once more
    second.on_checkpoint(token, b"later")
    assert (second.log(token).checkpoint, second.log(token).checkpoint_events) == (
        b"later",
        len(LINES),
    )
    second.tells(token, END)
    assert second.log(token).events == [*LINES, END]
    assert second.store.load_run(token).events == [*LINES, END]
    assert second.log(token).learner == "me"


def test_a_sweep_goes_on_where_its_server_is_gone_with_the_cells_that_are_left(servers):
    first, second = servers
    sweep = first.submit(SHORT, axes=AXES, learner="me")
    first.tells(f"{sweep}.0", *SWEPT[:2])
    assert second.polled(sweep)["events"] == [orjson.loads(line) for line in SWEPT[:2]]
    assert second.worker.commands == []
    outlive(second)
    second.log(sweep)
    (start,) = second.worker.commands
    assert (start["token"], start["spec"]) == (f"{sweep}.0", SHORT.model_dump(mode="json"))
    assert start["axes"] == [axis.model_dump(mode="json") for axis in AXES]
    assert start["shard"] == {"index": 0, "count": 1, "completed": [[0, 1]]}
    second.tells(f"{sweep}.0", SWEPT[0], SWEPT[2], END)
    assert second.log(sweep).events == [*SWEPT, END]
    third = Server(str(second.store.database.engine.url))
    assert third.log(sweep).events == [*SWEPT, END]
    assert third.log(sweep).axes == AXES
    assert third.worker.commands == []
    third.close()
    third.store.close()


def test_a_server_that_was_only_asleep_lets_go_of_its_run_and_shows_it_still(servers, token):
    first, second = servers
    outlive(second)
    second.log(token)
    first.tells(token, LINES[3])
    assert first.worker.received()[-1] == "drop"
    assert not first.in_memory(token)
    first.store.heartbeat.beat()
    second.store.heartbeat.beat()
    second.tells(token, *LINES, END)
    assert first.polled(token) == second.polled(token)
    assert len(first.polled(token)["events"]) == len(LINES) + 1


def test_a_run_that_slept_until_it_was_forgotten_goes_on(servers, token):
    first, _ = servers
    first.on_checkpoint(token, b"{}")
    first.written()
    first._scheduler.suspend(token, first.log(token))
    del first._logs[token]
    assert first.polled(token)["next"] == 3
    assert first.worker.received() == ["start", "drop", "start"]


def test_a_run_that_has_ended_leaves_memory_and_is_read_again(servers, token, monkeypatch):
    first, _ = servers
    first.tells(token, *LINES[3:], END)
    told = first.polled(token)
    first.now += 60 * settings().away_minutes + 1
    monkeypatch.setattr(first.store.writer, "unreachable", True)
    first.check_runs()
    assert first.in_memory(token), "the database cannot be read"
    monkeypatch.undo()
    first.check_runs()
    assert not first.in_memory(token)
    assert first.polled(token) == told
    assert first.in_memory(token)
    first.check_runs()
    assert first.in_memory(token), "somebody looked"


def test_only_so_many_runs_of_others_are_in_memory(servers, token, monkeypatch):
    first, second = servers
    monkeypatch.setattr(remote_runs, "MAX_FOLLOWED", 1)
    other = first.submit(SHORT)
    first.tells(other, *LINES[:2])
    for _ in range(2):
        assert second.polled(token)["next"] == 3
        assert second.polled(other)["next"] == 2
    assert list(second._remote_runs._followed) == [other]
