"""A run that still goes on: what is seen so far is said, and nothing that only its end can show."""

import pytest

from core.bugs import BUGS
from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.events import Event, failed
from core.lessons import LESSONS, Lesson
from core.spec import Spec
from tests.core.diagnosis.runs import above_note, begun, diagnosis_of, run_of

ONLY_THE_END_SHOWS = {
    "too-few-epochs",
    "learning-rate-too-low",
    "schedule-decays-too-soon",
    "target-unscaled",
}
LATER = {  # bugs that one step does not show, or does not tell from another
    "weight-shape",
    "overflowing-exp",
    "accumulated-gradients",
    "epoch-drift",
    "repeated-scaling",
}
RUNNING = [lesson for lesson in LESSONS if lesson.outcome != "failed"]  # those never start


def so_far(lesson: Lesson, epochs: int, *more: Event) -> Diagnosis:
    data, events = run_of(lesson.spec)
    return diagnose(lesson.spec, data, [*begun(events, epochs), *more])


@pytest.mark.parametrize("epochs", [1, 10])
@pytest.mark.parametrize("lesson", RUNNING, ids=lambda lesson: lesson.key)
def test_a_running_run_has_the_cause_it_will_have_at_its_end(lesson, epochs):
    found = so_far(lesson, epochs)
    assert found.outcome is None
    at_the_end = above_note(diagnosis_of(lesson.spec))
    assert above_note(found) == [c for c in at_the_end if c not in ONLY_THE_END_SHOWS]
    assert {cause for cause, _ in found.not_checked} >= ONLY_THE_END_SHOWS


def test_a_run_stopped_by_hand_is_not_blamed_for_its_length():
    (lesson,) = [lesson for lesson in LESSONS if lesson.key == "rate-too-small"]
    stopped = failed("Stopped by hand.") | {"outcome": "stopped"}
    assert above_note(so_far(lesson, 3, stopped)) == []
    assert above_note(diagnosis_of(lesson.spec)) == ["learning-rate-too-low", "too-few-epochs"]


@pytest.mark.parametrize("bug", [b for b in BUGS if b.name() not in LATER], ids=lambda b: b.name())
def test_a_bug_is_named_as_soon_as_one_step_was_probed(bug):
    spec = Spec().patched(bug.example).patched({"bug": {"key": bug.name()}})
    data, events = run_of(spec)
    first = next(i for i, event in enumerate(events) if event["event"] == "probe")
    found = diagnose(spec, data, list(events[: first + 1]))
    assert found.findings[0].cause == bug.finding()
