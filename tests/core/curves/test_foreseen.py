"""A curve from elsewhere over what its script should print."""

import numpy as np
import pytest

from core.curves.curve import Curve
from core.curves.foreseen import Foreseen, held_against
from core.curves.picture import draw
from core.spec import Spec
from core.theory.predict import predict
from tests.conftest import data_of

X, Y = np.arange(1.0, 9.0), 3 * np.arange(1.0, 9.0) - 2
POINTS = "points:" + ";".join(f"{x:g},{y:g}" for x, y in zip(X, Y, strict=True))


def script(rate: float, **more) -> Spec:
    """Eight points, full batches, from zero: as a loop in NumPy has it."""
    return Spec().patched(
        {
            "data": {"source": POINTS, "target": "y", "validation_fraction": 0},
            "model": {"initializer": "zeros"},
            "optimizer": {"learning_rate": rate},
            "training": {"epochs": 30, "batch_size": None},
        }
        | more
    )


def foreseen(spec: Spec) -> Foreseen:
    found = Foreseen.of(spec, predict(spec, data_of(spec)), 8)
    assert found is not None
    return found


def printed(rate: float, epochs: int = 20, sign: float = 1.0, switch: int = 99) -> list[float]:
    """What such a loop prints, computed here; its sign may switch in some epoch."""
    w = b = 0.0
    losses = []
    for epoch in range(epochs):
        error = w * X + b - Y
        losses.append(float(np.mean(error**2)))
        turn = -sign if epoch >= switch else sign
        w, b = w - turn * rate * 2 * np.mean(error * X), b - turn * rate * 2 * np.mean(error)
    return losses


def said(losses: list[float], spec: Spec):
    return held_against(Curve.of({"loss": losses}), foreseen(spec))


@pytest.mark.parametrize("rate", [0.01, 0.05])
def test_a_loop_that_does_as_it_says_prints_what_is_foreseen(rate):
    held = said(printed(rate), script(rate))
    assert held.agrees
    assert held.text == "Your losses are those foreseen."


def test_three_losses_are_enough_to_be_held_and_two_are_not():
    three = said(printed(0.01, epochs=3), script(0.01))
    assert (three.agrees, three.text) == (True, "Your losses are those foreseen.")
    assert "too few" in said(printed(0.01, epochs=2), script(0.01)).text


def test_half_of_the_loss_and_losses_printed_after_the_step_are_known():
    half = said([loss / 2 for loss in printed(0.01)], script(0.01))
    assert half.agrees
    assert "0.5 × as large" in half.text
    after = said(printed(0.01)[1:], script(0.01))
    assert after.agrees
    assert "after its step" in after.text


def test_the_epoch_where_it_leaves_is_told():
    held = said(printed(0.01, switch=7), script(0.01))
    assert held.agrees is False
    assert "up to epoch 9" in held.text  # printed before the step of the eighth epoch shows
    uphill = said(printed(0.01, sign=-1.0), script(0.01))
    assert uphill.agrees is False
    assert "up to epoch 2" in uphill.text


def test_from_unknown_first_weights_growth_and_level_are_compared():
    drawn = {"model": {"initializer": "glorot_uniform"}}
    assert said(printed(0.05), script(0.05, **drawn)).agrees
    assert "multiplied by" in said(printed(0.05), script(0.05, **drawn)).text
    other = said(printed(0.08), script(0.05, **drawn))
    assert other.agrees is False
    assert "they differ" in other.text
    assert said(printed(0.05), script(0.01, **drawn)).agrees is False
    settled = [9.0, 5.0, *[4.0] * 30]
    assert said(settled, script(0.03, **drawn)).agrees is not True


def test_a_log_that_counts_steps_lies_where_its_steps_are():
    spec = script(0.01, training={"epochs": 60, "batch_size": None})
    losses = printed(0.01, 60)
    curve = Curve.of({"step": list(range(0, 60, 10)), "loss": losses[::10]})
    assert held_against(curve, foreseen(spec)).agrees
    trace = next(t for t in draw(curve, None, foreseen=foreseen(spec)).data if "foreseen" in t.name)
    assert trace.y[10] == pytest.approx(losses[10], rel=1e-5)
    assert trace.x[10] == 10


def test_without_a_curve_of_theory_or_epochs_in_common_nothing_is_claimed():
    relu = script(0.01, model={"activation": "relu"})
    assert Foreseen.of(relu, predict(relu, data_of(relu)), 8) is None
    beyond = Curve.of({"epoch": [400, 401, 402], "loss": [3, 2, 1]})
    assert held_against(beyond, foreseen(script(0.01))).agrees is None
