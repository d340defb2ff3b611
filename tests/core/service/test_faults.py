"""What goes wrong in a room, and what is left of it: nothing lost, nobody else disturbed."""

import ast
import os
import secrets
import signal
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
import pytest

from core.data.uploads import find_table
from core.errors import InputError
from core.events import encode, failed
from core.service import service as service_module
from core.service.service import DIED, MONITOR_SECONDS, STOP_SECONDS, Service
from core.service.worker_pool import HANG_SECONDS
from core.settings import settings
from core.sweep.run import sweep_events
from core.sweep.spec import SweepSpec
from core.training.failure import NO_MEMORY
from core.training.trainer import Pace, train, turns
from tests.conftest import data_of
from tests.core.clock import Clock
from tests.core.events import final_cells, without_seconds
from tests.core.service.stand_ins import RecordingWorker
from tests.core.service.watched import LIMIT, LONG, SHORT

CORE = Path(__file__).parents[3] / "core"
STARTED = {"event": "run_started", "rows": 8, "features": ["x"], "epochs": 20}
RATES = {"path": "optimizer.learning_rate", "values": [0.01, 10.0]}
BATCHES = {"path": "training.batch_size", "values": [1, 2, 3, 4, 5, 6]}
WAYS: dict[str, dict[str, Any]] = {
    "plain": {},
    "optimizer with a memory": {"optimizer": {"key": "nadam"}},
    "schedule that follows the run": {"schedule": {"key": "reduce_on_plateau", "patience": 2}},
    "layer that changes itself": {"bug": {"key": "compounding-state"}},
    "step that adds up": {"bug": {"key": "accumulated-gradients"}},
    "pipeline that drifts": {"bug": {"key": "epoch-drift"}},
    "thinned": {"training": {"epochs": 4100, "batch_size": None}},
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_run_goes_on_from_its_checkpoint_as_if_nothing_had_happened(way):
    spec = SHORT.patched(way)
    whole = without_seconds(list(train(spec, data_of(spec))))
    pace, told, kept = Pace(steps=max(7, spec.training.epochs // 20), keep=True), [], []
    for events in turns(spec, data_of(spec), pace):
        told += without_seconds(events)
        if pace.checkpoint:
            kept.append((pace.checkpoint, len(told)))
    assert told == whole
    checkpoint, count = kept[len(kept) // 2]
    rest = chain.from_iterable(turns(spec, data_of(spec), Pace(checkpoint=checkpoint)))
    assert told[:count] + without_seconds(list(rest)) == whole


def test_a_killed_worker_loses_no_run_and_no_point(service, running):
    """One run with a checkpoint, one without, one that is stepped by hand, and a new one behind."""
    spec = LONG.patched({"training": {"epochs": 300}})
    kept = service.submit(spec, pace=30.0)
    service.until(lambda: 0 < service.log(kept).checkpoint_events < service.count(kept))
    victim = service.log(kept).worker
    fresh = service.submit(spec, pace=0.1)
    stepped = service.submit(spec, pace=30.0)
    service.until(lambda: service.count(stepped) > 9 and service.count(fresh))
    service.paused(stepped)
    before = service.count(stepped)
    service.send_command(stepped, "advance", steps=1)
    service.told_since(stepped, before)
    assert all(service.log(token).worker is victim for token in (fresh, stepped))
    spared = [worker for worker in service.workers if worker is not victim]
    seen = {token: service.events(token) for token in (kept, fresh, stepped)}
    os.kill(victim.pid, signal.SIGKILL)
    service.until(lambda: victim not in service.workers)
    assert [service.log(token).worker for token in seen] == spared * 3
    service.send_command(stepped, "resume")
    for token in seen:
        service.send_command(token, "pace", pace=None)
    whole = without_seconds(list(train(spec, data_of(spec))))
    for token, events in seen.items():
        assert service.ended(token)["outcome"] == "completed"
        assert service.events(token)[: len(events)] == events
        told = [e for e in without_seconds(service.events(token)) if e.get("why") != "stepped"]
        assert told == whole
    assert sum(e.get("why") == "stepped" for e in service.events(stepped)) == 1
    assert service.log(running).state == "running"
    assert len(service.workers) == 2
    (new,) = set(service.workers) - set(spared)
    assert new.ready.wait(LIMIT)


def test_a_killed_worker_loses_only_the_lot_it_was_at(service):
    """A sweep of six structures on two workers, of which one dies before it is through."""
    sweep = SweepSpec.of({"spec": SHORT.model_dump(), "axes": [RATES, BATCHES]})
    token = service.submit(sweep.spec, axes=sweep.axes)
    service.until(lambda: service.log(token).final)
    parts = dict(service.log(token).workers)
    assert set(parts.values()) == set(service.workers)
    victim = parts[f"{token}.1"]
    os.kill(victim.pid, signal.SIGKILL)
    service.until(lambda: victim not in service.workers)
    assert service.ended(token)["outcome"] == "completed"
    events = service.events(token)
    whole = list(sweep_events(sweep, find_table(sweep.spec.data.source)))
    assert final_cells(events) == final_cells(whole)
    kinds = [event["event"] for event in events if event["event"] != "cells"]
    assert kinds == ["sweep_started", "border", "run_ended"]


def test_a_run_that_eats_memory_fails_alone(service, running):
    data = {"source": "synthetic:rows=40000,features=500", "target": "y", "missing": "mean"}
    greedy = service.submit(SHORT.patched({"data": data, "scaling": {"features": "robust"}}))
    ended = service.ended(greedy)
    assert (ended["outcome"], ended["reason"]) == ("failed", NO_MEMORY)
    service.grown(running, 1)
    assert len(service.workers) == 2


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Small limits, whatever a test sets on top."""
    monkeypatch.setenv("UPHILL_RUNS", "2")
    monkeypatch.setenv("UPHILL_AWAY_MINUTES", "5")
    monkeypatch.setenv("UPHILL_ASLEEP_MINUTES", "30")
    settings.cache_clear()
    yield monkeypatch
    settings.cache_clear()


@pytest.fixture
def quiet(limits: pytest.MonkeyPatch, clock: Clock) -> Iterator[Service]:
    """A service without processes, on a clock of its own."""
    limits.setattr(service_module, "WorkerProcess", RecordingWorker)
    service = Service(1, clock=clock)
    yield service
    service.close()


def polled(service: Service, token: str) -> dict[str, Any]:
    return orjson.loads(service.poll(token, 0))


def end(service: Service, token: str) -> None:
    service.on_event(token, encode(STARTED))
    service.on_event(token, encode(failed("Because.")))


def test_a_run_that_takes_two_workers_with_it_ends_with_a_plain_reason(quiet):
    token = quiet.submit(SHORT)
    quiet.on_event(token, encode(STARTED))
    quiet.on_exit(quiet.workers[0])
    assert quiet.workers[0].received(token) == ["start"]
    assert quiet.log(token).state == "running"
    quiet.on_exit(quiet.workers[0])
    assert quiet.events(token)[-1]["reason"] == DIED
    other = quiet.submit(SHORT)
    assert quiet.workers[0].received(other) == ["start"]


def test_a_run_that_gets_on_between_two_deaths_is_not_blamed(quiet):
    token = quiet.submit(SHORT)
    for number in range(5):
        quiet.on_event(token, encode(STARTED | {"number": number}))
        quiet.on_checkpoint(token, f'{{"taken":{number}}}'.encode())
        quiet.on_exit(quiet.workers[0])
        assert quiet.workers[0].commands[-1]["checkpoint"] == f'{{"taken":{number}}}'
    assert quiet.log(token).state == "running"


def test_what_comes_again_behind_a_death_is_not_told_twice(quiet):
    token = quiet.submit(SHORT)
    lines = [encode(STARTED | {"number": number}) for number in range(6)]
    for line in lines[:2]:
        quiet.on_event(token, line)
    quiet.on_checkpoint(token, b"{}")
    for line in lines[2:5]:
        quiet.on_event(token, line)
    quiet.on_exit(quiet.workers[0])
    quiet.on_event(token, lines[2])
    quiet.on_checkpoint(token, b'"too soon"')
    assert quiet.log(token).checkpoint == b"{}"
    for line in lines[3:]:
        quiet.on_event(token, line)
    assert quiet.log(token).events == lines
    quiet.on_checkpoint(token, b'"later"')
    assert quiet.log(token).checkpoint == b'"later"'


def test_a_run_whose_worker_has_no_place_yet_goes_to_one_that_is_ready(limits, clock):
    limits.setattr(service_module, "WorkerProcess", RecordingWorker)
    service = Service(2, clock=clock)
    for worker in service.workers:
        worker.ready.clear()
    tokens = [service.submit(SHORT.patched({"training": {"batch_size": b}})) for b in (1, 2)]
    unplaced, placed = (service.log(token).worker for token in tokens)
    assert unplaced is not placed
    unplaced.revoke = lambda token: True
    service.check_runs()
    assert service.log(tokens[0]).worker is unplaced  # nobody is ready
    assert unplaced.received(tokens[0]) == ["start"]
    placed.ready.set()
    service.send_command(tokens[0], "pause")
    service.check_runs()
    assert [service.log(token).worker for token in tokens] == [placed, placed]
    assert placed.received(tokens[0]) == ["start", "pause"]
    assert placed.received(tokens[1]) == ["start"]
    service.close()


def test_a_run_that_is_to_pause_is_told_so_wherever_it_starts(limits, clock):
    limits.setattr(service_module, "WorkerProcess", RecordingWorker)
    service = Service(2, clock=clock)
    for worker in service.workers:
        worker.ready.clear()
    token = service.submit(SHORT, advance={"steps": 1})
    unplaced = service.log(token).worker
    (placed,) = (worker for worker in service.workers if worker is not unplaced)
    unplaced.revoke = lambda token: True
    placed.ready.set()
    service.check_runs()
    service.on_paused(token)
    placed.ready.clear()
    unplaced.ready.set()
    placed.revoke = lambda token: True
    service.check_runs()
    assert placed.received(token) == ["start"]
    assert unplaced.received(token) == ["start", "start", "pause"]
    asked = [command["advance"] for command in unplaced.commands if command["do"] == "start"]
    assert asked == [{"steps": 1}, None]
    service.close()


def test_a_worker_that_hangs_is_replaced_and_its_run_goes_on(service, running):
    hung = service.log(running).worker
    os.kill(hung.pid, signal.SIGSTOP)
    hung.pinged_at = float("-inf")  # it was asked long ago, and cannot answer
    service.check_runs()
    service.until(lambda: hung not in service.workers)
    service.grown(running, 1)
    assert all(worker.ready.wait(LIMIT) for worker in service.workers)


def test_only_an_unanswered_ping_makes_a_worker_hang(quiet, clock):
    (worker,) = quiet.workers
    for _ in range(3):
        clock.now += HANG_SECONDS + 1
        quiet.check_runs()
    assert not worker.killed
    worker.answers = False
    quiet.check_runs()
    clock.now += HANG_SECONDS
    quiet.check_runs()
    assert not worker.killed  # just in time
    clock.now += 1
    quiet.check_runs()
    assert worker.killed


def test_a_run_that_no_worker_stops_is_stopped_by_the_service(quiet, clock):
    token = quiet.submit(SHORT)
    epoch = {"event": "epoch_ended", "epoch": 4, "step": 14, "loss": 1.0, "full_loss": 1.0}
    for event in (STARTED, epoch):
        quiet.on_event(token, encode(event))
    quiet.send_command(token, "stop")
    clock.now += STOP_SECONDS
    quiet.check_runs()
    assert not quiet.log(token).ended
    clock.now += 1
    quiet.check_runs()
    ended = quiet.events(token)[-1]
    assert (ended["outcome"], ended["reason"]) == ("stopped", "Stopped by hand.")
    assert (ended["epoch"], ended["step"]) == (4, 14)
    assert quiet.workers[0].received(token) == ["start", "stop", "drop"]


def test_a_run_that_is_to_stop_is_not_restarted(quiet):
    token = quiet.submit(SHORT)
    quiet.send_command(token, "stop", why="Enough.")
    quiet.on_exit(quiet.workers[0])
    ended = quiet.events(token)[-1]
    assert (ended["outcome"], ended["reason"]) == ("stopped", "Enough.")
    assert quiet.workers[0].received(token) == []


def test_the_queue_is_shown_and_moves(quiet):
    first, second, third, fourth = (quiet.submit(SHORT) for _ in range(4))
    assert [polled(quiet, token).get("queue") for token in (first, second, third, fourth)] == [
        None,
        None,
        1,
        2,
    ]
    assert quiet.health()["queue"] == 2
    end(quiet, second)
    assert quiet.workers[0].received(third) == ["start"]
    assert (polled(quiet, third).get("queue"), polled(quiet, fourth)["queue"]) == (None, 1)
    quiet.send_command(fourth, "stop")
    assert polled(quiet, fourth)["events"][0]["outcome"] == "stopped"
    assert quiet.health()["queue"] == 0
    assert quiet.workers[0].received(fourth) == []


def test_a_full_queue_says_so(limits, clock):
    limits.setenv("UPHILL_QUEUE", "1")
    settings.cache_clear()
    limits.setattr(service_module, "WorkerProcess", RecordingWorker)
    service = Service(1, clock=clock)
    for _ in range(3):
        service.submit(SHORT)
    with pytest.raises(InputError, match="full: 1 runs wait"):
        service.submit(SHORT)
    service.close()


def test_a_learner_has_their_share_and_others_pass_by(limits, clock):
    limits.setenv("UPHILL_RUNS", "4")
    limits.setenv("UPHILL_RUNS_PER_LEARNER", "2")
    settings.cache_clear()
    limits.setattr(service_module, "WorkerProcess", RecordingWorker)
    service = Service(1, clock=clock)
    own = [service.submit(SHORT, learner="a") for _ in range(3)]
    other = service.submit(SHORT, learner="b")
    assert [bool(service.log(token).worker) for token in own] == [True, True, False]
    assert service.log(other).worker
    end(service, own[0])
    assert service.log(own[2]).worker
    service.close()


@pytest.mark.parametrize(
    ("patch", "pace", "words"),
    [
        ({"training": {"epochs": 100_000}}, None, "must be <= 5,000 on this server"),
        ({"training": {"epochs": 4000}}, 1.0, "take 67. Use fewer epochs, or a higher speed"),
    ],
)
def test_a_run_beyond_the_limits_is_refused_before_it_begins(quiet, limits, patch, pace, words):
    limits.setenv("UPHILL_EPOCHS", "5000")
    limits.setenv("UPHILL_RUN_MINUTES", "60")
    settings.cache_clear()
    with pytest.raises(InputError, match=words):
        quiet.submit(SHORT.patched(patch), pace=pace)
    assert quiet.health()["runs"] == 0


def test_a_table_beyond_the_limit_is_refused_with_what_to_change(limits):
    from core.limits import check_size

    limits.setenv("UPHILL_CELLS", "1000")
    settings.cache_clear()
    check_size(100, 10)
    with pytest.raises(InputError, match=r"<= 1,000 .* 101 × 10 = 1,010. Choose fewer features"):
        check_size(101, 10)


def test_a_browser_that_vanishes(quiet, clock):
    """Its run is paused, then gives up its place; whoever comes back finds it going on."""
    token = quiet.submit(SHORT)
    others = [quiet.submit(SHORT) for _ in range(2)]
    quiet.on_event(token, encode(STARTED))
    quiet.on_checkpoint(token, b"{}")
    worker = quiet.workers[0]

    def minutes(passed: float) -> None:
        clock.now += 60 * passed
        for other in others:
            quiet.log(other)
        quiet.check_runs()

    minutes(4.9)
    assert worker.received(token) == ["start"]
    minutes(0.2)
    assert worker.received(token) == ["start", "pause"]
    assert quiet.log(token).state == "running"  # asking is watching: it goes on
    assert worker.received(token) == ["start", "pause", "resume"]
    assert polled(quiet, others[1])["queue"] == 1
    minutes(36)
    assert worker.received(token)[3:] == ["drop"]
    assert quiet.log(others[1]).worker is worker
    quiet.on_event(token, encode(STARTED | {"late": True}))
    assert polled(quiet, token)["queue"] == 1
    end(quiet, others[0])
    assert worker.received(token)[4:] == ["start"]
    assert worker.commands[-1]["checkpoint"] == "{}"
    assert quiet.events(token) == [STARTED]


def test_a_run_that_its_learner_has_paused_stays_paused_when_they_come_back(quiet, clock):
    token = quiet.submit(SHORT)
    quiet.send_command(token, "pause")
    clock.now += 60 * 5.1
    quiet.check_runs()
    assert quiet.log(token).state == "pausing"
    assert quiet.workers[0].received(token) == ["start", "pause"]


def test_an_idle_run_that_is_restarted_stays_idle(quiet, clock):
    token = quiet.submit(SHORT)
    clock.now += 60 * 5.1
    quiet.check_runs()
    quiet.on_exit(quiet.workers[0])
    assert quiet.workers[0].received(token) == ["start", "pause"]


def test_a_run_that_takes_too_long_is_stopped_and_pauses_do_not_count(quiet, clock, limits):
    limits.setenv("UPHILL_RUN_MINUTES", "10")
    settings.cache_clear()
    token = quiet.submit(SHORT)

    def minutes(passed: int) -> None:
        for _ in range(passed):
            clock.now += 60
            quiet.log(token)
            quiet.check_runs()

    minutes(8)
    quiet.send_command(token, "pause")
    minutes(60)
    quiet.send_command(token, "resume")
    minutes(2)
    assert "stop" not in quiet.workers[0].received(token)
    minutes(1)
    assert (
        quiet.workers[0].commands[-1]["why"] == "Stopped: a run may take 10 minutes on this server."
    )


def test_a_clock_that_jumps_changes_nothing(monkeypatch, service):
    # back to 1970: a date that other servers in this process can still write into their headers
    monkeypatch.setattr(time, "time", lambda: 1.0)
    token = service.submit(SHORT, pace=100.0)
    assert service.ended(token)["outcome"] == "completed"
    assert 0 < MONITOR_SECONDS < 60 * settings().away_minutes


def test_training_reads_no_clock_that_can_jump():
    for file in (CORE / "training").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert (node.value.id, node.attr) not in {("time", "time"), ("datetime", "now")}


def test_a_thousand_wrong_tokens_leave_no_trace(quiet):
    token = quiet.submit(SHORT)
    quiet.on_event(token, encode(STARTED))
    before = polled(quiet, token), quiet.health()
    for _ in range(1000):
        with pytest.raises(InputError, match="not known here"):
            quiet.poll(secrets.token_urlsafe(16), 0)
    assert (polled(quiet, token), quiet.health()) == before
