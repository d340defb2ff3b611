"""How much reading a program may cost, counted before it is spent."""

import math
from typing import Any

import numpy as np

MAX_STEPS = 200_000  # expressions that are looked at
MAX_CELLS = 2_000_000  # numbers of one array
MAX_WORK = 100_000_000  # numbers that all operations together make
MAX_BITS = 2_048  # of a whole number
MAX_ITEMS = 200_000  # of a list
MAX_TEXT = 10_000  # characters of a string that is made


class UnreadableError(Exception):
    """An expression that is not understood; its message is why, as the end of a sentence."""


class ExhaustedError(Exception):
    """The program would take more steps than it may."""


REFUSED = (  # what an expression may end with, and the line with it is then not understood
    UnreadableError, ValueError, TypeError, IndexError, KeyError, ArithmeticError, AttributeError,
    RecursionError, MemoryError, StopIteration, NotImplementedError, AssertionError,
)  # fmt: skip


class Budget:
    """Counts what reading costs."""

    def __init__(self) -> None:
        self.steps = self.work = 0

    def step(self) -> None:
        """Counts one expression."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise ExhaustedError("it takes more steps than a reader may")

    def spend(self, cells: float) -> None:
        """Counts numbers that are about to be made."""
        if cells > MAX_CELLS:
            raise UnreadableError(f"an array of {cells:,.0f} numbers is too large to be read here")
        self.work += int(cells)
        if self.work > MAX_WORK:
            raise ExhaustedError("it makes more numbers than a reader may")


def cells_of(value: Any) -> int:
    """How many numbers a value holds.

    Raises:
        UnreadableError: If a list is too long, or there are too many lists.
    """
    cells, lists, left = 0, 0, [value]
    while left:
        part = left.pop()
        if not isinstance(part, list | tuple):
            cells += part.size if isinstance(part, np.ndarray) else 1
            continue
        lists += 1  # one list may be held again and again
        if max(lists, len(part)) > MAX_ITEMS:
            raise UnreadableError("the list is too long to be read here")
        if part and isinstance(part[0], list | tuple | np.ndarray):
            left += part
        else:
            cells += len(part)
    return cells


def shape_of(value: Any) -> tuple[int, ...]:
    """A shape as a program gives it: a whole number, or several.

    Raises:
        UnreadableError: If it is none.
    """
    items = value if isinstance(value, list | tuple) else [value]
    shape = []
    for item in items:
        number = (
            item.item() if isinstance(item, np.generic | np.ndarray) and item.size == 1 else item
        )
        if isinstance(number, float) and number.is_integer():
            number = int(number)
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise UnreadableError("a shape that is not given in whole numbers")
        shape.append(number)
    return tuple(shape)


def check_broadcast(*values: Any) -> int:
    """How many numbers an elementwise operation makes."""
    try:
        return math.prod(np.broadcast_shapes(*(np.shape(value) for value in values)))
    except ValueError as error:
        shapes = " and ".join(str(np.shape(value)) for value in values)
        raise UnreadableError(f"shapes {shapes} do not fit together") from error


def why_of(error: Exception) -> str:
    """Why an expression is not understood, as the end of a sentence."""
    if isinstance(error, UnreadableError):
        return str(error)
    text = str(error).strip().split("\n")[0][:120]
    return f"it would fail: {text}" if text else "it would fail"
