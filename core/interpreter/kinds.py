"""Kinds of number: TensorFlow mixes none, where NumPy would make one of another.

What is refused here TensorFlow refuses too, when it builds the step; so a page, which computes over
NumPy, says the same as the run will. `keras.ops` does mix them: only what its results are is told.
Source: `tensorflow.python.framework.op_def_library`, `keras.src.backend.common.dtypes`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .shapes import ShapeError

WORDS = {"bool": "true or false (bool)", "int32": "whole numbers (int32)"}
SETTLED = (("float64", "float32"), ("int64", "int32"), ("float16", "float32"), ("int8", "int32"))
LOGICAL = {"logical_and", "logical_or", "logical_not", "any", "all", "reduce_any", "reduce_all"}
PAIRS = {"add", "subtract", "multiply", "divide", "maximum", "minimum", "pow", "matmul"}
PAIRS |= {"squared_difference"}
COMPARED = {"less", "greater", "less_equal", "greater_equal"}
EQUAL = {"equal", "not_equal"}
FLOATS = {"sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sigmoid", "softmax"}
FLOATS |= {"is_finite", "is_nan", "reduce_std", "reduce_variance", "floor", "ceil"}
NUMBERS = {"abs", "negative", "square", "sign", "round", "relu", "cumsum"}
KERAS_FLOATS = {"sigmoid", "softplus", "softmax"}
KERAS_PAIRS = {"add", "multiply", "maximum", "minimum", "power", "mod"} | COMPARED
NEED_AN_AXIS = {"tf.cumsum", "tf.nn.softmax", "ops.softmax", "ops.norm"}
NUMBERS |= {f"reduce_{name}" for name in ("sum", "mean", "max", "min", "prod")}


class KnownInteger(int):
    """A number of `tf.shape`: an int32 tensor, which stands for itself where a shape is asked."""


class KnownFloat(float):
    """What two of these divided give: float64."""


def kind_of(value: Any) -> str:
    """The name of a tensor's kind; empty for Python's numbers and anything else."""
    if isinstance(value, KnownInteger):
        return "int32"
    if isinstance(value, KnownFloat):
        return "float64"
    dtype = getattr(value, "dtype", None)
    return "" if dtype is None else str(getattr(dtype, "name", dtype))


def check_together(left: Any, right: Any, arithmetic: bool = True) -> None:
    """Refuses two values that TensorFlow's operators do not take together.

    Args:
        left, right: At least one is a tensor.
        arithmetic: Whether true and false may not be computed with; they may be compared.
    """
    kinds = [kind_of(value) for value in (left, right)]
    told = [kind for kind in kinds if kind]
    if not told:
        return
    if arithmetic and "bool" in told:
        raise ShapeError(
            "TensorFlow does not compute with true and false: make numbers of them by "
            "`ops.cast(…, 'float32')`"
        )
    if len({*told}) > 1:
        raise _mixed(*told)
    for value, kind in zip((left, right), kinds, strict=True):
        if not kind:
            _check_number(value, told[0])


def _check_number(value: Any, kind: str) -> None:
    """Refuses a number of Python that cannot become one of a tensor's kind."""
    if isinstance(value, bool):
        fits = kind == "bool"
    elif isinstance(value, float):
        fits = kind not in ("bool", "int32", "int64")
    else:
        fits = kind != "bool"
    if not fits:
        raise ShapeError(f"TensorFlow cannot take {value!r} as {WORDS.get(kind, kind)}")


def _mixed(first: str, second: str) -> ShapeError:
    one, other = (WORDS.get(kind, kind) for kind in (first, second))
    return ShapeError(
        f"TensorFlow does not mix kinds of number, here {one} and {other}: "
        "`tf.cast(…, tf.float32)` makes one of the other"
    )


def known_result(made: Any, left: Any, right: Any) -> Any:
    """What Python made of numbers of `tf.shape`, as TensorFlow would have it."""
    if isinstance(made, bool) or not any(
        isinstance(side, KnownInteger | KnownFloat) for side in (left, right)
    ):
        return made
    return KnownInteger(made) if isinstance(made, int) else KnownFloat(made)


def check_given(name: str, values: Sequence[Any]) -> None:
    """Refuses kinds that a function of TensorFlow's own does not take.

    Args:
        name: Of the function, behind its last dot.
        values: Its arguments, in the order of its parameters.
    """
    if name in ("concat", "stack"):
        for value in values[0][1:]:
            check_together(values[0][0], value, arithmetic=False)
    elif name == "where":
        _check_where(values)
    elif name == "clip_by_value":
        for value in values[1:]:
            check_together(values[0], value)
    elif name == "constant" and str((*values, None)[1]).startswith("int"):
        if any(isinstance(value, float) for value in np.ravel(np.asarray(values[0])).tolist()):
            raise ShapeError("TensorFlow does not make whole numbers of others: use `tf.cast`")
    elif name in PAIRS | COMPARED | EQUAL:
        check_together(values[0], values[1], arithmetic=name not in EQUAL)
    elif name in LOGICAL:
        for value in values[: 2 if name in ("logical_and", "logical_or") else 1]:
            if kind_of(value) != "bool" and not isinstance(value, bool):
                raise ShapeError(f"`{name}` takes true and false (bool), as comparisons give them")
    elif name in FLOATS | NUMBERS:
        _check_one(name, values[0])


def check_given_to_keras(name: str, values: Sequence[Any]) -> None:
    """Refuses kinds that a function of `keras.ops` does not take over TensorFlow."""
    kinds = [kind_of(value) or type(value).__name__ for value in values]
    if name in KERAS_FLOATS and kinds[0] in ("bool", "int", "int32", "int64"):
        raise ShapeError(f"`ops.{name}` does not take {WORDS.get(kinds[0], 'whole numbers')}")
    if name in KERAS_PAIRS and {*kinds[:2]} == {"bool"}:
        raise ShapeError(f"`ops.{name}` does not take true and false twice")
    if name in ("round", "relu") and kinds[0] == "bool":
        raise ShapeError(f"`ops.{name}` does not take true and false (bool)")
    if name == "clip" and kinds[0] in ("int", "int32", "int64"):
        for value in values[1:]:
            check_together(np.int32(0), value)


def plain_numbers(value: Any) -> Any:
    """Numbers of `tf.shape` as Python's own, as real functions take them."""
    if isinstance(value, list | tuple):
        return type(value)(plain_numbers(part) for part in value)
    if isinstance(value, KnownInteger):
        return int(value)
    return float(value) if isinstance(value, KnownFloat) else value


def _check_where(values: Sequence[Any]) -> None:
    condition, *choices = values
    if kind_of(condition) != "bool" and not isinstance(condition, bool):
        raise ShapeError("`where` takes true and false (bool) first, as a comparison gives them")
    check_together(*choices, arithmetic=False)


def _check_one(name: str, value: Any) -> None:
    kind = kind_of(value) or type(value).__name__
    if kind == "bool" or (name in FLOATS and kind in ("int", "int32", "int64")):
        raise ShapeError(f"TensorFlow's `{name}` does not take {WORDS.get(kind, 'whole numbers')}")


def settled(made: Any, values: Sequence[Any]) -> Any:
    """What NumPy made, in the kind that TensorFlow's function gives: wide ones come of wide ones.

    Args:
        made: An array, or a number.
        values: What it was made of.
    """
    if not isinstance(made, np.ndarray | np.generic):
        return made
    kinds = {kind_of(value) for value in values}
    for wide, narrow in SETTLED:
        if str(made.dtype) == wide and wide not in kinds:
            return made.astype(narrow)
    return made
