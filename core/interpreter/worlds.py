"""Over which numbers a method is interpreted: TensorFlow's in a compiled step, or NumPy's."""

import ast
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..lazy import keras, ops, tf
from .functions import FUNCTIONS
from .kinds import KnownInteger, settled
from .shapes import SLOW, ShapeError, creation, less, shape_of, sizes, slow, spread
from .values import ArrayWeight, Handle, Initializer

INITIALIZERS = ("zeros", "ones", "glorot_uniform", "glorot_normal", "he_normal", "he_uniform")
INITIALIZERS += ("random_normal", "random_uniform", "lecun_normal", "lecun_uniform")


class ArrayWorld:
    """NumPy: of the data pipeline, of references and of what a page shows.

    Args:
        pipeline: Whether the method is written for arrays, as the pipeline is, or for tensors.
    """

    def __init__(self, pipeline: bool = False):
        self.pipeline = pipeline

    def function(self, path: str) -> Callable[..., Any]:
        """What a listed function does."""
        if not self.pipeline and path == "tf.shape":
            return _sizes_known
        return FUNCTIONS[path].numpy

    def operated(self, kind: Any, operation: Callable[..., Any], left: Any, right: Any) -> Any:
        """Two values under an operator."""
        made = operation(left, right)
        if self.pipeline or isinstance(kind, ast.Div):  # whole numbers divided are float64 in both
            return made
        return settled(made, (left, right))

    def is_tensor(self, value: Any) -> bool:
        """Whether it is an array, or a number of one."""
        return isinstance(value, np.ndarray | np.generic)

    def is_weight(self, value: Any) -> bool:
        """Whether it is a weight."""
        return isinstance(value, ArrayWeight)

    def value_of(self, weight: Any) -> Any:
        """A weight's numbers."""
        return weight.value

    def dtype(self, value: Any) -> str:
        """The name of its kind of number."""
        return str(getattr(value, "dtype", "float32"))


class TensorWorld:
    """TensorFlow, inside of a function that it compiles: the real functions."""

    pipeline = False

    def function(self, path: str) -> Callable[..., Any]:
        """What a listed function does."""
        module, _, name = path.partition(".")
        if module in ("np", "math"):
            return FUNCTIONS[path].numpy
        if path in STATIC:
            return FUNCTIONS[path].numpy if "check" in path else STATIC[path]
        if path == "ops.norm":
            return ops.norm
        if name == "random_normal_initializer":
            raise ShapeError("it is no function of tensors")
        found: Any = ops if module == "ops" else tf
        for part in name.split("."):
            found = getattr(found, part)
        return found

    def operated(self, kind: Any, operation: Callable[..., Any], left: Any, right: Any) -> Any:
        """Two values under an operator."""
        return operation(left, right)

    def is_tensor(self, value: Any) -> bool:
        """Whether it is a tensor, or a number that NumPy has made."""
        return isinstance(value, np.generic | np.ndarray) or bool(tf.is_tensor(value))

    def is_weight(self, value: Any) -> bool:
        """Whether it is one of Keras' variables."""
        return isinstance(value, keras.Variable)

    def value_of(self, weight: Any) -> Any:
        """A weight's numbers."""
        return ops.convert_to_tensor(weight)

    def dtype(self, value: Any) -> str:
        """The name of its kind of number."""
        return str(keras.backend.standardize_dtype(value.dtype))


def _sizes_known(input: Any) -> tuple[KnownInteger, ...]:
    return tuple(map(KnownInteger, shape_of(input)))


STATIC = {
    "tf.debugging.check_numerics": None,
    "tf.shape": _sizes_known,
    "ops.shape": shape_of,
}


def _size(size: Any) -> tuple[int, ...] | None:
    return None if size is None else sizes(size)


def random_numbers(seed: Any) -> Handle:
    """NumPy's generator, as far as a method may use it."""
    parts = seed if isinstance(seed, list | tuple) else [seed]
    if not all(isinstance(part, int) and part >= 0 for part in parts):
        raise ShapeError("a generator's seed must be whole numbers from 0 on")
    made = np.random.default_rng(list(parts))

    def standard_normal(size: Any = (), dtype: Any = "float64") -> Any:
        if dtype not in ("float32", "float64"):
            raise ShapeError("random numbers are float32 or float64")
        return made.standard_normal(sizes(size), np.dtype(dtype))  # pyright: ignore

    def random(size: Any = None) -> Any:
        return made.random(_size(size))

    def normal(loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        return made.normal(loc, scale, _size(size))

    def uniform(low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        return made.uniform(low, high, _size(size))

    def integers(low: Any, high: Any = None, size: Any = None) -> Any:
        return made.integers(low, high, _size(size))

    def drawn(values: Sequence[Any]) -> tuple[int, int]:
        *given, size = values
        return slow(given) if size is None else (creation([size])[0], SLOW * creation([size])[0])

    def permuted(values: Any) -> tuple[int, int]:
        return spread(values) if isinstance(values[0], int) else less(values)

    return Handle(
        "a generator of random numbers",
        calls={
            "random": (random, drawn),
            "standard_normal": (standard_normal, lambda values: drawn(values[:1])),
            "normal": (normal, drawn),
            "uniform": (uniform, drawn),
            "integers": (integers, drawn),
            "permutation": (made.permutation, permuted),
        },
    )


def initializer_named(name: str, options: dict[str, Any]) -> Initializer:
    """An initializer by Keras' name for it."""
    if name not in INITIALIZERS:
        raise ShapeError(f"`{name[:40]}` is no initializer here: {', '.join(INITIALIZERS)}")
    return Initializer(name, options)
