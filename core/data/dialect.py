"""The dialect of a text file: detected from its first lines, or given by the learner."""

import csv
import re
from collections import Counter
from io import StringIO
from itertools import islice
from typing import Literal

from pydantic import Field

from ..choice import Frozen
from .cells import is_date, is_missing, is_number, number_of, strip_symbols, unit_of
from .tidy import TAB, rewriting, split_lines

USUAL = (",", ";", "\t", "|", " ")
DELIMITERS = (*USUAL, ":")  # the last one stands in times too: where no other cuts
SAMPLE_LINES = 200
PLAUSIBLE = 0.1  # score of a delimiter that may be meant
Mark = Literal["", ".", ",", " ", "'"]
DIGIT_GROUPS = {mark: re.compile(rf"[1-9]\d{{0,2}}({re.escape(mark)}\d{{3}})+") for mark in ". '"}
DIGIT_GROUPS[","] = re.compile(r"[1-9]\d{0,2}(,\d{3})+|[1-9]\d?(,\d\d)+,\d{3}")  # lakhs too
SEPARATOR = re.compile(r"\ufeff?\"?sep=(.)\"?\r?", re.IGNORECASE)
CLEAN = re.compile(r"[^,;\t|]*")
Row = tuple[int, list[str]]  # the number of its first line, from 0, and its cells


class Dialect(Frozen):
    """How a file writes a table; what is None is detected.

    Attributes:
        encoding: Of the text, under Python's name.
        delimiter: Between two cells.
        header: Whether the first row has the columns' names.
        decimal: The mark before a number's fraction.
        thousands: The mark between groups of three digits; empty for none.
        sheet: The name of a workbook's sheet, or of one of several tables that a text has.
        skip: Lines of a text, or rows of a sheet, before the table's first row.
        every_row: Whether rows of totals and notes below the table are kept.
        codes: Whether codes as -999 are read as missing where they are far from all other numbers;
            else they are numbers, as they are for pandas.
    """

    encoding: str | None = None
    delimiter: Literal[",", ";", "\t", "|", " ", ":"] | None = None
    header: bool | None = None
    decimal: Literal[".", ","] | None = None
    thousands: Mark | None = None
    sheet: str | None = None
    skip: int | None = Field(default=None, ge=0)
    every_row: bool = False
    codes: bool = False


def split_rows(text: str, delimiter: str, first: int = 0) -> list[Row]:
    """The rows of a text that are not blank, each with the number of its first line.

    Args:
        text: Plain rows, at most `SAMPLE_LINES` lines of which are read.
        delimiter: Between two cells.
        first: The number of the first line that is read.
    """
    lines = list(islice(StringIO(text, newline=""), first, first + SAMPLE_LINES))
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    rows: list[Row] = []
    before = 0
    try:
        for cells in reader:
            rows.append((first + before, cells))
            before = reader.line_num
    except csv.Error:
        rows = [(first + i, line.split(delimiter)) for i, line in enumerate(lines)]
    return [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]


def detect_delimiter(sample: str) -> str:
    """The delimiter that cuts the first lines into the most even rows of the cleanest cells.

    A line `sep=;`, as spreadsheets write it, tells. A cell is clean if it is a number, a date or
    missing, less so if it is a word, and not at all if another delimiter stands in it.
    """
    told = SEPARATOR.fullmatch(split_lines(sample)[0])
    if told and told[1] in DELIMITERS:
        return told[1]
    scores = {delimiter: _score(sample, delimiter) for delimiter in USUAL}
    best = max(USUAL, key=scores.__getitem__)
    return ":" if scores[best] <= PLAUSIBLE < _score(sample, ":") else best


def other_delimiters(sample: str, delimiter: str) -> tuple[str, ...]:
    """The delimiters that would cut the first lines into cells as well, if less evenly."""
    others = (other for other in USUAL if other != delimiter)
    return tuple(other for other in others if _score(sample, other) > PLAUSIBLE)


def _score(sample: str, delimiter: str) -> float:
    sample = "\n".join(split_lines(sample)[:SAMPLE_LINES])
    rewrite = rewriting(sample, delimiter)
    text = rewrite(sample) if rewrite else sample
    rows = [_trimmed(cells) for _, cells in split_rows(text, TAB if rewrite else delimiter)]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    cells = [cell for row in rows if len(row) == width for cell in row]
    clean = sum(map(_cleanness, cells)) / len(cells)
    near = sum(n for other, n in widths.items() if other < width)
    even = (count + 0.5 * near) / len(rows)
    return even**2 * clean * (1 - 1 / width) * (0.8 if delimiter == " " else 1.0)


def _trimmed(cells: list[str]) -> list[str]:
    """The cells without empty ones at the end, as spreadsheets write them beside a title."""
    end = len(cells)
    while end > 1 and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _cleanness(cell: str) -> float:
    if is_missing(cell) or is_number(cell) or is_date(cell) or unit_of(cell):
        return 1.0
    return 0.7 if CLEAN.fullmatch(cell) else 0.2


def detect_marks(
    rows: list[list[str]], delimiter: str, decimal: str | None, thousands: str | None
) -> tuple[str, str]:
    """The decimal and the thousands mark: as given, else by a vote of the cells.

    One comma before three digits is ambiguous. It is the decimal mark in a file delimited by
    semicolons, as is usual in countries with decimal commas, else the thousands mark.
    """
    figures = (number_of(cell) for row in rows for cell in row)
    cells = [strip_symbols(figure) for figure in figures if is_number(figure)]
    if decimal is None:
        decimal = "," if _has_decimal_comma(cells, delimiter) else "."
    if thousands is None:
        votes = Counter(
            mark
            for cell in cells
            for mark in (",", ".", " ", "'")
            if mark != decimal and DIGIT_GROUPS[mark].fullmatch(_integer_part(cell, decimal))
        )
        thousands = votes.most_common(1)[0][0] if votes else ""
    return decimal, thousands if thousands != decimal else ""


def _has_decimal_comma(cells: list[str], delimiter: str) -> bool:
    points = commas = ambiguous = 0
    for cell in cells:
        text = cell.lstrip("+-−")
        if "," in text and "." in text:
            later_comma = text.rfind(",") > text.rfind(".")
            commas, points = commas + later_comma, points + (not later_comma)
        elif "," in text:
            grouped, several = DIGIT_GROUPS[","].fullmatch(text), text.count(",") > 1
            commas += not grouped and not several
            ambiguous += bool(grouped) and not several
            points += bool(grouped) and several
        elif "." in text:  # several points that do not group digits are of a date
            grouped, several = DIGIT_GROUPS["."].fullmatch(text), text.count(".") > 1
            points += not grouped and not several
            commas += bool(grouped) and several
    if commas or points:
        return commas > points
    return delimiter == ";" and ambiguous > 0


def _integer_part(cell: str, decimal: str) -> str:
    """A number's digits before the decimal mark."""
    return cell.lstrip("+-−").partition(decimal)[0]
