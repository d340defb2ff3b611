"""Whether a first row of numbers names the columns: labels, years or doses."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from .cells import is_missing, is_number, strip_symbols

WHOLE = re.compile(r"\d+")
YEARS = 1500, 2150
FEW = 0.1  # of the rows below may look as the first one does
ROUND = 2  # digits at most of a round number
Test = Callable[[Sequence[str]], bool]


def is_header_of_numbers(first: list[str], below: list[list[str]]) -> bool:
    """Whether a row differs in kind from those below it: as names that are numbers do.

    Args:
        first: The cells of the first row, at least one of them a number.
        below: Those of the rows after it.

    Example:
        >>> is_header_of_numbers(["0", "1", "2"], [["0.4", "1.3", "2.5"], ["1.6", "0.2", "0.9"]])
        True
        >>> is_header_of_numbers(["1", "2", "3"], [["2", "4", "6"], ["3", "6", "9"]])
        False
    """
    columns = [j for j, cell in enumerate(first) if is_number(cell)]
    if not columns or len(below) < 2:
        return False
    names = [first[j].strip() for j in columns]
    if len(set(names)) < len(names):
        return False
    rows = [[row[j] if j < len(row) else "" for j in columns] for row in below]
    labelled = _names_another(first, below, columns)
    count, written = len(names), _written_with_fraction(rows)

    def rare(test: Test) -> bool:
        """Whether the first row passes a test that the rows below do not."""
        return test(names) and sum(map(test, rows)) <= FEW * len(rows)

    if rare(_is_sequence):
        apart = (count > 2 and written > 0.5) or (count > 1 and written == 1 and len(rows) > 4)
        return count > (3 if int(names[0]) == 0 else 5) or apart or labelled
    if rare(_is_years):
        return count > 2 or labelled or 1 < count < len(first)
    if all(map(WHOLE.fullmatch, names)) and written > 0.95 and len(rows) > 2:
        return count > 2 or labelled
    return count > 2 and rare(_is_round_and_rising) and _typical_digits(rows) > ROUND


def _names_another(first: list[str], below: list[list[str]], columns: list[int]) -> bool:
    """Whether the row has text over numbers, or nothing over a column that counts the rows."""
    for j, cell in enumerate(first):
        under = [row[j].strip() for row in below if j < len(row)]
        if j in columns or not under:
            continue
        if not cell.strip():
            if all(map(WHOLE.fullmatch, under)) and counts([int(value) for value in under]):
                return True
        elif not is_missing(cell) and all(is_number(value) or is_missing(value) for value in under):
            return True
    return False


def counts(values: Sequence[int]) -> bool:
    """Whether whole numbers count on by one, from 0 or 1."""
    return list(values[:1]) in ([0], [1]) and all(b - a == 1 for a, b in pairwise(values))


def _is_sequence(cells: Sequence[str]) -> bool:
    whole = all(WHOLE.fullmatch(cell.strip()) for cell in cells)
    return whole and counts([int(cell) for cell in cells])


def _is_years(cells: Sequence[str]) -> bool:
    if not all(len(c.strip()) == 4 and WHOLE.fullmatch(c.strip()) for c in cells):
        return False
    years = [int(cell) for cell in cells]
    steps = [b - a for a, b in pairwise(years)]
    within = YEARS[0] <= min(years) and max(years) <= YEARS[1]
    return within and (min(steps, default=1) > 0 or max(steps) < 0)


def _is_round_and_rising(cells: Sequence[str]) -> bool:
    numbers = [_number(cell) for cell in cells]
    known = [number for number in numbers if number is not None]
    rising = len(known) == len(cells) and all(a < b for a, b in pairwise(known))
    return rising and all(_digits(cell) <= ROUND for cell in cells)


def _number(cell: str) -> float | None:
    try:
        return float(strip_symbols(cell).replace(",", "."))
    except ValueError:
        return None


def _digits(cell: str) -> int:
    """Significant digits of a number's text: 3 for 1.50 and 2 for 2500."""
    text = re.sub(r"[eE].*|[^\d.,]", "", cell)
    fraction = "." in text or "," in text
    digits = re.sub(r"\D", "", text).lstrip("0")
    return len(digits if fraction else digits.rstrip("0"))


def _typical_digits(rows: list[list[str]]) -> int:
    digits = sorted(_digits(cell) for row in rows for cell in row if is_number(cell))
    return digits[len(digits) // 2] if digits else 0


def _written_with_fraction(rows: list[list[str]]) -> float:
    """Share of numbers with a fraction or an exponent, in the column that has the fewest."""
    shares = []
    for column in zip(*rows, strict=True):
        numbers = [cell for cell in column if is_number(cell)]
        if numbers:
            shares.append(sum(not WHOLE.fullmatch(c.strip(" +-−")) for c in numbers) / len(numbers))
    return min(shares, default=0.0)
