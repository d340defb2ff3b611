"""The verdict on curves that are drawn by hand: what a run looks like hangs on its losses alone."""

import numpy as np
import pytest

from core.diagnosis.course import verdict_of
from core.diagnosis.observed import Observed
from core.diagnosis.spec_run import declared_by
from core.spec import Spec
from tests.conftest import data_of

SQUARED = Spec().patched(  # all targets are within the activation's reach
    {"data": {"source": "diabetes", "target": "target"}, "model": {"activation": "relu"}}
)
NO_THEORY = SQUARED.patched({"loss": {"key": "mae"}})
OUT_OF_REACH = Spec().patched(
    {"data": {"source": "two-features", "target": "y"}, "model": {"activation": "sigmoid"}}
)
HIGH = [95.0] * 5
FALLING = np.linspace(91, 90, 6).tolist()
RESTLESS = [91.0, 90.0] * 3


def run_with(curve: list[float], start: float, baseline: float, spec: Spec = NO_THEORY):
    """A run with these losses at its epochs' ends, of which no step was probed."""
    begun = {"event": "run_started", "full_loss": start, "baseline_loss": baseline}
    epoch = dict.fromkeys(
        ("loss", "val_loss", "learning_rate", "gradient_norm", "update_norm", "weight_norm")
    )
    epochs = [
        {"event": "epoch_ended", "epoch": i, "step": i, "full_loss": loss, "weights": []} | epoch
        for i, loss in enumerate(curve)
    ]
    ended = {"event": "run_ended", "outcome": "completed"}
    return Observed(declared_by(spec, data_of(spec)), [begun, *epochs, ended])


@pytest.mark.parametrize(
    ("tail", "start", "baseline", "verdict"),
    [
        (FALLING, 101, 100, "slow"),  # 1 of 11 since the start
        (FALLING, 100, 101, "slow"),  # 1 of 11 below the baseline
        (FALLING, 1000, 100, "healthy"),  # 1 of 910 is nothing
        (FALLING, 101, 1000, "healthy"),
        (RESTLESS, 101, 100, "oscillating"),
        (RESTLESS, 1000, 100, "healthy"),
        ([90.0], 101, 100, "healthy"),  # one epoch shows no motion
        (FALLING, 1000, 90, "stuck"),
        (FALLING, 1000, 90.8, "stuck"),  # 1 % below the baseline
        (FALLING, 1000, 91.1, "healthy"),
        (FALLING, 1000, float("nan"), "biased"),
    ],
)
def test_without_theory_a_curve_is_measured_by_how_far_it_came(tail, start, baseline, verdict):
    curve = HIGH[: len(tail) - 1] + tail
    assert verdict_of(run_with(curve, start, baseline)) == verdict


def test_a_loss_behind_an_activation_that_cannot_reach_the_target_is_not_healthy():
    assert verdict_of(run_with([90.0] * 10, 1000, 100, OUT_OF_REACH)) == "biased"


STRAIGHT = Spec().patched(
    {"data": {"source": "two-features", "target": "y"}, "training": {"batch_size": None}}
)


@pytest.mark.parametrize(
    ("curve", "verdict"),
    [
        (np.linspace(230, 260, 20).tolist(), "diverging"),  # up from its own start, and still
        (np.linspace(229, 231, 20).tolist(), "slow"),  # by less than 1 %
        ([230, 260, *np.linspace(255, 240, 18).tolist()], "slow"),  # up, and down again
        ([*np.linspace(230, 260, 10).tolist(), *[260.0] * 10], "slow"),  # up, and standing
    ],
    ids=["climbs", "hardly", "returns", "stands"],
)
def test_a_loss_that_climbs_above_its_own_start_diverges(curve, verdict):
    assert verdict_of(run_with(curve, 229.6, 85.7, STRAIGHT)) == verdict


@pytest.mark.parametrize(
    ("tail", "baseline", "verdict"),
    [
        (FALLING, 100, "slow"),  # the best line, which the table allows, leaves half of it
        ([90.0] * 6, 100, "biased"),
        (FALLING, 1000, "healthy"),
        (FALLING, 90, "stuck"),
    ],
)
def test_behind_an_activation_the_best_line_is_what_the_table_allows(tail, baseline, verdict):
    curve = HIGH[: len(tail) - 1] + tail
    assert verdict_of(run_with(curve, 1000, baseline, SQUARED)) == verdict
