"""After an examination everything is as it was, to the bit: a run beside one without the doctor."""

import random
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.doctor.examine import examine

RANDOM = np.random.default_rng(1)
X = RANDOM.normal(0, 20, (96, 4))
Y = X @ np.array([1.0, -2, 3, 0.5]) + RANDOM.normal(size=96)


def diverging() -> keras.Model:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9, use_ema=True)
    model.compile(optimizer=optimizer, loss="mse", metrics=["mae"])
    return model


def slow() -> keras.Model:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(1e-4), loss="mse")
    return model


def states(model: keras.Model) -> list[Any]:
    """All that `fit` starts from."""
    return [
        *(np.asarray(variable) for variable in model.variables),
        *(np.asarray(variable) for variable in model.optimizer.variables),
        *(np.asarray(metric_variable) for m in model.metrics for metric_variable in m.variables),
        np.random.get_state()[1],  # what users have
        np.array(random.getstate()[1]),
        np.asarray(tf.random.get_global_generator().state),
    ]


@pytest.mark.parametrize("make", [diverging, slow])
def test_model_optimizer_random_state_and_rows_are_the_same_to_the_bit(make: Any):
    losses = []
    for examined in (False, True):
        keras.utils.set_random_seed(11)
        model = make()
        model.fit(X, Y, epochs=1, verbose=0)  # an optimizer in mid-run
        before, rows = states(model), (X.copy(), Y.copy())
        if examined:
            report = examine(model, X, Y, epochs=5)
            assert report.findings
            assert all(map(np.array_equal, states(model), before))
            assert np.array_equal(X, rows[0])
            assert np.array_equal(Y, rows[1])
            assert model.optimizer.iterations == 3
        history = model.fit(X, Y, epochs=3, verbose=0).history["loss"]
        losses.append([*history, *np.asarray(model.trainable_variables[0]).ravel()])
    assert np.array_equal(losses[0], losses[1], equal_nan=True)
