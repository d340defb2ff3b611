"""How much a method may cost, counted before it is spent."""

from collections.abc import Iterable, Sequence
from typing import Any

MAX_STEPS = 20_000  # expressions that one call of a method evaluates
MAX_OPERATIONS = 200  # on tensors, each of which is compiled, with its derivative
MANY = 8  # of these, what a sum or a sort over an axis takes to compile
MAX_ITEMS = 256  # of a list, a tuple or a loop
MAX_INTEGER = 2**53  # what a whole number outside tensors may be
MAX_EXPONENT = 64
MAX_CELLS = 1 << 24  # numbers of one tensor, or four times as many as the method is given
MAX_WORK = 1 << 27  # multiplications of one call, or 256 for each number that it is given
PAGE_CELLS = 1 << 18  # the same for what a page computes
PAGE_WORK = 1 << 23


class OverBudgetError(Exception):
    """More than a method may cost; its message is the end of a sentence."""


class Budget:
    """Counts what one call of a method costs.

    Args:
        cells: Numbers that one tensor may hold.
        work: Numbers that all operations may make or multiply.
    """

    def __init__(self, cells: int = MAX_CELLS, work: int = MAX_WORK):
        self.cells, self.work, self.steps = cells, work, MAX_STEPS
        self.operations = MAX_OPERATIONS

    @classmethod
    def of(cls, sizes: Iterable[int]) -> "Budget":
        """That of a worker, for a method that is given tensors of these sizes."""
        given = sum(sizes)
        return cls(max(MAX_CELLS, 4 * given), max(MAX_WORK, 256 * given))

    @classmethod
    def of_page(cls) -> "Budget":
        """That of the web process."""
        return cls(PAGE_CELLS, PAGE_WORK)

    def step(self, count: int = 1) -> None:
        """Counts expressions."""
        self.steps -= count
        if self.steps < 0:
            raise OverBudgetError(f"the method takes more than {MAX_STEPS:,} steps")

    def operation(self, count: int = 1) -> None:
        """Counts operations on tensors."""
        self.operations -= count
        if self.operations < 0:
            raise OverBudgetError(
                f"the method computes with tensors more than {MAX_OPERATIONS} times, sums "
                f"and sorts counted {MANY} times, and each is compiled"
            )

    def few(self, items: Sequence[Any]) -> Sequence[Any]:
        """Items of a list or a loop, each of which is a step, and of which there may be few.

        Those of inner lists count too. Every list passes here when it is made, so that what it is
        made of is small already.
        """
        left, count = [items], 0
        while left:
            part = left.pop()
            count += len(part)
            if count > MAX_ITEMS:
                raise OverBudgetError(f"at most {MAX_ITEMS} items may stand in a list or a loop")
            left += [item for item in part if isinstance(item, list | tuple)]
        self.step(count)
        return items

    def spend(self, cells: int, work: int | None = None) -> None:
        """Counts numbers that are about to be made.

        Args:
            cells: How many the result holds.
            work: Multiplications that they take; None for one each.
        """
        if cells > self.cells:
            raise OverBudgetError(
                f"a result of {cells:,} numbers is too large: at most {self.cells:,} fit"
            )
        self.work -= cells if work is None else max(cells, work)
        if self.work < 0:
            raise OverBudgetError("the method computes more than it may in one step")
