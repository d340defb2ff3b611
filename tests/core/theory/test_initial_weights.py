"""The NumPy draw against Keras' own initializers."""

import numpy as np
import pytest

from core.bugs import BUGS
from core.errors import InputError
from core.model.initializers import INITIALIZERS
from core.spec import Spec
from core.theory.initial_weights import initial_weights
from core.training.build import make_layer

BUILDERS = [  # bugs whose own `build` makes the declared weights
    bug
    for bug in BUGS
    if "build" in vars(bug.Layer or object) and bug.name() not in ("large-init", "weight-shape")
]
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


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize(
    "patch",
    [{}, {"model": {"layer": "custom"}}, *({"bug": {"key": bug.name()}} for bug in BUILDERS)],
    ids=str,
)
def test_given_weights_are_where_every_layer_starts(patch, use_bias):
    given = {"kernel": [0.1, -7.25, 3e9], "bias": 0.7 if use_bias else 0.0}
    spec = Spec.of({"model": {"use_bias": use_bias, "initial_weights": given}}).patched(patch)
    layer = make_layer(spec)
    layer.build((None, 3))
    started = {weight.name: np.ravel(weight).tolist() for weight in layer.weights}
    wanted = initial_weights(spec, 3)
    assert started["kernel"] == wanted[:3].tolist() == np.float32(given["kernel"]).tolist()
    assert wanted[3:].tolist() == ([np.float32(0.7)] if use_bias else [])
    assert started.get("bias", []) == wanted[3:].tolist()


def test_weights_that_do_not_fit_the_table_are_one_sentence():
    spec = Spec.of({"model": {"initial_weights": {"kernel": [1, 2]}}})
    with pytest.raises(InputError, match=r"one number for each feature, 3\. Received: 2\."):
        initial_weights(spec, 3)


def test_without_bias_there_is_one_weight_less():
    spec = Spec.of({"model": {"use_bias": False, "initializer": "ones"}})
    assert initial_weights(spec, 3).tolist() == [1.0, 1.0, 1.0]
