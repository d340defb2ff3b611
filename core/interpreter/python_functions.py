"""Python's own functions, as far as a method may call them."""

import ast
import inspect
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from .allowed import BUILTINS
from .budget import MAX_EXPONENT, MAX_INTEGER
from .kinds import kind_of
from .operations import Arithmetic
from .shapes import ShapeError, cells, shape_of
from .values import described


class PythonFunctions:
    """Each by its name behind an underscore.

    Args:
        arithmetic: Over which numbers, and what a call of the method may cost.
    """

    def __init__(self, arithmetic: Arithmetic):
        self.arithmetic = arithmetic
        self.world, self.budget = arithmetic.world, arithmetic.budget

    def call(self, name: str, given: list[Any], named: dict[str, Any]) -> Any:
        """What one of them gives."""
        call = getattr(self, f"_{name}", None) if name in BUILTINS else None
        if call is None:
            raise ShapeError(f"`{name}` is no function here")
        try:
            _signature(name).bind(self, *given, **named)
        except TypeError as error:
            raise ShapeError(f"`{name}`: {error}") from None
        return call(*given, **named)

    def _len(self, value: Any) -> int:
        if shape_of(value):
            return shape_of(value)[0]
        return len(self._items(value))

    def _range(self, *bounds: Any) -> Sequence[int]:
        if not 1 <= len(bounds) <= 3 or not all(isinstance(bound, int) for bound in bounds):
            raise ShapeError("a range takes whole numbers")
        return self.budget.few(range(*bounds))

    def _zip(self, *lists: Any, strict: bool = False) -> list[Any]:
        return list(self.budget.few(list(zip(*map(self._items, lists), strict=bool(strict)))))

    def _enumerate(self, items: Any) -> list[Any]:
        return list(enumerate(self._items(items)))

    def _list(self, items: Any) -> list[Any]:
        return list(self._items(items))

    def _tuple(self, items: Any) -> tuple[Any, ...]:
        return tuple(self._items(items))

    def _sum(self, items: Any) -> Any:
        total: Any = 0
        for item in self._items(items):
            total = self.arithmetic.operate(ast.Add(), total, item)
        return total

    def _abs(self, value: Any) -> Any:
        if not self.arithmetic.is_tensor(value):
            return abs(self._number(value))
        self.budget.spend(cells(value))
        if kind_of(value) == "bool" and not self.world.pipeline:
            raise ShapeError("`abs` does not take true and false (bool)")
        return abs(self.arithmetic.plain(value))

    def _min(self, *values: Any) -> Any:
        return min(self._pool(values))

    def _max(self, *values: Any) -> Any:
        return max(self._pool(values))

    def _pool(self, values: tuple[Any, ...]) -> list[Any]:
        pool = self._items(values[0]) if len(values) == 1 else values
        return [self._number(value) for value in pool]

    def _float(self, value: Any) -> float:
        return float(self._number(value))

    def _int(self, value: Any) -> int:
        number = self._number(value)
        if abs(number) > MAX_INTEGER:
            raise ShapeError("a whole number is larger than 2⁵³")
        return int(number)

    def _bool(self, value: Any) -> bool:
        return bool(self._number(value))

    def _round(self, value: Any, digits: int | None = None) -> Any:
        if digits is not None and (not isinstance(digits, int) or abs(digits) > MAX_EXPONENT):
            raise ShapeError("`round` takes a number of digits")
        return round(self._number(value), digits)

    def _items(self, value: Any) -> Sequence[Any]:
        if not isinstance(value, list | tuple | range):
            raise ShapeError(f"{described(value)} is no list")
        return self.budget.few(value)

    def _number(self, value: Any) -> Any:
        if self.world.pipeline and isinstance(value, np.generic):
            value = value.item()
        if self.arithmetic.is_tensor(value):
            raise ShapeError(
                f"{described(value)} is no number yet while the step is compiled: use ops"
            )
        if not isinstance(value, int | float):
            raise ShapeError(f"{described(value)} is no number")
        return value


@cache
def _signature(name: str) -> inspect.Signature:
    return inspect.signature(getattr(PythonFunctions, f"_{name}"))
