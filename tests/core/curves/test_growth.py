"""Growth and ratio, given back from curves whose recursion is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.curves.curve import Curve
from core.curves.growth import growth_of, last_digit
from core.curves.measured import Known
from core.curves.read import read_text
from core.curves.reading import read
from core.lessons import LESSONS
from core.theory.predict import predict
from tests.conftest import data_of

RATIOS = st.floats(1.03, 3.0)
FLAT = st.lists(st.floats(0.001, 0.7), max_size=4)  # other curvatures, the steepest being 1


def descent(ratio: float, flat: list[float], epochs: int, floor: float = 0.0) -> np.ndarray:
    """Losses of gradient descent on a quadratic whose largest stable rate is 1/ratio of ours."""
    curvatures = np.array([1.0, *flat])
    factors = (1 - 2 * ratio * curvatures) ** 2
    return floor + (np.linspace(1, 2, len(factors)) * factors ** np.arange(epochs)[:, None]).sum(1)


def told(losses: np.ndarray, **known: float) -> dict[str, float]:
    reading = read(Curve.of({"loss": losses.tolist()}), Known(**known))
    return {statement.name: statement.value for statement in reading.said}


@given(RATIOS, FLAT, st.floats(0, 1000))
def test_a_growing_loss_gives_back_growth_and_ratio(ratio, flat, floor):
    with np.errstate(over="ignore"):
        losses = descent(ratio, flat, 150, floor).astype(np.float32)
    found = told(losses.astype(float))
    assert found["growth per epoch"] == pytest.approx((1 - 2 * ratio) ** 2, rel=0.01)
    assert found["learning rate / largest stable"] == pytest.approx(ratio, rel=0.01)


@given(st.floats(0.5, 0.97), st.floats(0.0, 1000.0))
def test_a_falling_loss_bounds_the_ratio(ratio, floor):
    found = told(descent(ratio, [], 40, floor).astype(np.float32).astype(float))
    if "growth per epoch" in found:  # else it has fallen to its floor too soon to be seen
        assert found["growth per epoch"] == pytest.approx((1 - 2 * ratio) ** 2, rel=0.01)
        assert found["learning rate / largest stable"] == pytest.approx(ratio, rel=0.01)


@given(st.floats(0.02, 0.5), st.floats(0.2, 0.98))
def test_the_bound_holds_where_a_flat_direction_is_what_is_left(flat, ratio):
    found = told(descent(ratio, [flat], 200))
    assert found.get("learning rate / largest stable", 1.0) >= ratio * 0.99


@pytest.mark.parametrize("form", ["{:.4e}", "{:.4f}", "{:.6g}"])
def test_printed_digits_are_enough(form):
    losses = descent(1.4, [0.3, 0.01], 30, 7.0)
    text = "\n".join("loss: " + form.format(loss) for loss in losses)
    (ratio,) = [s.value for s in read(read_text(text)).said if s.name.startswith("learning")]
    assert ratio == pytest.approx(1.4, rel=0.01)


@pytest.mark.parametrize(
    "losses",
    [0.5 + 1e-4 * np.arange(30)[::-1], 0.5 + 1e-4 * 2.0 ** np.arange(7)[::-1]],
    ids=["last-digit-by-last-digit", "the-last-seven-digits-of-a-fall"],
)
def test_rounding_is_not_taken_for_a_course(losses):
    assert growth_of(np.arange(len(losses)), np.round(losses, 4)) is None


def test_epochs_that_were_left_out_are_counted():
    losses = descent(1.2, [0.1], 200)[::5]
    curve = Curve.of({"epoch": np.arange(1, 201, 5).tolist(), "loss": losses.tolist()})
    assert read(curve).said[0].value == pytest.approx((1 - 2.4) ** 2, rel=0.01)


def test_steps_per_epoch_are_taken_into_account():
    losses = descent(1.05, [], 120)[::4]  # four updates an epoch
    found = told(losses, steps_per_epoch=4)
    assert found["growth per epoch"] == pytest.approx((1 - 2.1) ** 8, rel=0.01)
    assert found["learning rate / largest stable"] == pytest.approx(1.05, rel=0.01)


def test_uneven_growth_is_told_on_average():
    noise = np.random.default_rng(0).normal(0, 0.15, 60)
    losses = np.exp(0.2 * np.arange(60) + noise)
    found = growth_of(np.arange(60), losses)
    assert found is not None and not found.steady
    assert found.factor == pytest.approx(np.exp(0.2), rel=0.02)


@pytest.mark.parametrize(
    "losses",
    [
        np.ones(20),
        1 + 0.3 * np.random.default_rng(1).normal(size=50),
        np.arange(1, 30),
        np.arange(30, 1, -1),
        100 - 1.2 ** np.arange(20),
        1 - 0.5 ** np.arange(20),
        np.zeros(9),
        -np.ones(9),
    ],
    ids=["flat", "noise", "line-up", "line-down", "falls-faster", "saturates", "zero", "negative"],
)
def test_a_course_without_a_factor_has_none(losses):
    found = growth_of(np.arange(len(losses)), losses.astype(float))
    assert found is None or not found.steady


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=30))
def test_any_finite_losses_are_measured(losses):
    found = growth_of(np.arange(len(losses)), np.array(losses))
    assert found is None or found.factor > 0


def test_the_last_digit_is_seen():
    np.testing.assert_array_equal(last_digit(np.array([0.5, 0.5123])), [1e-4, 1e-4])
    np.testing.assert_array_equal(last_digit(np.array([12300.0, 12340.0])), [0.1, 0.1])
    third = np.array([1 / 3])
    np.testing.assert_allclose(last_digit(third), np.finfo(np.float32).eps / 3)


FULL_BATCH = [
    lesson
    for lesson in LESSONS
    if lesson.spec.training.batch_size is None
    and lesson.spec.optimizer.key == "sgd"
    and lesson.spec.bug is None
    and lesson.spec.schedule.key == "constant"  # one ratio says it all
]


@pytest.mark.parametrize("lesson", FULL_BATCH, ids=lambda lesson: lesson.key)
def test_the_lessons_predicted_curves_give_back_their_ratio(lesson):
    prediction = predict(lesson.spec, data_of(lesson.spec))
    curve = Curve.of({"loss": prediction.full_loss})
    found = {statement.name: statement.value for statement in read(curve).said}
    ratio = found.get("learning rate / largest stable")
    if prediction.regime == "diverges":
        assert ratio == pytest.approx(prediction.learning_rate_ratio, rel=0.01)
    elif ratio is not None:
        assert ratio >= prediction.learning_rate_ratio * 0.99
