"""Random programs of the language: over NumPy and over TensorFlow they give the same."""

import numpy as np
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as some

from core.errors import InputError
from core.interpreter import Machine, read
from core.interpreter.budget import Budget
from core.interpreter.functions import FUNCTIONS, NETWORK
from core.interpreter.shapes import less
from core.interpreter.values import Handle
from core.interpreter.worlds import ArrayWorld, TensorWorld

RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.uniform(0.2, 2.0, (4, 2)).astype(np.float32)
KERNEL = RANDOM.uniform(-1.0, 1.0, (2, 1)).astype(np.float32)
BIAS = np.float32([0.3])
SMOOTH = ["square", "sqrt", "exp", "log", "tanh", "sin", "cos", "abs", "sigmoid", "softplus"]
REDUCED = ["sum", "mean", "max", "min", "prod"]
EXACT = {"tf": {"shape"}, "ops": {"shape"}}
atoms = some.sampled_from(
    [
        *("inputs", "inputs", "self.bias", "outputs", "2", "0.5", "-1.5", "inputs.shape[-1]"),
        *("inputs[:, :1]", "inputs[0]", "inputs[::-1]", "ops.shape(inputs)[0]", "self.kernel[0]"),
    ]
)


def made_of(inner: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    """Expressions of one more operation."""
    axis = some.sampled_from(["", ", axis=0", ", axis=-1", ", axis=-1, keepdims=True"])
    return some.one_of(
        some.builds("({} {} {})".format, inner, some.sampled_from("+-*/"), inner),
        some.builds("ops.{}({})".format, some.sampled_from(SMOOTH), inner),
        some.builds("ops.{}({}{})".format, some.sampled_from(REDUCED), inner, axis),
        some.builds("tf.reduce_{}({})".format, some.sampled_from(REDUCED), inner),
        some.builds("ops.maximum({}, {})".format, inner, inner),
        some.builds("ops.matmul({}, self.kernel)".format, inner),
        some.builds("tf.matmul({} * inputs, self.kernel)".format, inner),
        some.builds("ops.transpose(ops.transpose({}))".format, inner),
        some.builds("ops.reshape({} + 0 * inputs, (2, -1))[:1, :2]".format, inner),
        some.builds("ops.where({} > 0.5, {}, {})".format, inner, inner, inner),
        some.builds("ops.concatenate([{}, {}], axis=-1)".format, inner, inner),
        some.builds("ops.clip({}, -1, 1)".format, inner),
        some.builds("ops.expand_dims({}, 0)".format, inner),
    )


expressions = some.recursive(atoms, made_of, max_leaves=6)
programs = some.builds(
    "def call(self, inputs, training=False):\n"
    "    outputs = ops.matmul(inputs, self.kernel)\n"
    "    outputs = {}\n"
    "    if self.use_bias:\n"
    "        outputs = outputs + {}\n"
    "    for i in range(2):\n"
    "        outputs = outputs * 0.5\n"
    "    return outputs\n".format,
    expressions,
    expressions,
)


def result(text: str, world, inputs, kernel, bias):
    own = Handle(
        "self",
        {"use_bias": True, "kernel": kernel, "bias": bias},
        {"activation": (lambda z: z, less)},
    )
    return Machine(read("layer", text), world, Budget.of_page()).run("call", own, inputs, True)


def test_numpy_and_tensorflow_agree_and_what_fails_says_so():
    compared = {"programs": 0}
    agree(compared)
    assert compared["programs"] > 80


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(text=programs)
def agree(compared, text):
    """Whether one program gives the same in both worlds, if it gives anything."""
    try:
        mine = result(text, ArrayWorld(), INPUTS, KERNEL, BIAS)
        theirs = result(text, TensorWorld(), *map(tf.constant, (INPUTS, KERNEL, BIAS)))
    except InputError as error:
        assert str(error).startswith("Line ")
        return
    mine, theirs = np.asarray(mine, np.float32), np.asarray(theirs, np.float32)
    assert mine.shape == theirs.shape
    fine = np.isfinite(mine) & np.isfinite(theirs) & (np.abs(mine) < 1e6)
    np.testing.assert_allclose(mine[fine], theirs[fine], rtol=2e-3, atol=1e-4)
    compared["programs"] += bool(fine.all())


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(some.text(alphabet="defcal(selfinputs):\n    return =+-*/.[]{}0123'\"#_@ops,", max_size=200))
def test_any_text_is_read_or_refused_by_a_sentence(text):
    try:
        read("layer", text)
    except InputError as error:
        assert str(error).endswith(".")


def test_every_function_of_the_list_is_one_of_tensorflow_s_world():
    world = TensorWorld()
    for path, listed in FUNCTIONS.items():
        if path.partition(".")[0] in ("ops", "tf"):
            assert callable(world.function(path)), path
        assert listed.signature.parameters


def test_every_function_of_one_tensor_gives_the_same_in_both_worlds():
    array, world = ArrayWorld(), TensorWorld()
    for path in FUNCTIONS:
        module, _, name = path.partition(".")
        names = [*FUNCTIONS[path].signature.parameters.values()]
        needed = [p for p in names if p.default is p.empty]
        if module not in ("ops", "tf") or len(needed) != 1 or name in EXACT[module]:
            continue
        if name in ("ones", "zeros", "eye", "arange", "constant", "convert_to_tensor"):
            mine, theirs = array.function(path)(3), world.function(path)(3)
        elif name in ("any", "all", "logical_not", "reduce_any", "reduce_all", "math.logical_not"):
            mine = array.function(path)(INPUTS > 1)
            theirs = world.function(path)(tf.constant(INPUTS > 1))
        elif name in ("stack", "concatenate"):
            mine = array.function(path)([INPUTS])
            theirs = world.function(path)([tf.constant(INPUTS)])
        else:
            mine, theirs = array.function(path)(INPUTS), world.function(path)(tf.constant(INPUTS))
        np.testing.assert_allclose(mine, np.asarray(theirs), rtol=1e-5, atol=1e-6, err_msg=path)
    assert NETWORK
