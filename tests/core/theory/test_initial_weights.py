"""The NumPy draw against Keras' own initializers."""

import numpy as np
import pytest

from core.model.initializers import INITIALIZERS
from core.spec import Spec
from core.theory.initial_weights import initial_weights
from core.training.build import make_layer

UNIFORM = {"glorot_uniform", "he_uniform", "lecun_uniform", "random_uniform", "zeros", "ones"}


@pytest.mark.parametrize("initializer", INITIALIZERS)
@pytest.mark.parametrize("seed", [0, 12345, 2**32 - 1])
def test_weights_are_the_ones_keras_draws(initializer, seed):
    spec = Spec.of({"model": {"initializer": initializer}, "training": {"seed": seed}})
    for features in (1, 4, 7, 33):
        layer = make_layer(spec)
        layer.build((None, features))
        drawn = np.concatenate([np.ravel(w) for w in layer.weights])
        ours = initial_weights(spec, features)
        if initializer in UNIFORM:
            np.testing.assert_array_equal(ours, drawn.astype(np.float64))
        else:  # sine, cosine and logarithm differ in the last bits of float32
            np.testing.assert_allclose(ours, drawn, rtol=1e-5, atol=1e-7)


def test_without_bias_there_is_one_weight_less():
    spec = Spec.of({"model": {"use_bias": False, "initializer": "ones"}})
    assert initial_weights(spec, 3).tolist() == [1.0, 1.0, 1.0]
