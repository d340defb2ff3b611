"""Our formula of every schedule against Keras' own object."""

import keras
import numpy as np
import pytest

from core.model.schedules import SCHEDULES

CASES = {
    "exponential_decay": [{}, {"staircase": True}, {"decay_rate": 1.2, "decay_steps": 10}],
    "piecewise_constant": [{}, {"boundaries": (3,), "values": (0.5, 0.1)}],
    "polynomial_decay": [{}, {"power": 2.0, "decay_steps": 100}, {"cycle": True}],
    "inverse_time_decay": [{}, {"staircase": True, "decay_steps": 7}],
    "cosine_decay": [{}, {"alpha": 0.1}, {"warmup_target": 0.3, "warmup_steps": 50}],
    "cosine_restarts": [{}, {"t_mul": 1.0, "m_mul": 0.8}, {"first_decay_steps": 30, "m_mul": 0.9}],
}
STEPS = np.unique(np.concatenate([np.arange(60), np.geomspace(61, 5000, 60).astype(int)]))


@pytest.mark.parametrize(
    ("schedule", "options"),
    [(item, options) for item in SCHEDULES for options in CASES.get(item.name(), [])],
    ids=lambda value: value.name() if isinstance(value, type) else str(value),
)
def test_same_rates_as_keras(schedule, options):
    item = schedule(**options)
    start = {"initial_learning_rate": 0.1} if item.starts_at_rate else {}
    theirs = getattr(keras.optimizers.schedules, item.keras_name)(
        **{k: list(v) if isinstance(v, tuple) else v for k, v in item.arguments().items()}, **start
    )
    expected = [float(theirs(step)) for step in STEPS]
    with np.errstate(over="ignore"):
        ours = item.at(0.1, STEPS).astype(np.float32)
    np.testing.assert_allclose(ours, expected, rtol=2e-5, atol=1e-7)


def test_every_schedule_is_compared_with_keras():
    without = {"constant", "reduce_on_plateau"}  # Keras has no object for one, a callback for one
    assert {item.name() for item in SCHEDULES} == set(CASES) | without
