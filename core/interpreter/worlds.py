"""Over which numbers a method is interpreted: TensorFlow's in a compiled step, or NumPy's."""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from ..lazy import keras, ops, tf
from .functions import FUNCTIONS
from .kinds import KnownInteger, settled
from .shapes import ShapeError, creation, less, shape_of, sizes, spread
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


def random_numbers(seed: Any) -> Handle:
    """NumPy's generator, as far as a method may use it."""
    parts = seed if isinstance(seed, list | tuple) else [seed]
    if not all(isinstance(part, int) and part >= 0 for part in parts):
        raise ShapeError("a generator's seed must be whole numbers from 0 on")
    made = np.random.default_rng(list(parts))

    def drawn(name: str, place: int, least: int = 0) -> tuple[Callable[..., Any], Any]:
        def draw(*given: Any, size: Any = None) -> Any:
            numbers = list(given)
            if len(numbers) > place:
                size = numbers.pop(place)
            if len(numbers) < least:
                raise ShapeError(f"it takes {least} numbers and a size")
            return getattr(made, name)(*numbers, size=sizes(() if size is None else size))

        return draw, lambda values: creation(values[-1:] if values else [()])

    def standard_normal(size: Any = (), dtype: str = "float64") -> Any:
        return made.standard_normal(sizes(size), np.dtype(dtype))  # pyright: ignore

    def permuted(values: Any) -> tuple[int, int]:
        return spread(values) if isinstance(values[0], int) else less(values)

    return Handle(
        "a generator of random numbers",
        calls={
            "standard_normal": (standard_normal, lambda values: creation(values[:1] or [()])),
            "random": drawn("random", 0),
            "normal": drawn("normal", 2),
            "uniform": drawn("uniform", 2),
            "integers": drawn("integers", 2, 1),
            "permutation": (made.permutation, permuted),
        },
    )


def initializer_named(name: str, options: dict[str, Any]) -> Initializer:
    """An initializer by Keras' name for it."""
    if name not in INITIALIZERS:
        raise ShapeError(f"`{name[:40]}` is no initializer here: {', '.join(INITIALIZERS)}")
    return Initializer(name, options)
