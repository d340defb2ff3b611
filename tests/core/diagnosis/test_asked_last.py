"""What the last public questions taught: findings that were missing, sentences that were not so."""

import numpy as np

from tests.core.diagnosis.asked import TOO_HIGH, UNSCALED
from tests.core.diagnosis.runs import above_note
from tests.core.diagnosis.test_people import run_on

RANDOM = np.random.default_rng(3)
X = np.linspace(-1, 1, 60)
NOISE = RANDOM.normal(0, 0.03, (2, 60))


def test_a_run_behind_an_activation_that_was_still_falling_says_so():
    diagnosis = run_on(
        {"x": X, "y": 0.45 * X + NOISE[0]},
        model={"activation": "tanh", "initializer": "glorot_uniform"},
        optimizer={"learning_rate": 0.01},
        training={"epochs": 100},
    )
    assert (diagnosis.verdict, above_note(diagnosis)) == ("slow", ["too-few-epochs"])
    told = diagnosis.findings[0].summary
    assert told.startswith("After 100 epochs the loss is 0.")
    assert "and was still falling, and the best line without tanh leaves 0.00" in told


def test_momentum_that_leaves_the_loss_high_on_a_swing_is_named():
    """The rate is stable: a longer run would come down again."""
    diagnosis = run_on(
        {"x": 1.7 * X, "y": 5.1 * X + 2 + NOISE[1]},
        optimizer={"learning_rate": 1.6, "momentum": 0.9},
        training={"epochs": 5},
    )
    assert diagnosis.verdict == "diverging"
    assert above_note(diagnosis) == ["momentum-too-high"]
    told = diagnosis.findings[0].summary
    assert "× the largest stable rate the loss still swings, and keeps 90.0% of its swing" in told


def test_a_swing_that_more_epochs_would_end_is_not_without_a_finding():
    diagnosis = run_on(
        {"x": 1.7 * X, "y": 5.1 * X + 2 + NOISE[1]},
        model={"initializer": "glorot_uniform"},
        optimizer={"learning_rate": 0.05, "momentum": 0.99, "nesterov": True},
        training={"epochs": 5},
    )
    assert diagnosis.unhealthy
    assert "too-few-epochs" in above_note(diagnosis)


def test_what_settings_do_beside_a_wrong_program_is_told_of_the_right_one():
    diagnosis = run_on(
        {"x": 10 * X, "y": 5.1 * X + 2 + NOISE[1]},
        bug={"key": "gradient-ascent"},
        optimizer={"learning_rate": 0.05},
        training={"epochs": 5},
    )
    told = {finding.cause: finding.summary for finding in diagnosis.findings}
    assert next(iter(told)) == "bug:gradient-ascent"
    right = "once the program is right"
    assert f", so {right} every epoch would multiply the loss by " in told[TOO_HIGH]
    assert f"; {right}, and standardized, the same rate would be stable." in told[UNSCALED]
