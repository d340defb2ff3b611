"""What a function's result costs, from its arguments alone: before it is made."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Cost = Callable[[Sequence[Any]], tuple[int, int]]  # arguments -> numbers made, multiplications
SLOW = 4  # multiplications that a sine, a power or a logarithm of a sum takes


class ShapeError(Exception):
    """Arguments that do not fit together; its message is the end of a sentence."""


def shape_of(value: Any) -> tuple[int, ...]:
    """A value's shape; () of a number, and of a list what NumPy would make of it."""
    if isinstance(value, list | tuple):
        return (len(value), *(shape_of(value[0]) if value else ()))
    return tuple(int(size) for size in getattr(value, "shape", ()))


def cells(value: Any) -> int:
    """How many numbers a value holds."""
    return math.prod(shape_of(value))


def broadcast(values: Sequence[Any]) -> tuple[int, int]:
    """One number for each place of the shapes laid over each other."""
    shapes = [shape_of(value) for value in values if value is not None]
    try:
        made = math.prod(np.broadcast_shapes(*shapes))
    except ValueError as error:
        told = " and ".join(str(shape) for shape in shapes if shape)
        raise ShapeError(f"the shapes {told} do not fit together") from error
    return made, made


def slow(values: Sequence[Any]) -> tuple[int, int]:
    """The same where each takes more than a multiplication."""
    made, _ = broadcast(values)
    return made, SLOW * made


def remainder(values: Sequence[Any]) -> tuple[int, int]:
    """The same where each is divided bit by bit: as many steps as the quotient has bits."""
    made, _ = broadcast(values)
    (_, largest), (smallest, _) = map(_exponents, values)
    return made, made * (1 + max(0, largest - smallest))


def _exponents(value: Any) -> tuple[int, int]:
    """The powers of two of the smallest and the largest number; 0 where none is a known float."""
    array = np.asarray(value if isinstance(value, float | np.ndarray | np.generic) else 0)
    if array.dtype.kind != "f":
        return 0, 0
    sizes_of = np.abs(array[np.isfinite(array) & (array != 0)])
    _, (least, most) = np.frexp([sizes_of.min(initial=1), sizes_of.max(initial=1)])
    return int(least), int(most)


def less(values: Sequence[Any]) -> tuple[int, int]:
    """No more numbers than came."""
    given = sum(cells(value) for value in values if shape_of(value))
    return given, given


def sorting(values: Sequence[Any]) -> tuple[int, int]:
    """As many as came, each compared with some."""
    given = cells(values[0])
    return given, 32 * given


def joined(values: Sequence[Any]) -> tuple[int, int]:
    """As many as the tensors of a list hold."""
    if not isinstance(values[0], list | tuple):
        raise ShapeError("it takes a list of tensors")
    given = sum(map(cells, values[0]))
    return given, given


def sizes(value: Any) -> tuple[int, ...]:
    """A shape as a program gives it: a whole number, or several."""
    items = value if isinstance(value, list | tuple) else [value]
    if len(items) > 8 or not all(isinstance(n, int | np.integer) for n in items):
        raise ShapeError("a shape is given in whole numbers, 8 at most")
    return tuple(int(n) for n in items)


def creation(values: Sequence[Any]) -> tuple[int, int]:
    """As many as the shape says that comes first."""
    made = math.prod(map(abs, sizes(values[0])))
    return made, made


def shape_given(values: Sequence[Any]) -> tuple[int, int]:
    """As many as the shape says that comes second."""
    return creation(values[1:])


def columns_of(values: Sequence[Any]) -> tuple[int, int]:
    """A square."""
    (side,) = sizes(values[0])
    return side * side, side * side


def tiled(values: Sequence[Any]) -> tuple[int, int]:
    """As many as came, so many times."""
    made = cells(values[0]) * math.prod(map(abs, sizes(values[1])))
    return made, made


def spread(values: Sequence[Any]) -> tuple[int, int]:
    """Numbers from one to another."""
    given = [value for value in values[:3] if isinstance(value, int | float)]
    if len(given) != sum(value is not None for value in values[:3]):
        raise ShapeError("it takes numbers, not tensors")
    if not all(math.isfinite(value) for value in given):
        raise ShapeError("it takes finite numbers")
    if len(given) == 3 and given[2] == 0:
        raise ShapeError("its step must not be 0")
    start, stop = (0, given[0]) if len(given) == 1 else given[:2]
    step = abs(given[2]) if len(given) == 3 else 1
    made = int(min(abs(stop - start) / step + 1, 1e15)) + (int(step) if len(given) == 3 else 0)
    return made, made


def spaced(values: Sequence[Any]) -> tuple[int, int]:
    """As many numbers as are asked for."""
    start, stop, number = (*values, 50)[:3]
    spread([start, start])  # refuses what is no finite number
    spread([stop, stop])
    return creation([number])


def picked(shape: Sequence[int], index: Sequence[Any]) -> int:
    """How many numbers an index with arrays picks, at most: theirs, for each of what they leave."""

    def taken(part: Any) -> int:
        return part.ndim if isinstance(part, np.ndarray) and part.dtype == bool else 1

    arrays = [(p.size,) if p.dtype == bool else p.shape for p in index if isinstance(p, np.ndarray)]
    try:
        count = math.prod(np.broadcast_shapes(*arrays))
    except ValueError:
        count = math.prod(map(math.prod, arrays))
    left, place = list(shape), 0
    for number, part in enumerate(index):
        if part is Ellipsis:
            behind = [p for p in index[number + 1 :] if p is not None]
            place = max(place, len(left) - sum(map(taken, behind)))
        elif isinstance(part, np.ndarray):
            left[place : place + taken(part)] = [1] * taken(part)
        if part is not None and part is not Ellipsis:
            place += taken(part)
    return count * math.prod(left)


def matrix_product(values: Sequence[Any]) -> tuple[int, int]:
    """A row of the first times a column of the second, for each of both."""
    left, right = shape_of(values[0]), shape_of(values[1])
    if not left or not right:
        raise ShapeError("it multiplies tensors, and a number is none: use *")
    inner = right[0] if len(right) == 1 else right[-2]
    if left[-1] != inner:
        raise ShapeError(f"{left} · {right}: {left[-1]} columns meet {inner} rows")
    lead = np.broadcast_shapes(left[:-2], right[:-2])
    made = math.prod(lead) * math.prod(left[-2:-1]) * (right[-1] if len(right) > 1 else 1)
    return made, made * inner


def strict_matrix_product(values: Sequence[Any]) -> tuple[int, int]:
    """The same where both must be matrices, as TensorFlow's own product has it."""
    left, right = shape_of(values[0]), shape_of(values[1])
    if min(len(left), len(right)) < 2:
        raise ShapeError(
            f"{left} · {right}: it multiplies matrices, inputs of shape (rows, features) by a "
            "weight of shape (features, units)"
        )
    return matrix_product(values)


def dot_product(values: Sequence[Any]) -> tuple[int, int]:
    """Each row of the first times each column of the second, whatever stands before them."""
    left, right = shape_of(values[0]), shape_of(values[1])
    if len(left) <= 2 or len(right) <= 2:
        return matrix_product(values) if left and right else broadcast(values)
    made = math.prod(left[:-1]) * math.prod(right[:-2]) * right[-1]
    return made, made * left[-1]


def outer_product(values: Sequence[Any]) -> tuple[int, int]:
    """Each of the first times each of the second."""
    made = cells(values[0]) * cells(values[1])
    return made, made
