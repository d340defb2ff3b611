"""Arithmetic and comparison of a method's values, whose cost is known before they are made."""

import ast
import operator
from collections.abc import Callable, Sequence
from typing import Any

from .budget import MAX_EXPONENT, MAX_INTEGER, Budget, OverBudgetError
from .kinds import check_together, kind_of, known_result
from .shapes import (
    Cost,
    ShapeError,
    broadcast,
    cells,
    matrix_product,
    remainder,
    slow,
    strict_matrix_product,
)
from .values import Handle, Initializer, described

OPERATIONS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
}
SLOW_HALVES = 8  # multiplications that one of half precision takes
COMPARISONS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class Arithmetic:
    """Computes with a method's values.

    Args:
        world: Over which numbers.
        budget: What a call of the method may cost.
    """

    def __init__(self, world: Any, budget: Budget):
        self.world, self.budget = world, budget

    def operate(self, kind: ast.operator, left: Any, right: Any) -> Any:
        """Two values under an operator."""
        if (
            isinstance(left, list | tuple)
            and type(left) is type(right)
            and isinstance(kind, ast.Add)
        ):
            return type(left)(self.budget.few([*left, *right]))
        for side in (left, right):
            self.must_be_number(side)
        if self.is_tensor(left) or self.is_tensor(right):
            left, right = self.plain(left), self.plain(right)
            self.spend(self._cost_of(kind), (left, right))
            self.count_operation()
            if not self.world.pipeline:
                check_together(left, right)
            return self.world.operated(kind, OPERATIONS[type(kind)], left, right)
        return known_result(self._of_numbers(kind, left, right), left, right)

    def _cost_of(self, kind: ast.operator) -> Cost:
        if isinstance(kind, ast.MatMult):
            return matrix_product if self.world.pipeline else strict_matrix_product
        if isinstance(kind, ast.Mod | ast.FloorDiv):
            return remainder
        return slow if isinstance(kind, ast.Pow) else broadcast

    def count_operation(self, count: int = 1) -> None:
        """Counts what is compiled; arrays of the pipeline are computed at once."""
        if not self.world.pipeline:
            self.budget.operation(count)

    def spend(self, cost: Cost, values: Sequence[Any]) -> None:
        """Counts what an operation makes of its arguments; half precision is slow to compute."""
        made, work = cost(values)
        narrow = any(kind_of(value) == "float16" for value in values)
        self.budget.spend(made, SLOW_HALVES * work if narrow else work)

    def signed(self, kind: ast.unaryop, value: Any) -> Any:
        """A value under a sign."""
        self.must_be_number(value)
        if isinstance(kind, ast.Invert):
            raise ShapeError("`~` is not read here: use `ops.logical_not`")
        if not self.is_tensor(value):
            return known_result(-value if isinstance(kind, ast.USub) else +value, value, value)
        self.budget.spend(cells(value))
        self.count_operation()
        value = self.plain(value)
        if not self.world.pipeline and isinstance(kind, ast.USub):
            check_together(value, value)
        return -value if isinstance(kind, ast.USub) else value

    def compare(self, kind: ast.cmpop, left: Any, right: Any) -> Any:
        """Two values compared; tensors number by number."""
        if isinstance(kind, ast.Is | ast.IsNot):
            if right is not None:
                raise ShapeError("`is` is read with None only")
            return (left is None) == isinstance(kind, ast.Is)
        if type(kind) not in COMPARISONS:
            raise ShapeError("`in` is not read here")
        if self.is_tensor(left) or self.is_tensor(right):
            for side in (left, right):
                self.must_be_number(side)
            self.budget.spend(*broadcast((left, right)))
            self.count_operation()
            left, right = self.plain(left), self.plain(right)
            if not self.world.pipeline:
                check_together(left, right, arithmetic=not isinstance(kind, ast.Eq | ast.NotEq))
        elif isinstance(left, Handle) or isinstance(right, Handle):
            raise ShapeError(f"{described(left)} cannot be compared")
        return COMPARISONS[type(kind)](left, right)

    def _of_numbers(self, kind: ast.operator, left: Any, right: Any) -> Any:
        if isinstance(kind, ast.MatMult):
            raise ShapeError("`@` multiplies tensors")
        if isinstance(kind, ast.Pow) and abs(right) > MAX_EXPONENT:
            raise OverBudgetError(f"a power of more than {MAX_EXPONENT}")
        made = OPERATIONS[type(kind)](left, right)
        if isinstance(made, complex):
            raise ShapeError("the root of a negative number is none")
        if isinstance(made, int) and abs(made) > MAX_INTEGER:
            raise OverBudgetError("a whole number is larger than 2⁵³")
        return made

    def must_be_number(self, value: Any) -> None:
        """Refuses what arithmetic cannot take."""
        if value is None:
            raise ShapeError(
                "it computes with None: what returns nothing, or a gradient of a weight that the "
                "loss does not hang on"
            )
        if isinstance(value, str | list | tuple | range | Handle | Initializer) or (
            value is Ellipsis
        ):
            raise ShapeError(f"it computes with {described(value)}, which is no number")

    def is_tensor(self, value: Any) -> bool:
        """Whether it is a tensor or a weight."""
        return self.world.is_tensor(value) or self.world.is_weight(value)

    def plain(self, value: Any) -> Any:
        """A weight's numbers; anything else as it is."""
        return self.world.value_of(value) if self.world.is_weight(value) else value

    def opened(self, value: Any) -> Any:
        """A value as the real function takes it: weights as their numbers."""
        if isinstance(value, list | tuple):
            return type(value)(self.opened(part) for part in value)
        return self.plain(value)
