"""What TensorFlow refuses, a page refuses; what it computes, a page computes, kind for kind.

Each expression of a corpus is interpreted over NumPy, as a page does, and over TensorFlow itself.
"""

import os
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from core.errors import InputError
from core.interpreter import Machine, read
from core.interpreter.budget import Budget
from core.interpreter.shapes import less
from core.interpreter.values import Handle
from core.interpreter.worlds import ArrayWorld, TensorWorld
from tests.core.interpreter.expressions import expressions

SHARE = 1 if os.environ.get("PARITY") == "full" else 9  # all of them in `make parity`
RANDOM = np.random.default_rng(0)
GIVEN = (
    RANDOM.uniform(0.2, 2.0, (4, 2)).astype(np.float32),
    RANDOM.uniform(-1.0, 1.0, (2, 1)).astype(np.float32),
    np.float32([0.3]),
)
TENSORS = tuple(map(tf.constant, GIVEN))
METHOD = """def call(self, inputs, training=False):
    x = inputs
    n = tf.cast(x * 3, tf.int32) + 1
    m = x > 1
    d = tf.cast(x, tf.float64)
    s = tf.shape(x)[0]
    return {}
"""


def result(expression: str, world: Any, inputs: Any, kernel: Any, bias: Any) -> Any:
    """What it gives; a text where it is refused."""
    own = Handle("self", {"kernel": kernel, "bias": bias}, {"activation": (lambda z: z, less)})
    program = read("layer", METHOD.format(expression))
    try:
        return Machine(program, world, Budget.of_page()).run("call", own, inputs, True)
    except InputError as error:
        return str(error)


def kind(value: Any) -> str:
    dtype = getattr(value, "dtype", None)
    return "a number" if dtype is None else str(getattr(dtype, "name", dtype))


def difference(expression: str) -> str:
    """How the two worlds differ; empty where they do not."""
    mine = result(expression, ArrayWorld(), *GIVEN)
    theirs = result(expression, TensorWorld(), *TENSORS)
    if isinstance(mine, str) or isinstance(theirs, str):
        return "" if isinstance(mine, str) and isinstance(theirs, str) else f"{mine} | {theirs}"
    if kind(mine) != kind(theirs):
        return f"{kind(mine)} | {kind(theirs)}"
    one, other = np.asarray(mine, float), np.asarray(theirs, float)
    same = one.shape == other.shape and np.allclose(one, other, 1e-4, 1e-5, equal_nan=True)
    return "" if same else f"{one} | {other}"


def test_numpy_computes_what_tensorflow_computes_and_refuses_what_it_refuses():
    found = {expression: difference(expression) for expression in expressions(SHARE)}
    assert len(found) > 400
    assert not {expression: told for expression, told in found.items() if told}
    refused = sum(isinstance(result(e, ArrayWorld(), *GIVEN), str) for e in list(found)[::5])
    assert refused > 30


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("tf.reduce_sum(x) / s", "does not mix kinds of number, here float32 and whole numbers"),
        ("m * x", "does not compute with true and false"),
        ("n * 0.5", "cannot take 0.5 as whole numbers"),
        ("tf.sqrt(s)", "`sqrt` does not take whole numbers".replace("`", "")),
        ("x[0] @ self.kernel", "it multiplies matrices"),
    ],
)
def test_the_sentence_names_what_does_not_fit(expression, said):
    for world, given in ((ArrayWorld(), GIVEN), (TensorWorld(), TENSORS)):
        assert said in result(expression, world, *given)


def test_the_pipeline_computes_as_numpy_does():
    code = (
        "def epoch(self, features, targets, epoch):\n    return features * (features > 1), targets"
    )
    own = Handle("self")
    machine = Machine(read("pipeline", code), ArrayWorld(pipeline=True), Budget.of_page())
    features, _ = machine.run("epoch", own, GIVEN[0], GIVEN[0][:, :1], 0)
    np.testing.assert_array_equal(features, GIVEN[0] * (GIVEN[0] > 1))
