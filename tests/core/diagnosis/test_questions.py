"""Real questions: what people asked, and what they should have been told."""

import numpy as np
import orjson
import pytest

from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.remedies import verify
from core.lessons import LESSON_BY_KEY
from core.record import Record
from core.spec import Spec
from core.theory.predict import predict
from tests.core.diagnosis.runs import diagnosis_of, run_of

TOO_HIGH = "learning-rate-above-critical"


def causes(diagnosis) -> list[str]:
    return [finding.cause for finding in diagnosis.findings]


def found(diagnosis, cause):
    return next(finding for finding in diagnosis.findings if finding.cause == cause)


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
    scaled = next(
        remedy
        for remedy in diagnosis.findings[0].remedies
        if remedy.patch == {"scaling": {"features": "standard"}}
    )
    assert not scaled.verified
    proven = verify(spec, scaled, lambda spec: list(run_of(spec)[1]))
    assert (proven.verified, proven.outcome) == (True, "completed")
    assert proven.epochs_to_optimum is not None and proven.epochs_to_optimum < 10


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
    left_out = first.remedies[0]
    assert (left_out.title, left_out.patch) == (
        "Leave out row 5",
        {"data": {"exclude_rows": [5]}},
    )
    proven = verify(spec, left_out, lambda spec: list(run_of(spec)[1]))
    assert (proven.verified, proven.outcome) == (True, "completed")


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
    cured = verify(spec, first.remedies[0], lambda spec: list(run_of(spec)[1]))
    assert cured.verified


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
    remedy = diagnosis_of(spec).findings[0].remedies[0]
    useless = type(remedy)("Train for longer", {"training": {"epochs": 120}})
    proven = verify(spec, useless, lambda spec: list(run_of(spec)[1]))
    assert (proven.verified, proven.outcome) == (False, "diverged")


def test_the_answer_travels_as_json():
    told = orjson.loads(orjson.dumps(diagnosis_of(LESSON_BY_KEY["loss-goes-up"].spec).to_json()))
    assert Diagnosis.from_json(told).to_json() == told
    assert set(told) == {"outcome", "verdict", "findings", "not_checked"}
    first = told["findings"][0]
    assert set(first) == {"cause", "stage", "severity", "summary", "evidence", "remedies"}
    assert set(first["evidence"][0]) == {"name", "value", "limit", "text"}
    assert set(first["remedies"][0]) == {
        "title",
        "patch",
        "verified",
        "outcome",
        "final_loss",
        "epochs_to_optimum",
    }
    assert {"cause", "missing"} == set(told["not_checked"][0])
