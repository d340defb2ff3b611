"""Keras' objects as a spec asks for them."""

import pytest

from core.bugs import BUGS
from core.spec import Spec
from core.training.build import make_layer

BUGS_OF_LAYERS = [bug.name() for bug in BUGS if bug.Layer and bug.name() != "weight-shape"]
LAYERS = [{"model": {"layer": layer}} for layer in ("dense", "custom")]
LAYERS += [{"bug": {"key": key}} for key in BUGS_OF_LAYERS]


@pytest.mark.parametrize("patch", LAYERS, ids=str)
def test_variables_have_no_new_names_at_each_run(patch):
    """TensorFlow keeps some kilobytes for every name that it has seen: workers would grow."""
    layers = [make_layer(Spec().patched(patch)) for _ in range(2)]
    for layer in layers:
        layer.build((None, 3))
    first, second = ([variable.path for variable in layer.weights] for layer in layers)
    assert first == second
