"""Whether what stands below a gap is a table of its own, as reports have several."""

from .cells import is_missing, is_number, unit_of
from .layout import Layout

BLOCK_ROWS = 5  # that are looked at
MOST_GAPS = 2000


def is_another(block: list[list[str]], layout: Layout) -> bool:
    """Whether rows below a gap have names and numbers that are not those of the table above.

    A title over more rows of the same table begins no other one, nor do its names once more.

    Args:
        block: The first rows below the gap, at most `BLOCK_ROWS`.
        layout: Of the table above.
    """
    first, others = block[0], block[1:]
    fits = _fits(first, layout)
    names = [name for name in layout.names if name]
    if fits or any([cell for cell in map(str.strip, row) if cell] == names for row in block):
        return False
    if not any(_filled(row) > 1 and any(map(is_number, row)) for row in others):
        return False
    continues = len(others[0]) == len(layout.names) and bool(_fits(others[0], layout))
    return not continues or (fits is False and _filled(first) > 1)


def _fits(row: list[str], layout: Layout) -> bool | None:
    """Whether a row has a number where the table has some; None where it has nothing there."""
    cells = [row[j] for j in layout.numeric if j < len(row) and not is_missing(row[j])]
    return any(is_number(cell) or unit_of(cell) for cell in cells) if cells else None


def _filled(row: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)
