"""Real questions: what people asked, and what they should have been told."""

import numpy as np
import orjson
import pytest

from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.finding import Remedy, Search
from core.diagnosis.remedies.course import Course
from core.diagnosis.remedies.trial import result_of
from core.lessons import LESSON_BY_KEY
from core.record import Record
from core.spec import Spec
from core.theory.predict import predict
from tests.core.diagnosis.runs import diagnosis_of, run_of, searched

TOO_HIGH = "learning-rate-above-critical"


def causes(diagnosis) -> list[str]:
    return [finding.cause for finding in diagnosis.findings]


def found(diagnosis, cause):
    return next(finding for finding in diagnosis.findings if finding.cause == cause)


def remedy(search: Search, patch: dict) -> Remedy:
    return next(remedy for remedy in search.remedies if remedy.patch == patch)


def value(finding, name):
    return next(fact.value for fact in finding.evidence if fact.name == name)


def test_one_to_twenty():
    diagnosis = diagnosis_of(LESSON_BY_KEY["loss-goes-up"].spec)
    assert diagnosis.verdict == "diverging"
    assert set(causes(diagnosis)) == {TOO_HIGH, "features-unscaled"}
    first = found(diagnosis, TOO_HIGH)
    assert first.summary == (
        "The learning rate 0.01 is 1.44 × the largest stable one, 0.00693, so every epoch "
        "multiplies the loss by 3.55."
    )
    assert first.evidence[0].value / first.evidence[0].limit == pytest.approx(1.443, abs=1e-3)


def test_hundred_points():
    spec = LESSON_BY_KEY["issue-3148"].spec
    diagnosis = diagnosis_of(spec)
    assert set(causes(diagnosis)) == {TOO_HIGH, "features-unscaled"}
    shown = found(diagnosis, TOO_HIGH).evidence[0]
    assert shown.value / shown.limit == pytest.approx(1642, abs=1)
    scaled = remedy(searched(spec)[1], {"scaling": {"features": "standard"}})
    assert (scaled.changes, scaled.reaches, scaled.verified) == (1, "optimum", True)
    assert scaled.epochs_to_optimum is not None and scaled.epochs_to_optimum < 10


def test_an_influential_row():
    spec = Spec().patched(
        {
            "data": {"source": "influential-point", "target": "y", "validation_fraction": 0},
            "optimizer": {"learning_rate": 0.01},
            "loss": {"reduction": "sum"},
            "training": {"batch_size": None},
        }
    )
    diagnosis = diagnosis_of(spec)
    first = diagnosis.findings[0]
    assert (first.cause, first.severity) == ("influential-rows", "error")
    assert "Row 5 (x = 35)" in first.summary
    assert value(first, "row") == 5
    shown = found(diagnosis, TOO_HIGH).evidence[0]
    assert shown.value / shown.limit == pytest.approx(12.6, abs=0.05)
    left_out = remedy(searched(spec)[1], {"data": {"exclude_rows": [5]}})
    assert (left_out.title, left_out.reaches) == ("Leave out row 5", "optimum")


def test_a_growing_schedule():
    """1e-3 · 1.2^(t/10): Keras' ExponentialDecay with a decay rate above 1, one step an epoch."""
    spec = LESSON_BY_KEY["loss-goes-up"].spec.patched(
        {
            "optimizer": {"learning_rate": 1e-3},
            "schedule": {"key": "exponential_decay", "decay_steps": 10, "decay_rate": 1.2},
            "training": {"epochs": 300},
        }
    )
    diagnosis = diagnosis_of(spec)
    first = diagnosis.findings[0]
    assert (diagnosis.verdict, first.cause, first.stage) == (
        "diverging",
        "schedule-crosses-critical",
        "hyperparameters",
    )
    # 1e-3 · 1.2^(t/10) = 2 / 288.5 at t = 106.19: the step after it is the first one above
    assert value(first, "unstable since step") == 107
    # the steepest component begins anew from float32's rounding: predicted to the epoch, or two
    data, events = run_of(spec)
    real, told = Record.of(events).full_loss, np.array(predict(spec, data).full_loss)
    assert abs(np.argmax(real[20:] > 10) - np.argmax(told[20:] > 10)) <= 2
    assert searched(spec)[1].remedies[0].reaches == "optimum"


def test_a_plateau_at_the_variance_of_y():
    spec = Spec().patched(
        {
            "data": {"source": "two-features", "target": "y"},
            "optimizer": {"learning_rate": 0.1},
            "bug": {"key": "broadcast-loss"},
        }
    )
    diagnosis = diagnosis_of(spec)
    assert diagnosis.verdict == "stuck"
    assert (diagnosis.findings[0].cause, diagnosis.findings[0].stage) == (
        "bug:broadcast-loss",
        "loss",
    )


def test_a_remedy_that_does_not_cure_is_not_verified():
    spec = LESSON_BY_KEY["loss-goes-up"].spec
    longer = spec.patched({"training": {"epochs": 120}})
    data, events = run_of(longer)
    result = result_of(Course(longer, data), events)
    assert (result.reaches, result.outcome) == (None, "diverged")


def test_the_answer_travels_as_json():
    told = orjson.loads(orjson.dumps(diagnosis_of(LESSON_BY_KEY["loss-goes-up"].spec).to_json()))
    assert Diagnosis.from_json(told).to_json() == told
    assert set(told) == {
        "outcome",
        "verdict",
        "findings",
        "remedies",
        "tried",
        "why_none",
        "not_checked",
    }
    assert told["remedies"] is told["tried"] is None  # not looked for yet
    first = told["findings"][0]
    assert set(first) == {"cause", "stage", "severity", "summary", "evidence"}
    assert set(first["evidence"][0]) == {"name", "value", "limit", "text"}
    assert {"cause", "missing"} == set(told["not_checked"][0])
