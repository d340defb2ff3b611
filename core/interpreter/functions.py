# ruff: noqa: PLW0108, N803 (the parameters of a lambda are those of the real function)
"""The functions that a method may call: a closed list, each with its parameters and its cost.

Each is written once in NumPy: its parameters are those of the real function, which TensorFlow's
world calls in its place.
"""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .array_forms import (
    arange,
    cast,
    of_one,
    of_two,
    reduced,
    relu,
    rounded,
    softmax,
    tf_mean,
    tf_of_two,
    tf_reduced,
    tf_tile,
)
from .shapes import (
    Cost,
    broadcast,
    columns_of,
    creation,
    dot_product,
    joined,
    less,
    matrix_product,
    outer_product,
    remainder,
    shape_given,
    slow,
    sorting,
    spaced,
    spread,
    strict_matrix_product,
    tiled,
)

DTYPES = ("float16", "bfloat16", "float32", "float64", "int32", "int64", "bool")
CONSTANTS = {
    "np.pi": math.pi,
    "np.e": math.e,
    "math.pi": math.pi,
    "math.e": math.e,
    "np.inf": math.inf,
    "np.nan": math.nan,
    "np.newaxis": None,
    "tf.newaxis": None,
    **{f"{module}.{name}": name for module in ("np", "tf") for name in DTYPES if name != "bool"},
    "tf.bool": "bool",
}
del CONSTANTS["np.bfloat16"]


@dataclass(frozen=True)
class Function:
    """One function.

    Attributes:
        name: As it is called, with its module: `ops`, `tf`, `np` or `math`.
        numpy: The same in NumPy, by its parameters' names.
        cost: What it makes, from its arguments.
    """

    name: str
    numpy: Callable[..., Any]
    cost: Cost

    @property
    def goes_over_rows(self) -> bool:
        """Whether it reduces, sorts or adds up along an axis, which takes long to compile."""
        name = self.name.rpartition(".")[2].removeprefix("reduce_")
        return name in OVER_ROWS or name in REDUCTIONS

    @cached_property
    def signature(self) -> inspect.Signature:
        """Its parameters."""
        return inspect.signature(self.numpy)


NUMPY_NAMES = "abs absolute negative square sqrt exp expm1 log log1p sin cos tanh sign floor ceil"
NUMPY_NAMES += " round isfinite isnan zeros_like ones_like logical_not"
PAIR_NAMES = "add subtract multiply divide maximum minimum power mod equal not_equal less greater"
PAIR_NAMES += " less_equal greater_equal logical_and logical_or"
ELEMENTWISE = {name: of_one(getattr(np, name)) for name in NUMPY_NAMES.split()}
NETWORK: dict[str, Callable[..., Any]] = {
    "relu": relu,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.logaddexp(x, np.zeros((), np.asarray(x).dtype)),
}
COSTS = {"sin": slow, "cos": slow, "power": slow, "mod": remainder}
PAIRS = {name: of_two(getattr(np, name)) for name in PAIR_NAMES.split()}
REDUCTIONS = {
    name: reduced(getattr(np, name))
    for name in ("sum", "mean", "max", "min", "prod", "std", "var", "any", "all")
}
OVER_ROWS = {"variance", "softmax", "norm", "cumsum", "sort", "argsort", "argmax", "argmin"}
TF_REDUCTIONS = ("sum", "mean", "max", "min", "prod", "std", "variance", "any", "all")
SHAPED: dict[str, tuple[Callable[..., Any], Cost]] = {
    "where": (lambda condition, x1, x2: np.where(condition, x1, x2), broadcast),
    "clip": (lambda x, x_min, x_max: np.clip(x, x_min, x_max), broadcast),
    "reshape": (lambda x, newshape: np.reshape(x, newshape), less),
    "ravel": (lambda x: np.ravel(x), less),
    "transpose": (lambda x, axes=None: np.transpose(x, axes), less),
    "squeeze": (lambda x, axis=None: np.squeeze(x, axis), less),
    "expand_dims": (lambda x, axis: np.expand_dims(x, axis), less),
    "flip": (lambda x, axis=None: np.flip(x, axis), less),
    "roll": (lambda x, shift, axis=None: np.roll(x, shift, axis), less),
    "cumsum": (lambda x, axis=None: np.cumsum(x, axis), less),
    "sort": (lambda x, axis=-1: np.sort(x, axis), sorting),
    "argsort": (lambda x, axis=-1: np.argsort(x, axis, kind="stable"), sorting),
    "argmax": (lambda x, axis=None: np.argmax(x, axis), less),
    "argmin": (lambda x, axis=None: np.argmin(x, axis), less),
    "concatenate": (lambda xs, axis=0: np.concatenate(xs, axis), joined),
    "stack": (lambda x, axis=0: np.stack(x, axis), joined),
    "tile": (lambda x, repeats: np.tile(x, repeats), tiled),
    "repeat": (lambda x, repeats, axis=None: np.repeat(x, repeats, axis), tiled),
    "broadcast_to": (lambda x, shape: np.broadcast_to(x, shape), shape_given),
    "matmul": (lambda x1, x2: np.matmul(x1, x2), matrix_product),
    "dot": (lambda x1, x2: np.dot(x1, x2), dot_product),
    "outer": (lambda x1, x2: np.outer(x1, x2), outer_product),
    "ones": (lambda shape, dtype="float32": np.ones(shape, dtype), creation),
    "zeros": (lambda shape, dtype="float32": np.zeros(shape, dtype), creation),
    "full": (
        lambda shape, fill_value, dtype="float32": np.full(shape, fill_value, dtype),
        creation,
    ),
    "eye": (lambda N, dtype="float32": np.eye(N, dtype=dtype), columns_of),
    "arange": (arange, spread),
    "shape": (lambda x: tuple(np.shape(x)), less),
}
OPS_ONLY: dict[str, tuple[Callable[..., Any], Cost]] = {
    **{name: (function, slow) for name, function in NETWORK.items()},
    **{name: (rounded(ELEMENTWISE[name]), broadcast) for name in ("floor", "ceil")},
    "softmax": (softmax, slow),
    "cast": (cast, less),
    "stop_gradient": (lambda variable: np.asarray(variable), less),
    "convert_to_tensor": (lambda x, dtype=None: np.asarray(x, dtype), less),
    "norm": (lambda x, axis=None, keepdims=False: np.sqrt(np.sum(x * x, axis, keepdims=keepdims)),
             broadcast),
}  # fmt: skip
TF_ONLY: dict[str, tuple[Callable[..., Any], Cost]] = {
    **{name: (ELEMENTWISE[name], COSTS.get(name, broadcast)) for name in ELEMENTWISE
       if name not in ("absolute", "log", "log1p", "expm1", "ceil", "isfinite", "isnan",
                       "logical_not")},
    **{f"math.{name}": (ELEMENTWISE[name], broadcast)
       for name in ("abs", "log", "log1p", "expm1", "exp", "sqrt", "square", "ceil", "floor",
                    "tanh", "sign", "logical_not")},
    "math.is_finite": (lambda x: np.isfinite(x), broadcast),
    "math.is_nan": (lambda x: np.isnan(x), broadcast),
    **{name: (tf_of_two(PAIRS[name]), broadcast)
       for name in ("add", "subtract", "multiply", "divide", "maximum", "minimum", "equal",
                    "not_equal", "less", "greater", "less_equal", "greater_equal", "logical_and",
                    "logical_or")},
    "pow": (lambda x, y: np.power(x, y), slow),
    "math.squared_difference": (lambda x, y: np.square(x - y), broadcast),
    "reshape": (lambda tensor, shape: np.reshape(tensor, shape), less),
    "transpose": (lambda a, perm=None: np.transpose(a, perm), less),
    "squeeze": (lambda input, axis=None: np.squeeze(input, axis), less),
    "expand_dims": (lambda input, axis: np.expand_dims(input, axis), less),
    "reverse": (lambda tensor, axis: np.flip(tensor, tuple(axis)), less),
    "roll": (lambda input, shift, axis: np.roll(input, shift, axis), less),
    "cumsum": (lambda x, axis=0: np.cumsum(x, axis), less),
    "concat": (lambda values, axis: np.concatenate(values, axis), joined),
    "stack": (lambda values, axis=0: np.stack(values, axis), joined),
    "tile": (tf_tile, tiled),
    "broadcast_to": (lambda input, shape: np.broadcast_to(input, shape), shape_given),
    "matmul": (lambda a, b: np.matmul(a, b), strict_matrix_product),
    "linalg.matmul": (lambda a, b: np.matmul(a, b), strict_matrix_product),
    "ones": (lambda shape, dtype="float32": np.ones(shape, dtype), creation),
    "zeros": (lambda shape, dtype="float32": np.zeros(shape, dtype), creation),
    "fill": (lambda dims, value: np.full(dims, value), creation),
    "eye": (lambda num_rows: np.eye(num_rows, dtype="float32"), columns_of),
    "cast": (cast, less),
    "constant": (lambda value, dtype=None: np.asarray(value, dtype), less),
    "convert_to_tensor": (lambda value, dtype=None: np.asarray(value, dtype), less),
    "identity": (lambda input: np.asarray(input), less),
    "stop_gradient": (lambda input: np.asarray(input), less),
    "where": (lambda condition, x, y: np.where(condition, x, y), broadcast),
    "clip_by_value": (lambda t, clip_value_min, clip_value_max: np.clip(
        t, clip_value_min, clip_value_max), broadcast),
    "shape": (lambda input: np.array(np.shape(input), np.int32), less),
    "debugging.check_numerics": (lambda tensor, message: tensor, less),
    "nn.relu": (relu, broadcast),
    "nn.softmax": (softmax, slow),
    "sigmoid": (NETWORK["sigmoid"], broadcast),
    "nn.sigmoid": (NETWORK["sigmoid"], broadcast),
}  # fmt: skip
NP_ONLY: dict[str, tuple[Callable[..., Any], Cost]] = {
    "float32": (lambda x: cast(x, "float32"), less),
    "float64": (lambda x: cast(x, "float64"), less),
    "argsort": (lambda a, axis=-1, kind="stable": np.argsort(a, axis, kind="stable"), sorting),
    "array": (lambda x, dtype=None: np.array(x, dtype), less),
    "asarray": (lambda x, dtype=None: np.asarray(x, dtype), less),
    "linspace": (lambda start, stop, num=50: np.linspace(start, stop, num), spaced),
}
MATH: dict[str, Callable[..., Any]] = {
    name: getattr(math, name) for name in ("sqrt", "exp", "log", "floor", "ceil", "sin", "cos")
}


def _functions() -> dict[str, Function]:
    common = {
        **{
            name: (function, COSTS.get(name, broadcast))
            for name, function in (ELEMENTWISE | PAIRS).items()
        },
        **{name: (function, less) for name, function in REDUCTIONS.items()},
        **SHAPED,
    }
    kinds: dict[str, dict[str, tuple[Callable[..., Any], Cost]]] = {
        "ops": common | OPS_ONLY,
        "np": common | NP_ONLY,
        "tf": TF_ONLY
        | {
            f"{'math.' if name in ('std', 'variance') else ''}reduce_{name}": (
                tf_mean
                if name == "mean"
                else tf_reduced(REDUCTIONS["var" if name == "variance" else name]),
                less,
            )
            for name in TF_REDUCTIONS
        },
        "math": {name: (of_one(function), less) for name, function in MATH.items()},
    }
    return {
        f"{module}.{name}": Function(f"{module}.{name}", function, cost)
        for module, items in kinds.items()
        for name, (function, cost) in items.items()
    }


FUNCTIONS = _functions()
MODULES = ("ops", "tf", "np", "math")
ALIASES = {
    "keras.ops": "ops",
    "tf.keras.ops": "ops",
    "tensorflow": "tf",
    "numpy": "np",
    "ops.linalg.norm": "ops.norm",
}
