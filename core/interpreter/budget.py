"""How much a method may cost, counted before it is spent."""

from collections.abc import Iterable

MAX_STEPS = 20_000  # expressions that one call of a method evaluates
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

    @classmethod
    def of(cls, sizes: Iterable[int]) -> "Budget":
        """That of a worker, for a method that is given tensors of these sizes."""
        given = sum(sizes)
        return cls(max(MAX_CELLS, 4 * given), max(MAX_WORK, 256 * given))

    @classmethod
    def of_page(cls) -> "Budget":
        """That of the web process."""
        return cls(PAGE_CELLS, PAGE_WORK)

    def step(self) -> None:
        """Counts one expression."""
        self.steps -= 1
        if self.steps < 0:
            raise OverBudgetError(f"the method takes more than {MAX_STEPS:,} steps")

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
