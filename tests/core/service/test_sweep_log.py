"""A sweep in parts: one stream of events, whatever becomes of the workers."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from core.events import encode, failed
from core.service import service as service_module
from core.service.service import DIED, Service
from core.settings import settings
from core.sweep.spec import Axis
from tests.core.clock import Clock
from tests.core.service.stand_ins import RecordingWorker
from tests.core.service.watched import SHORT

AXES = (
    Axis(path="optimizer.learning_rate", values=(0.01, 0.1, 1.0)),
    Axis(path="optimizer.momentum", values=(0.0, 0.9)),
)
STARTED = encode({"event": "sweep_started", "runs": 6})
BORDER = encode({"event": "border", "x": [], "y": []})


def cells(*places: tuple[int, int], final: bool = True) -> bytes:
    told = [{"at": list(place), "final": final, "regime": "converges"} for place in places]
    return encode({"event": "cells", "cells": told})


def end(outcome: str = "completed", seconds: float = 1.0, reason: str = "") -> bytes:
    return encode(failed(reason) | {"outcome": outcome, "seconds": seconds})


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Service]:
    """Two workers that only write down their orders."""
    monkeypatch.setattr(service_module, "WorkerProcess", RecordingWorker)
    service = Service(2, clock=clock)
    yield service
    service.close()


@pytest.fixture
def token(service: Service) -> str:
    return service.submit(SHORT, axes=AXES)


def starts(service: Service, job: str) -> list[dict[str, Any]]:
    orders = [order for worker in service.workers for order in worker.commands]
    return [order["shard"] for order in orders if order["token"] == job and order["do"] == "start"]


def test_each_worker_gets_a_part(service, token):
    for index, worker in enumerate(service.workers):
        (order,) = worker.commands
        assert order["token"] == f"{token}.{index}"
        assert order["shard"] == {"index": index, "count": 2, "completed": []}
    few = service.submit(SHORT, axes=[Axis(path="training.seed", values=(1,))])
    assert list(service.log(few).workers) == [f"{few}.0"]


def test_what_the_parts_tell_is_one_stream_without_repetition(service, token):
    one, other = f"{token}.0", f"{token}.1"
    for job in (one, other):
        service.on_event(job, STARTED)
    service.on_event(other, cells((0, 1), final=False))
    service.on_event(one, BORDER)
    service.on_event(other, cells((0, 1)))
    service.on_event(one, cells((0, 0)))
    service.on_event(other, end(seconds=3.0))
    assert not service.log(token).ended
    service.on_event(one, end(seconds=2.0))
    expected = [STARTED, cells((0, 1), final=False), BORDER, cells((0, 1)), cells((0, 0))]
    assert service.log(token).events == [*expected, end(seconds=3.0)]
    answer = orjson.loads(service.poll(token, 0))
    assert (answer["next"], answer["ended"]) == (6, True)
    assert service.health()["runs_training"] == 0


def test_a_part_whose_worker_dies_goes_on_elsewhere_behind_what_it_had_told(service, token):
    one, other = f"{token}.0", f"{token}.1"
    service.on_event(other, cells((0, 1)))
    spared = service.workers[0]
    for column in (1, 2):  # each time it gets on a little, and tells one cell once more
        service.on_exit(service.log(token).workers[other])
        service.on_event(other, cells((0, 1), (column, 1)))
    service.on_exit(service.log(token).workers[other])
    assert service.log(token).workers[one] in (spared, *service.workers)
    done = starts(service, other)[-1]["completed"]
    assert {tuple(place) for place in done} == {(0, 1), (1, 1), (2, 1)}
    assert service.log(token).events == [cells((0, 1)), cells((1, 1)), cells((2, 1))]
    service.on_event(one, end())
    service.on_event(other, end())
    assert service.events(token)[-1]["outcome"] == "completed"


def test_a_part_that_takes_two_workers_with_it_ends_the_sweep(service, token):
    one, other = f"{token}.0", f"{token}.1"
    rest = service.workers[0]
    service.on_exit(service.workers[1])
    assert service.log(token).workers == {one: rest, other: service.workers[1]}
    service.on_exit(service.workers[1])
    assert service.events(token)[-1]["reason"] == DIED
    assert rest.received(one) == ["start", "drop"]


def test_a_part_that_cannot_run_speaks_for_all(service, token):
    failure = end("failed", reason="Too large.")
    service.on_event(f"{token}.1", failure)
    service.on_event(f"{token}.0", failure)
    assert service.log(token).events == [failure]
    assert service.workers[0].received(f"{token}.0") == ["start", "drop"]


def test_stop_stops_every_part_and_the_last_one_says_so(service, token):
    service.on_event(f"{token}.1", end())
    service.send_command(token, "stop")
    assert service.workers[0].received(f"{token}.0") == ["start", "stop"]
    service.on_event(f"{token}.0", end("stopped"))
    assert service.events(token)[-1]["outcome"] == "stopped"


def test_a_sweep_that_nobody_watches_sleeps_and_goes_on_where_it_was(service, token, clock):
    service.on_event(f"{token}.0", cells((0, 0)))
    clock.now += 60 * (settings().away_minutes + 0.1)
    service.check_runs()
    clock.now += 60 * settings().asleep_minutes
    service.check_runs()
    for index, worker in enumerate(service.workers):
        assert worker.received(f"{token}.{index}") == ["start", "pause", "drop"]
    service.on_event(f"{token}.0", cells((1, 0)))  # too late
    assert len(service.events(token)) == 1
    assert [part["completed"] for part in starts(service, f"{token}.0")] == [[], [[0, 0]]]
