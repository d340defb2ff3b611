"""Every lesson does what it says."""

import itertools
import re
from functools import cache

import numpy as np
import pytest

from core.bugs.bug import Stage
from core.data.columns import choose_features, warnings
from core.data.uploads import find_table
from core.diagnosis.diagnosis import diagnose
from core.events import Event
from core.lessons import LESSON_BY_KEY, LESSONS
from core.lessons.lesson import Group
from core.spec import Spec
from core.training.trainer import train
from tests.conftest import column, data_of
from tests.core.diagnosis.runs import above_note, diagnosis_of

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
with_contrast = pytest.mark.parametrize(
    "lesson", [lesson for lesson in LESSONS if lesson.then], ids=lambda lesson: lesson.key
)


@cache
def events_of(spec: Spec) -> list[Event]:
    return list(train(spec, data_of(spec)))


@every_lesson
def test_the_texts_are_there(lesson):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", lesson.key)
    assert lesson.title
    for text in (lesson.do, lesson.see, lesson.why, lesson.learnt):
        assert text == text.strip()
        assert text.endswith(".")
        assert "  " not in text
        assert len(text) > 20
    assert lesson.do.startswith("Press Train")
    assert len(lesson.do) <= 90  # a line
    assert len(lesson.learnt) <= 100


def test_a_group_s_lessons_stand_together_and_none_is_empty():
    groups = [group for group, _ in itertools.groupby(lesson.group for lesson in LESSONS)]
    assert groups == list(Group.__args__)


def test_keys_and_titles_differ():
    assert len(LESSON_BY_KEY) == len(LESSONS) == len({lesson.title for lesson in LESSONS})


@every_lesson
def test_the_spec_is_valid_and_its_table_has_the_columns(lesson):
    spec = lesson.spec
    assert Spec.from_json(spec.model_dump_json()) == spec
    table = find_table(spec.data.source)
    assert spec.data.target not in choose_features(table, spec.data)
    assert warnings(table, spec.data) == []


@every_lesson
def test_it_ends_as_it_says(lesson):
    events = events_of(lesson.spec)
    assert events[-1]["outcome"] == lesson.outcome, events[-1]["reason"]
    told = [event["event"] for event in events]
    assert (told[0], told[-1]) == ("run_started", "run_ended")
    assert told.count("run_started") == told.count("run_ended") == 1


@with_contrast
def test_the_contrast_completes_and_is_better(lesson):
    label, patch = lesson.then
    assert label
    spec = lesson.spec.patched(patch)
    assert spec != lesson.spec
    events = events_of(spec)
    assert events[-1]["outcome"] == "completed", events[-1]["reason"]
    before, after = column(events_of(lesson.spec), "full_loss"), column(events, "full_loss")
    if lesson.outcome != "failed":
        assert not before[-1] <= after[-1]
    assert after[-1] < after[0]


def test_the_loss_of_the_question_grows_by_3_5547():
    losses = column(events_of(LESSON_BY_KEY["loss-goes-up"].spec), "full_loss")
    finite = losses[np.isfinite(losses)]
    assert len(finite) > 20
    np.testing.assert_allclose(finite[6:] / finite[5:-1], 3.5547, rtol=1e-3)


def test_half_the_rate_falls_at_every_epoch():
    losses = column(events_of(LESSON_BY_KEY["rate-below-the-limit"].spec), "full_loss")
    assert (np.diff(losses) < 0).all()


def test_a_run_that_stalls_has_hardly_moved():
    for key in ("example-1-adam", "rate-too-small"):
        events = events_of(LESSON_BY_KEY[key].spec)
        losses = column(events, "full_loss")
        assert losses[-1] > 2 * events[0]["optimal_loss"]


@pytest.mark.parametrize(
    ("key", "cause"),
    [
        ("momentum-too-high", "momentum-too-high"),
        ("no-bias", "no-bias"),
        ("powers-unscaled", "features-unscaled"),
    ],
)
def test_the_diagnosis_names_what_the_lesson_is_about_and_its_contrast_is_healthy(key, cause):
    lesson = LESSON_BY_KEY[key]
    assert cause in above_note(diagnosis_of(lesson.spec))
    assert above_note(diagnosis_of(lesson.spec.patched(lesson.then[1]))) == []


def test_without_a_bias_the_loss_stays_four_times_above_the_mean_s():
    events = events_of(LESSON_BY_KEY["no-bias"].spec)
    assert 4 < column(events, "full_loss")[-1] / events[0]["baseline_loss"] < 4.5


def test_momentum_climbs_again_from_the_bottom():
    losses = column(events_of(LESSON_BY_KEY["momentum-too-high"].spec), "full_loss")
    bottom = int(np.argmin(losses[:40]))
    assert losses[bottom] < 0.2 * losses[0]
    assert 0.4 < losses[bottom:].max() / losses[0] < 0.6


def test_a_schedule_over_the_limit_climbs_and_falls_again_where_it_says():
    losses = column(events_of(LESSON_BY_KEY["schedule-over-the-limit"].spec), "full_loss")
    bottom = int(np.argmin(losses[:30]))
    top = bottom + int(np.argmax(losses[bottom:]))
    assert losses[top] > 1e6 * losses[bottom]
    assert losses[-1] < losses[bottom]
    assert (abs(bottom - 17) <= 2, abs(top - 50) <= 2) == (True, True)


def test_a_schedule_that_decays_too_soon_stands_still_far_above_the_optimum():
    events = events_of(LESSON_BY_KEY["schedule-too-soon"].spec)
    losses = column(events, "full_loss")
    assert losses[-1] > 2 * events[0]["optimal_loss"]
    assert losses[-1] == pytest.approx(losses[20], rel=1e-2)


@pytest.mark.parametrize("key", ["healthy", "example-1-standardized", "example-2-standardized"])
def test_a_healthy_run_ends_just_above_the_optimum(key):
    events = events_of(LESSON_BY_KEY[key].spec)
    assert 1 <= column(events, "full_loss")[-1] / events[0]["optimal_loss"] < 1.1


def test_every_stage_at_which_a_bug_can_be_has_a_lesson():
    shown = {lesson.spec.bug.stage for lesson in LESSONS if lesson.spec.bug}
    assert shown == set(Stage.__args__)


def test_each_example_of_the_document_runs():
    examples = [key for key in LESSON_BY_KEY if key.startswith("example-")]
    assert {key.split("-")[1] for key in examples} == {"1", "2", "3"}


MENDING = {
    "mend-example-3": "bug:weight-shape",
    "mend-the-scale": "bug:misplaced-scale",
    "mend-the-bias": "bug:dropped-bias",
    "mend-the-columns": "bug:wrong-feature-index",
    "mend-the-overflow": "bug:overflowing-exp",
    "mend-the-shapes": "bug:broadcast-loss",
    "mend-the-sum": "bug:sum-for-mean",
    "mend-the-sign": "bug:gradient-ascent",
    "mend-the-update": "bug:double-update",
    "mend-the-pairs": "bug:shifted-targets",
}


@pytest.mark.parametrize("key", MENDING)
def test_what_is_to_be_mended_is_named_and_mended_it_is_no_bug_any_more(key):
    lesson = LESSON_BY_KEY[key]
    mended = lesson.spec.patched(lesson.then[1])
    named = [
        [f.cause for f in diagnose(spec, data_of(spec), events_of(spec)).findings]
        for spec in (lesson.spec, mended)
    ]
    assert named[0][0] == MENDING[key]
    assert not [cause for cause in named[1] if cause.startswith("bug:")]


def test_each_lesson_of_mending_is_checked():
    assert list(MENDING) == [lesson.key for lesson in LESSONS if lesson.group == "mend"]
