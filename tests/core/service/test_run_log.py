"""One run's log: what a restart needs of it, and which logs make room for others."""

import pytest

from core.events import encode, failed
from core.service.run_log import RunLog, RunLogs
from tests.core.service.watched import SHORT

STARTED = encode({"event": "run_started", "epochs": 20})


def epoch(number: int, step: int) -> bytes:
    return encode({"event": "epoch_ended", "epoch": number, "step": step, "full_loss": 1.0})


@pytest.mark.parametrize(
    ("events", "steps"), [([], 0), ([STARTED], 0), ([STARTED, epoch(0, 2), epoch(1, 5)], 6)]
)
def test_a_restarted_run_replays_all_the_steps_whose_events_are_known(events, steps):
    log = RunLog(SHORT, 2.0)
    for event in events:
        log.append(event)
    assert log.start_commands("run", 1)["run"]["replay_steps"] == steps


def logs_of(*states: str) -> RunLogs:
    """A log of 100 bytes for each state, the oldest first."""
    logs = RunLogs()
    for number, state in enumerate(states):
        log = logs[str(number)] = RunLog(SHORT, None, size=100)
        if state:
            setattr(log, state, True)
    return logs


def test_the_oldest_that_do_not_train_make_room():
    logs = logs_of("ended", "", "suspended", "ended")
    logs.evict(400)
    assert len(logs) == 4
    logs.evict(399)
    assert list(logs) == ["1", "2", "3"]
    logs.evict(100)
    assert list(logs) == ["1"]
    logs.evict(0)
    assert list(logs) == ["1"]  # it trains


def test_a_run_of_nobody_is_commanded_by_who_has_its_token():
    assert RunLog(SHORT, None).is_owned_by("anybody")
    assert RunLog(SHORT, None, learner="me").is_owned_by("me")
    assert not RunLog(SHORT, None, learner="me").is_owned_by("you")


def test_what_the_service_stops_ends_where_its_last_event_was():
    log = RunLog(SHORT, None, stop_reason="Enough.")
    assert (log.stopped_event()["epoch"], log.stopped_event()["outcome"]) == (None, "stopped")
    log.append(epoch(3, 11))
    ended = log.stopped_event()
    assert (ended["epoch"], ended["step"], ended["reason"]) == (3, 11, "Enough.")
    log.append(encode(failed("x")))
    assert log.ended
