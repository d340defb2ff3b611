"""The activations' formulas against Keras, and runs through each of them."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.diagnosis.snapshot import EPS
from core.diagnosis.stages.activation import (
    activate,
    invert,
    rounding,
    slope,
    slope_rounding,
)
from core.model.activations import ACTIVATIONS, RANGES
from core.spec import Spec
from core.training.build import _activation
from tests.core.diagnosis.runs import diagnosis_of, run_of

GRID = np.concatenate([np.linspace(-9, 9, 1441) + 1e-4, [-200.0, -60.0, 0.0, 60.0, 80.0]])
GRID = GRID.astype(np.float32)
each_activation = pytest.mark.parametrize("key", ACTIVATIONS)


def test_they_are_all_that_make_one_number_of_one_without_arguments():
    def fits(name: str) -> bool:
        try:
            with pytest.warns() if name == "softmax" else np.errstate():
                made = getattr(keras.activations, name)(np.float32([[0.3], [-2.0]]))
        except (TypeError, ValueError):
            return False
        return getattr(made, "shape", None) == (2, 1)

    names = {name for name in dir(keras.activations) if name[0] != "_" and name != "get"}
    assert {name for name in names if fits(name)} == set(ACTIVATIONS)


@each_activation
def test_value_and_slope_are_those_that_keras_computes(key):
    inputs = tf.constant(GRID[:, None])
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = _activation(key)(inputs)
    told, slopes = np.ravel(outputs), np.ravel(tape.gradient(outputs, inputs))
    z = GRID.astype(float)
    value = activate(key, z)
    assert (np.abs(told - value) <= 16 * EPS * np.abs(value) + rounding(key, z) + 1e-37).all()
    nearby = [slope(key, z), slope(key, z + 1e-6), slope(key, z - 1e-6)]  # on both sides of a bend
    room = 16 * EPS * (1 + np.abs(nearby[0])) + slope_rounding(key, z)
    assert (slopes <= np.max(nearby, axis=0) + room).all()
    assert (slopes >= np.min(nearby, axis=0) - room).all()


@each_activation
def test_the_inverse_comes_back_or_says_that_it_does_not_know(key):
    z = GRID.astype(float)
    back = invert(key, activate(key, z))
    known = np.isfinite(back)
    np.testing.assert_allclose(activate(key, back[known]), activate(key, z[known]), rtol=1e-6)
    rising = (z > 0.6) & (z < 0.9)  # where each that rises at all does so for good
    if key not in ("softmax", "sparsemax", "log_softmax"):
        np.testing.assert_allclose(back[rising], z[rising], rtol=1e-6)


@each_activation
def test_no_value_lies_outside_of_the_range_and_the_range_is_no_wider(key):
    low, high = RANGES[key]
    values = activate(key, np.linspace(-60, 60, 1_200_001))
    assert low <= values.min() + 1e-9
    assert values.max() <= high + 1e-9
    assert values.min() < -5 if low == -np.inf else values.min() - low < 0.02
    assert values.max() > 50 if high == np.inf else high - values.max() < 0.02


@each_activation
def test_a_run_through_it_departs_from_nothing(key):
    spec = Spec().patched(
        {
            "data": {"source": "two-features", "target": "y"},
            "scaling": {"features": "standard", "target": "standard"},
            "model": {"activation": key},
            "optimizer": {"learning_rate": 0.1},
            # without a smaller batch at the end, of which the program would have another copy
            "training": {"epochs": 30, "batch_size": 40},
        }
    )
    _, events = run_of(spec)
    assert events[-1]["outcome"] == "completed", events[-1]["reason"]
    causes = [finding.cause for finding in diagnosis_of(spec).findings]
    assert not [cause for cause in causes if cause.startswith("bug:")]


@pytest.mark.parametrize("key", ["gelu", "leaky_relu", "squareplus", "tanh_shrink"])
def test_a_bug_behind_it_is_found(key):
    spec = Spec().patched(
        {
            "data": {"source": "two-features", "target": "y"},
            "scaling": {"features": "standard", "target": "standard"},
            "model": {"activation": key, "initial_weights": {"kernel": [0.5, 0.3], "bias": 0.2}},
            "bug": {"key": "misplaced-scale"},
            "optimizer": {"learning_rate": 0.01},
            "training": {"epochs": 5},
        }
    )
    assert diagnosis_of(spec).findings[0].cause == "bug:misplaced-scale"


@pytest.mark.parametrize(("key", "number"), [("softmax", 1), ("log_softmax", 0)])
def test_on_one_unit_it_says_nothing_but_one_number(key, number):
    spec = Spec().patched(
        {"data": {"source": "two-features", "target": "y"}, "model": {"activation": key}}
    )
    finding = diagnosis_of(spec).findings[0]
    assert finding.cause == "target-unreachable-by-activation"
    assert f"what {key} can give, on one unit nothing but {number}, so" in finding.summary
