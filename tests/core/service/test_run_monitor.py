"""What is done to a run that nobody watches, or that takes long: decided by the clock alone."""

import pytest

from core.service.run_log import RunLog
from core.service.run_monitor import RunMonitor
from core.settings import settings
from tests.core.clock import Clock
from tests.core.service.stand_ins import RecordingWorker
from tests.core.service.watched import SHORT

AWAY, ASLEEP = 5.0, 30.0  # minutes


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch):
    for name, minutes in (("AWAY", AWAY), ("ASLEEP", ASLEEP), ("RUN", 120)):
        monkeypatch.setenv(f"UPHILL_{name}_MINUTES", f"{minutes:g}")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def monitor(clock: Clock) -> RunMonitor:
    return RunMonitor(clock)


@pytest.fixture
def log(monitor: RunMonitor) -> RunLog:
    """A run that trains, and is watched now."""
    log = RunLog(SHORT, None, workers={"run": RecordingWorker(None)})
    monitor.on_watched(log)
    return log


@pytest.mark.parametrize(
    ("minutes", "action"),
    [
        (AWAY, None),
        (AWAY + 0.1, "pause"),
        (ASLEEP + 0.1, "pause"),
        (AWAY + ASLEEP, "pause"),
        (AWAY + ASLEEP + 0.1, "suspend"),
    ],
)
def test_it_is_paused_and_later_suspended(monitor, log, clock, minutes, action):
    clock.now += 60 * minutes
    assert [done for _, done in monitor.check({"run": log})] == ([action] if action else [])


def test_an_idle_run_is_not_paused_again(monitor, log, clock):
    log.idle = True
    clock.now += 60 * (AWAY + 1)
    assert list(monitor.check({"run": log})) == []


def test_what_does_not_train_is_left_alone(monitor, log, clock):
    log.suspended = True
    clock.now += 1e6
    assert list(monitor.check({"run": log})) == []
    assert log.trained_seconds == 0


@pytest.mark.parametrize(("minutes", "actions"), [(AWAY, []), (AWAY + 0.1, ["forget"])])
def test_what_has_ended_is_forgotten_once_nobody_looks(monitor, log, clock, minutes, actions):
    log.ended = True
    clock.now += 60 * minutes
    assert [done for _, done in monitor.check({"run": log})] == actions
    assert log.trained_seconds == 0
    monitor.on_watched(log)
    assert list(monitor.check({"run": log})) == []


@pytest.mark.parametrize(("state", "counts"), [("", True), ("paused", False), ("idle", False)])
def test_only_training_counts_against_the_limit(monitor, log, clock, state, counts):
    if state:
        setattr(log, state, True)
    clock.now += 60
    list(monitor.check({"run": log}))
    assert log.trained_seconds == (60 if counts else 0)
    log.workers = {}
    clock.now += 60
    list(monitor.check({"run": log}))
    assert log.trained_seconds == (60 if counts else 0)


def test_a_run_beyond_the_limit_is_stopped_though_it_is_watched(monitor, log, clock):
    for _ in range(121):
        clock.now += 60
        monitor.on_watched(log)
        actions = list(monitor.check({"run": log}))
    assert actions == [("run", "stop")]
