"""Two servers on one database: whose a run is, and who tells of it."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy

from core.events import encode, failed
from core.service.service import Service
from core.store import Store
from core.store.heartbeat import MISSED
from core.sweep.spec import Axis
from core.training import elsewhere
from core.training import service as service_module
from tests.core.service.stand_ins import Obedient
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
        assert self.store.writer.opened.wait(LIMIT)
        super().__init__(1, self.store, clock=lambda: 0.0)

    @property
    def worker(self) -> Obedient:
        return self.workers[0]  # type: ignore[return-value]

    def tells(self, token: str, *lines: bytes) -> None:
        for line in lines:
            self.told(token, line)
        self.written()

    def written(self) -> None:
        assert self.store.writer.flush(LIMIT)

    def poll(self, token: str, since: int = 0) -> dict[str, Any]:
        return orjson.loads(self.answer(token, since))


@pytest.fixture
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Server, Server]]:
    """Two that know each other."""
    numbers = count()
    monkeypatch.setattr("core.store.heartbeat._machine", lambda: f"machine-{next(numbers)}")
    monkeypatch.setattr("core.store.heartbeat.BEAT_SECONDS", 3600.0)
    monkeypatch.setattr("core.store.writer.SPACING", 0.0)
    monkeypatch.setattr(service_module, "WorkerProcess", Obedient)
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
    token = first.train(SHORT, pace=20.0, learner="me")
    first.store.set_owner(token, "me", None)
    first.tells(token, *LINES[:3])
    return token


def outlive(server: Server) -> None:
    """Beats until all that do not are gone."""
    for _ in range(MISSED + 1):
        server.store.heartbeat.beat()


def test_any_server_tells_what_the_one_that_trains_has_told(servers, token):
    first, second = servers
    assert second.poll(token) == first.poll(token)
    assert second.poll(token, 1)["events"] == [orjson.loads(line) for line in LINES[1:3]]
    first.tells(token, *LINES[3:5])
    assert second.poll(token, 3)["events"] == [orjson.loads(line) for line in LINES[3:5]]
    assert not second.in_memory(token)
    first.tells(token, END)
    assert second.poll(token, 5) == first.poll(token, 5)
    assert second.in_memory(token)
    assert second.worker.orders == []


def test_a_poll_for_news_reads_no_old_event(servers, token):
    first, second = servers
    second.poll(token)
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
    assert first.worker.said() == ["start"]  # it was only told that somebody watches
    for do, details in (("pause", {}), ("pace", {"pace": 4.0}), ("advance", {"epochs": 1})):
        second.order(token, do, **details)
        second.written()
    assert second.log(token).paused
    first.store.heartbeat.beat()
    assert first.worker.said() == ["start", "pause", "pace", "advance"]
    assert first.worker.orders[-1]["epochs"] == 1
    assert (first.log(token).paused, first.log(token).pace) == (True, 4.0)
    other = second.train(SHORT, instead_of=token)
    second.written()
    first.store.heartbeat.beat()
    assert first.worker.said()[-1] == "stop"
    assert second.in_memory(other)


def test_who_watches_elsewhere_keeps_a_run_awake(servers, token, monkeypatch):
    first, second = servers
    first.log(token).away = True
    second.log(token)
    second.written()
    first.store.heartbeat.beat()
    assert not first.log(token).away
    for _ in range(10):
        second.log(token)
    second.written()
    monkeypatch.setattr(first, "_obey", pytest.fail)
    first.store.subscribe(first._obey, pytest.fail)
    first.store.heartbeat.beat()


def test_a_run_goes_on_from_its_checkpoint_where_its_server_is_gone(servers, token):
    first, second = servers
    first.kept(token, b'{"taken":3}')
    first.order(token, "pause")
    first.tells(token, *LINES[3:5])
    assert second.poll(token)["state"] == "paused"
    outlive(second)
    told = second.poll(token)
    assert told["events"] == [orjson.loads(line) for line in LINES[:5]]
    assert second.in_memory(token)
    start, pause = second.worker.orders
    assert (start["do"], start["pace"], start["checkpoint"]) == ("start", 20.0, '{"taken":3}')
    assert pause["do"] == "pause"
    second.tells(token, *LINES[3:])  # two of them once more
    second.kept(token, b"later")
    assert (second.log(token).checkpoint, second.log(token).held) == (b"later", len(LINES))
    second.tells(token, END)
    assert second.log(token).events == [*LINES, END]
    assert second.store.load_run(token).events == [*LINES, END]
    assert second.log(token).learner == "me"


def test_a_sweep_goes_on_where_its_server_is_gone_with_the_cells_that_are_left(servers):
    first, second = servers
    sweep = first.train(SHORT, axes=AXES, learner="me")
    first.tells(f"{sweep}.0", *SWEPT[:2])
    assert second.poll(sweep)["events"] == [orjson.loads(line) for line in SWEPT[:2]]
    assert second.worker.orders == []
    outlive(second)
    second.log(sweep)
    (start,) = second.worker.orders
    assert (start["token"], start["spec"]) == (f"{sweep}.0", SHORT.model_dump(mode="json"))
    assert start["axes"] == [axis.model_dump(mode="json") for axis in AXES]
    assert start["part"] == {"index": 0, "of": 1, "done": [[0, 1]]}
    second.tells(f"{sweep}.0", SWEPT[0], SWEPT[2], END)
    assert second.log(sweep).events == [*SWEPT, END]
    third = Server(str(second.store.database.engine.url))
    assert third.log(sweep).events == [*SWEPT, END]
    assert third.log(sweep).axes == AXES
    assert third.worker.orders == []
    third.close()
    third.store.close()


def test_a_server_that_was_only_asleep_lets_go_of_its_run_and_shows_it_still(servers, token):
    first, second = servers
    outlive(second)
    second.log(token)
    first.tells(token, LINES[3])
    assert first.worker.said()[-1] == "leave"
    assert not first.in_memory(token)
    first.store.heartbeat.beat()
    second.store.heartbeat.beat()
    second.tells(token, *LINES, END)
    assert first.poll(token) == second.poll(token)
    assert len(first.poll(token)["events"]) == len(LINES) + 1


def test_a_run_that_slept_until_it_was_forgotten_goes_on(servers, token):
    first, _ = servers
    first.kept(token, b"{}")
    first.written()
    first._fall_asleep(token, first.log(token))
    del first._logs[token]
    assert first.poll(token)["next"] == 3
    assert first.worker.said() == ["start", "leave", "start"]


def test_only_so_many_runs_of_others_are_in_memory(servers, token, monkeypatch):
    first, second = servers
    monkeypatch.setattr(elsewhere, "FOLLOWED", 1)
    other = first.train(SHORT)
    first.tells(other, *LINES[:2])
    for _ in range(2):
        assert second.poll(token)["next"] == 3
        assert second.poll(other)["next"] == 2
    assert list(second._elsewhere._followed) == [other]
