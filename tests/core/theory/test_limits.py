"""The critical rates, for any table and any momentum; least squares against NumPy's own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model.losses import MeanSquaredError
from core.theory.limits import critical_learning_rate, growth_per_step
from core.theory.optimum import anchors, least_squares, row_losses, row_slopes
from core.theory.recursion import excess_losses, steps_until
from core.theory.triangle import fold
from core.training.build import make_loss

TABLES = st.tuples(
    st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(1, 6), st.floats(-3, 3)
)


def curvatures_of(table):
    seed, rows, features, exponent = table
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((rows, features)) * 10 ** (exponent * rng.uniform(size=features))
    return np.linalg.eigvalsh(2 / rows * x.T @ x)[::-1].clip(0)


def descend(curvatures, rate, momentum, nesterov, steps=1000):
    """The error's size after some steps of the plain recursion, written out once more."""
    place = np.ones_like(curvatures)
    velocity = np.zeros_like(place)
    for _ in range(steps):
        gradient = curvatures * place
        velocity = momentum * velocity - rate * gradient
        place = place + (momentum * velocity - rate * gradient if nesterov else velocity)
        if np.abs(place).max() > 1e6:
            break
    return np.abs(place[0])


@settings(max_examples=40, deadline=None)
@given(TABLES, st.floats(0, 0.99), st.booleans())
def test_below_the_limit_is_stable_and_above_is_not(table, momentum, nesterov):
    curvatures = curvatures_of(table)
    critical = critical_learning_rate(curvatures[0], momentum, nesterov)
    top = curvatures[:1]
    assert descend(top, 0.97 * critical, momentum, nesterov) < 1
    assert descend(top, 1.03 * critical, momentum, nesterov) > 1e6
    below = growth_per_step(curvatures, 0.97 * critical, momentum, nesterov)
    assert (below <= 1 + 1e-9).all()
    assert growth_per_step(curvatures, 1.03 * critical, momentum, nesterov).max() > 1


@settings(max_examples=25, deadline=None)
@given(TABLES, st.floats(0, 0.95), st.booleans(), st.floats(0.05, 0.9))
def test_steps_looked_ahead_are_the_steps_taken(table, momentum, nesterov, ratio):
    curvatures = curvatures_of(table)
    curvatures = curvatures[curvatures > 1e-2 * curvatures[0]]
    rate = ratio * critical_learning_rate(curvatures[0], momentum, nesterov)
    start = np.ones_like(curvatures)
    course = excess_losses(curvatures, start, np.full(4000, rate), momentum, nesterov)[0]
    steps = steps_until(1e-3, curvatures, start, rate, momentum, nesterov)
    assert steps is not None
    assert course[steps - 1] <= 1e-3 * (1 + 1e-6)
    if momentum == 0:
        assert steps == 1 or course[steps - 2] > 1e-3 * (1 - 1e-6)


def test_no_curvature_has_no_limit():
    assert critical_learning_rate(0.0) == float("inf")


@pytest.mark.parametrize(("rows", "features"), [(1, 1), (3, 5), (50, 4), (700, 3), (5000, 30)])
@pytest.mark.parametrize("use_bias", [True, False])
def test_the_fold_has_numpy_s_least_squares(rows, features, use_bias):
    rng = np.random.default_rng(rows)
    x, y = rng.standard_normal((rows, features)), rng.standard_normal((rows, 1))
    table = np.hstack([x, np.ones((rows, 1))]) if use_bias else x
    best = np.linalg.lstsq(table, y, rcond=None)[0]
    np.testing.assert_allclose(
        table @ least_squares(x, y, use_bias), table @ best, atol=1e-10, rtol=1e-10
    )
    anywhere = rng.standard_normal((2, table.shape[1]))
    expected = ((anywhere @ table.T - y[:, 0]) ** 2).sum(axis=1)
    folded = fold(x, y, use_bias)
    np.testing.assert_allclose(folded.sum_of_squares(anywhere), expected, rtol=1e-10)
    optimal = anchors(MeanSquaredError(), x, y, rows, use_bias).optimal_loss
    assert optimal == pytest.approx(np.mean((table @ best - y) ** 2), abs=1e-12)


@pytest.mark.parametrize("key", ["mse", "mae", "huber", "log_cosh"])
def test_a_row_s_loss_is_keras_s_and_its_slope_the_derivative(key):
    from core.spec import Spec

    spec = Spec.of({"loss": {"key": key}})
    residuals = np.array([-3.0, -0.7, 0.2, 1.5])
    keras_loss = make_loss(spec)
    for residual, ours in zip(residuals, row_losses(spec.loss, residuals), strict=True):
        theirs = float(keras_loss(np.zeros((1, 1)), np.full((1, 1), residual)))
        assert ours == pytest.approx(theirs, rel=1e-5)
    up, down = row_losses(spec.loss, residuals + 1e-6), row_losses(spec.loss, residuals - 1e-6)
    np.testing.assert_allclose(row_slopes(spec.loss, residuals), (up - down) / 2e-6, rtol=1e-6)
