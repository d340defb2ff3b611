"""Where among a file's rows the table is: what stands before it, its names, its first row."""

import re
from collections import Counter
from dataclasses import dataclass

from .cells import common_unit, is_bound, is_missing, is_number, stem_of, unit_of
from .number_header import counts, is_header_of_numbers

RUN = 3  # rows of data that begin the table
MOST_BETWEEN = 3  # rows between the names and the first row of data, as of units
NOTE = re.compile(
    r"\W*(source|note|footnote|quelle|anmerkung|fuente|nota|fonte)s?\b|\S.*:|[*©†‡(\[]",
    re.IGNORECASE,
)
WORDY = 24  # characters that stand alone and are no cell
Rows = list[list[str]]


@dataclass(frozen=True)
class Layout:
    """Positions among a file's first rows that are not blank.

    Attributes:
        header: Of the row of names; None where there is none.
        first: Of the first row of data.
        names: The columns' names, empty ones where there is no header.
        numbers: Whether the names are numbers.
        row_names: Whether the first column has no name in the header, as R writes row names.
        numeric: The positions of the columns that hold numbers.
        levels: How many rows the names stand in.
    """

    header: int | None
    first: int
    names: tuple[str, ...]
    numbers: bool = False
    row_names: bool = False
    numeric: tuple[int, ...] = ()
    levels: int = 1

    @property
    def start(self) -> int:
        """The position of the table's first row, names included."""
        return self.first if self.header is None else self.header


def find_layout(
    rows: Rows,
    header: bool | None = None,
    at_start: bool = False,
    quoted: bool = False,
    spaced: bool = False,
) -> Layout:
    """The layout of a file's first rows.

    Args:
        rows: Cells of the rows that are not blank.
        header: Whether there are names; None to find out.
        at_start: Whether the table is known to begin with the first of them.
        quoted: Whether the rows begin with a quotation mark, as row names of R do.
        spaced: Whether the cells are words: then no name is empty.
    """
    width = table_width(rows)
    numeric = tuple(j for j in range(width) if _is_numeric(rows, j, width))
    units = {j: common_unit(row[j] for row in rows if j < len(row)) for j in numeric}
    data = [_is_data(row, numeric, units) for row in rows]
    first = _first_of_data(data) if numeric else None
    if first is None:  # no numbers at all, or none that begin a table
        start = 0 if at_start else _first_full(rows, width)
        named = header is not False
        return _with_names(rows, start if named else None, start + named, width, numeric, quoted)
    if header is False:
        return Layout(None, 0 if at_start else first, ("",) * width, numeric=numeric)
    named = _names_above(rows[:first], width, at_start, spaced)
    if named is not None and (joined := _two_levels(rows, named, first, width)):
        return Layout(joined[0], first, joined[1], numeric=numeric, levels=2)
    if named is not None:
        below = next((i for i in range(named + 1, first) if _is_full(rows[i], width)), first)
        first = first if first - below > MOST_BETWEEN else below if data[below] else first
        return _with_names(rows, named, first, width, numeric, quoted)
    begin = 0 if at_start else first
    numbers = is_header_of_numbers(rows[begin], rows[begin + 1 :])
    if numbers or header:
        found = _with_names(rows, begin, begin + 1, width, numeric, quoted)
        return Layout(**{**vars(found), "numbers": numbers})
    return Layout(None, begin, ("",) * max(width, len(rows[begin])), numeric=numeric)


def table_width(rows: Rows) -> int:
    """The most frequent number of cells; the larger of two that are equally frequent."""
    widths = Counter(len(row) for row in rows[-(-len(rows) // 4) :] or rows)
    several = {width: count for width, count in widths.items() if width > 1} or widths
    return max(several, key=lambda width: (several[width], width), default=0)


def _is_numeric(rows: Rows, column: int, width: int) -> bool:
    """Whether most of a column's known cells, in the later half of the rows, are numbers."""
    later = [row[column] for row in rows[len(rows) // 2 :] if column < len(row) <= width + 1]
    known = [cell for cell in later if not is_missing(cell)]
    numbers = sum(map(is_number, known))
    return bool(known) and (2 * numbers > len(known) or common_unit(known) != "")


def _is_data(row: list[str], numeric: tuple[int, ...], units: dict[int, str]) -> bool | None:
    """Whether a row has numbers where the columns have them; None where it has nothing there."""
    cells = [(row[j], units[j]) for j in numeric if j < len(row) and not is_missing(row[j])]
    if not cells:
        return None
    fits = sum(
        is_number(cell) or is_bound(cell) or bool(unit and stem_of(unit_of(cell)) == stem_of(unit))
        for cell, unit in cells
    )
    return 2 * fits >= len(cells)


def _first_of_data(data: list[bool | None]) -> int | None:
    """Where the first run of rows with data begins; shorter ones count where there is no longer."""
    for run in range(RUN, 0, -1):
        for i, value in enumerate(data):
            if value and all(other is not False for other in data[i : i + run]):
                return i
    return None


def _first_full(rows: Rows, width: int) -> int:
    """The first row as wide as the table, if all after it are as wide; else the first row."""
    for i, row in enumerate(rows):
        if len(row) == width and len(rows) - i > 2 and all(len(r) == width for r in rows[i:]):
            return i
    return 0


def _is_full(row: list[str], width: int) -> bool:
    return sum(bool(cell.strip()) for cell in row) >= max(2, width - 1)


def _names_above(rows: Rows, width: int, at_start: bool, spaced: bool) -> int | None:
    """The row that names the columns: the one with the most different words, the first of several.

    A title in one cell names none, nor does a line with more cells than there are columns.
    """
    if at_start:
        return 0 if rows else None
    filled = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    words = [len(set(cells)) for cells in filled]
    fewest = width - 1 if spaced else width / 2
    fitting = [
        i for i, row in enumerate(rows) if fewest <= len(filled[i]) <= width and len(row) > 1
    ]
    if width == 2 and not fitting:  # one name for two columns, beside which row names stand
        last = len(rows) - 1
        fitting = [last] if rows and len(rows[last]) == 1 and " " not in rows[last][0] else []
    return max(fitting, key=lambda i: words[i], default=None)


def _two_levels(
    rows: Rows, named: int, first: int, width: int
) -> tuple[int, tuple[str, ...]] | None:
    """The first of two rows of names, and the names joined, where neither row does for itself.

    A cell of the upper row that is empty belongs to the name on its left, as in merged cells.
    """
    for upper in (named, named - 1):
        if not 0 <= upper < first - 1 or not len(rows[upper]) == len(rows[upper + 1]) == width:
            continue
        over, under = ([cell.strip() for cell in row] for row in rows[upper : upper + 2])
        if _are_names(over[1:]) or _are_names(under[1:]) or not any(over[1:]):
            continue
        for j in range(1, width):
            over[j] = over[j] or over[j - 1]
        names = tuple(f"{a} {b}".strip() for a, b in zip(over, under, strict=True))
        if len(set(names)) == width:
            return upper, names
    return None


def _are_names(cells: list[str]) -> bool:
    """Whether cells are all there and all different."""
    return all(cells) and len(set(cells)) == len(cells)


def _with_names(
    rows: Rows, header: int | None, first: int, width: int, numeric: tuple[int, ...], quoted: bool
) -> Layout:
    if header is None or header >= len(rows):
        return Layout(None, first, ("",) * width, numeric=numeric)
    names = [cell.strip() for cell in rows[header]]
    below = [row for row in rows[first:] if row]
    row_names = len(names) == width - 1 and _are_row_names(below, width, quoted)
    if row_names:
        names = ["", *names]
    return Layout(header, first, tuple(names), False, row_names, numeric)


def _are_row_names(below: Rows, width: int, quoted: bool) -> bool:
    """Whether the first cells name their rows: quoted and all different, or counting."""
    full = [row for row in below if len(row) == width]
    cells = [row[0].strip() for row in full]
    if len(full) < 2 or len(set(cells)) < len(cells) or not any(row[-1].strip() for row in full):
        return False
    if quoted or not any(map(is_number, cells)):
        return True
    return all(map(str.isdecimal, cells)) and counts([int(cell) for cell in cells])


def is_note(row: list[str], layout: Layout) -> bool:
    """Whether a row below the table is none of its own: it has words in one place only."""
    width = len(layout.names)
    filled = [cell.strip() for cell in row if cell.strip()]
    if not filled or not layout.numeric or is_number(filled[0]):
        return False
    if len(row) < width and NOTE.match(filled[0]):
        return True
    if len(filled) > 1 or any(is_number(row[j]) for j in layout.numeric if j < len(row)):
        return False
    alone = row[0].strip() != "" and (len(row) < width or width > 2)
    wordy = NOTE.match(filled[0]) or " " in filled[0] or len(filled[0]) >= WORDY
    return alone and (bool(wordy) or 0 in layout.numeric)
