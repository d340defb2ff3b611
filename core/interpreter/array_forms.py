"""Functions in NumPy as Keras and TensorFlow have them, by the names of their parameters."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .shapes import ShapeError


def cast(x: Any, dtype: str) -> Any:
    """An array as numbers of another kind; `bfloat16` is rounded to its 8 bits."""
    if dtype == "bfloat16":
        bits = np.asarray(x, np.float32).view(np.uint32).astype(np.uint64)
        rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
        return rounded.astype(np.uint32).view(np.float32)
    return np.asarray(x).astype(dtype)


def softmax(x, axis=-1):
    """The softmax over an axis."""
    shifted = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return shifted / np.sum(shifted, axis=axis, keepdims=True)


def relu(x):
    """Negative numbers as 0."""
    return np.maximum(x, np.zeros((), np.asarray(x).dtype))


def arange(start, stop=None, step=1, dtype=None):
    """Numbers from one to another; whole ones of whole ones, as Keras has it."""
    begin, end = (0, start) if stop is None else (start, stop)
    whole = all(isinstance(bound, int) for bound in (begin, end, step))
    return np.arange(begin, end, step).astype(dtype or ("int32" if whole else "float32"))


OF_FLOATS = (np.sqrt, np.exp, np.expm1, np.log, np.log1p, np.sin, np.cos, np.tanh)


def rounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """What rounds: Keras makes floats of whole numbers."""

    def whole(x):
        made = function(x)
        return made if np.asarray(made).dtype.kind == "f" else np.asarray(made, "float32")

    return whole


def tf_mean(input_tensor, axis=None, keepdims=False):
    """A mean, which TensorFlow cuts to a whole number of whole numbers."""
    made = np.mean(input_tensor, axis=axes_of(axis), keepdims=keepdims)
    whole = np.asarray(input_tensor).dtype.kind == "i"
    return np.trunc(made).astype(np.asarray(input_tensor).dtype) if whole else made


def of_one(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of one array, by Keras' name for its parameter."""

    def one(x):
        if function in OF_FLOATS and np.asarray(x).dtype == bool:
            x = np.asarray(x, "float32")
        return function(x)

    return one


def of_two(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of two arrays, by Keras' names for its parameters."""

    def two(x1, x2):
        return function(x1, x2)

    return two


def tf_of_two(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same by TensorFlow's names."""

    def two(x, y):
        return function(x, y)

    return two


def axes_of(axis: Any) -> Any:
    """Axes as NumPy takes them."""
    return tuple(axis) if isinstance(axis, list) else axis


def tf_tile(input, multiples):
    """An array so many times along each dimension."""
    if np.ndim(input) != len(multiples):
        raise ShapeError("it takes a number for each dimension")
    return np.tile(input, multiples)


def reduced(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function over axes, by Keras' names for its parameters."""

    def of_axis(x, axis=None, keepdims=False):
        return function(x, axis=axes_of(axis), keepdims=keepdims)

    return of_axis


def tf_reduced(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same by TensorFlow's names."""

    def of_axis(input_tensor, axis=None, keepdims=False):
        return function(input_tensor, axis=axes_of(axis), keepdims=keepdims)

    return of_axis
