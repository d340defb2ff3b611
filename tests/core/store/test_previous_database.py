"""Uphill starts on a database that an earlier version wrote, and resumes its live run.

`previous_database.sql` dumps a SQLite database that commit b0b3975 wrote, the last one before
`core` was divided into trainer, worker, service and web. A real service of that commit, with one
worker process, trained on the table two-features: a run that diverges and its diagnosis, a sweep of
2 × 2 cells, and a run of 40 epochs at 10 epochs a second. The run also has a link. The dump is a
snapshot of the moment when a checkpoint in the middle of the last run was written, just before that
server was killed. Only the server's id was changed afterwards, since it has a machine's name.
"""

import math
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.events import decode, encode
from core.service.service import Service
from core.spec import Spec
from core.store import Query, Store
from core.store.heartbeat import MAX_MISSED_BEATS
from core.sweep.spec import axes_from_json
from core.training.trainer import train
from tests.conftest import data_of
from tests.core.events import without_seconds
from tests.core.service.watched import LIMIT, Watched

DUMP = Path(__file__).with_name("previous_database.sql")
ENDED, SWEEP, LIVE = "RyrV72jC-lHqMeMR3ZQc5w", "ntYROti2wWyJShUbk45g1w", "Az7yR4Dm6hMx30uwr7FeAg"
SLUG = "ZlQouwSsroRl"
SERVER_ID = "before/1/b0b3975"
CHECKPOINT_EVENTS = 32


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The store on the old database, once it knows that the old server is gone."""
    file = tmp_path / "runs.sqlite"
    with sqlite3.connect(file) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
    connection.close()
    store = Store(f"sqlite:///{file}")
    assert store.writer.ready.wait(LIMIT)
    assert store.heartbeat.is_alive(SERVER_ID)
    for _ in range(MAX_MISSED_BEATS):
        store.heartbeat.beat()
    assert not store.heartbeat.is_alive(SERVER_ID)
    yield store
    store.close()


class RecordingService(Watched):
    """A service with one worker process; `received` has the events that the worker sent."""

    def __init__(self, store: Store):
        self.received: list[bytes] = []
        super().__init__(1, store)

    def on_event(self, token: str, line: bytes) -> None:
        self.received.append(line)
        super().on_event(token, line)


@pytest.fixture
def service(store: Store, forked: None) -> Iterator[RecordingService]:
    service = RecordingService(store)
    yield service
    service.close()


def test_the_list_shows_the_run_that_ended_and_the_live_one(store):
    page = store.list_runs("me", Query())
    assert ([run.token for run in page.runs], page.total) == ([LIVE, ENDED], 2)
    live, ended = page.runs
    assert (live.outcome, live.paused, live.pace) == (None, False, 10.0)
    assert (ended.outcome, ended.epochs, ended.critical_ratio) == ("diverged", 7, 3.5)
    assert (ended.name, ended.starred) == ("too fast", True)
    assert (ended.verdict, ended.cause) == ("diverging", "learning-rate-above-critical")
    found = store.list_runs("me", Query(text="rate-above two-features", outcomes=("diverged",)))
    assert [run.token for run in found.runs] == [ENDED]


def test_the_diagnosis_is_read_without_asking_a_worker(store):
    service = Service(0, store)
    diagnosis = service.diagnosis(ENDED).result(0)
    service.close()
    (finding,) = diagnosis.findings
    assert finding.cause == "learning-rate-above-critical"
    assert finding.evidence[0].text == "5 against 0.935"
    kept = [remedy["patch"] for remedy in store.load_diagnosis(ENDED)["findings"][0]["remedies"]]
    assert [remedy.patch for remedy in diagnosis.remedies] == kept
    assert kept[1] == {"scaling": {"features": "standard"}}


def test_the_link_shows_its_run(store):
    share = store.shares.get(SLUG)
    assert share.token == ENDED
    assert Spec.from_json(share.spec).optimizer.learning_rate == 5.0
    assert [share.slug for share in store.shares.of("me")] == [SLUG]
    events = [decode(event) for event in store.load_run(ENDED).events]
    assert [events[0]["event"], events[-1]["event"]] == ["run_started", "run_ended"]


def test_the_sweep_has_its_axes_and_all_of_its_cells(store):
    (sweep,) = store.list_sweeps("me", 9)
    assert (sweep.token, sweep.outcome) == (SWEEP, "completed")
    assert [axis.points for axis in axes_from_json(sweep.axes)] == [(0.01, 0.1), (1, 2)]
    service = Service(0, store)
    cells = [c for e in service.events(SWEEP) if e["event"] == "cells" for c in e["cells"]]
    service.close()
    final = sorted(tuple(cell["at"]) for cell in cells if cell["final"])
    assert final == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_the_live_run_is_resumed_from_its_checkpoint_to_its_end(store, service):
    stored = store.load_run(LIVE)
    assert len(stored.events) == CHECKPOINT_EVENTS
    service.ended(LIVE)
    log = service.log(LIVE)
    assert log.events == stored.events + service.received  # the worker did not begin again
    spec = stored.spec
    uninterrupted = [decode(encode(event)) for event in train(spec, data_of(spec))]
    resumed = log.decoded()
    resumed[0]["spec"] = spec.model_dump(mode="json")  # with the settings that are new since
    for event in uninterrupted[: len(stored.events)]:
        event.pop("coordinates", None)  # it began before events told them
    assert_alike(without_seconds(resumed), without_seconds(uninterrupted))
    assert store.writer.flush(LIMIT)
    assert store.load_run(LIVE).events == log.events
    (run,) = store.get_runs("me", [LIVE])
    assert (run.outcome, run.epochs, run.moves) == ("completed", 40, 1)
    assert run.server == store.heartbeat.server_id


def assert_alike(value: Any, expected: Any) -> None:
    """Equal but for what two processors compute differently in the last digits."""
    assert type(value) is type(expected)
    match value:
        case dict():
            assert list(value) == list(expected)
            assert_alike(list(value.values()), list(expected.values()))
        case list():
            assert len(value) == len(expected)
            for one, other in zip(value, expected, strict=True):
                assert_alike(one, other)
        case float():
            assert math.isclose(value, expected, rel_tol=1e-4, abs_tol=1e-6)
        case _:
            assert value == expected
