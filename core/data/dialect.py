"""The dialect of a text file: detected from its first lines, or given by the learner."""

import csv
import re
from collections import Counter
from io import StringIO
from typing import Literal

from ..choice import Frozen

DELIMITERS = (",", ";", "\t", "|", " ")
SAMPLE_LINES = 100
Mark = Literal["", ".", ",", " ", "'"]

NUMBER = re.compile(r"[+\-−]?\s*(\d+([.,]\d+)*|[.,]\d+)([eE][+-]?\d+)?")
SYMBOLS = "€$£¥₹% \u00a0\u202f"
DIGIT_GROUPS = {mark: re.compile(rf"[1-9]\d{{0,2}}({re.escape(mark)}\d{{3}})+") for mark in ",. '"}


class Dialect(Frozen):
    """How a file writes a table; what is None is detected.

    Attributes:
        encoding: Of the text, under Python's name.
        delimiter: Between two cells.
        header: Whether the first row has the columns' names.
        decimal: The mark before a number's fraction.
        thousands: The mark between groups of three digits; empty for none.
        sheet: Of a workbook: the sheet's name.
    """

    encoding: str | None = None
    delimiter: Literal[",", ";", "\t", "|", " "] | None = None
    header: bool | None = None
    decimal: Literal[".", ","] | None = None
    thousands: Mark | None = None
    sheet: str | None = None

    def with_detected(self, sample: str) -> "Dialect":
        """This dialect with its unknown parts detected from the first lines of the text."""
        delimiter = self.delimiter or detect_delimiter(sample)
        rows = split_cells(sample, delimiter)
        decimal, thousands = detect_marks(rows, delimiter, self.decimal, self.thousands)
        header = has_header(rows) if self.header is None else self.header
        return self.model_copy(
            update={
                "delimiter": delimiter,
                "header": header,
                "decimal": decimal,
                "thousands": thousands,
            }
        )


def split_cells(sample: str, delimiter: str) -> list[list[str]]:
    """The cells of the first lines that are not blank."""
    lines = sample.splitlines(keepends=True)[:SAMPLE_LINES]
    text = StringIO("".join(lines), newline="")
    try:
        rows = list(csv.reader(text, delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        rows = [line.split(delimiter) for line in lines]
    return [row for row in rows if any(cell.strip() for cell in row)]


def detect_delimiter(sample: str) -> str:
    """The delimiter that splits the first lines into the most cells, equally many in each line.

    Where none gives equally many in each line, the one that does for most lines.
    """

    def score(delimiter: str) -> tuple[bool, float, int]:
        counts = [len(row) for row in split_cells(sample, delimiter)]
        if not counts:
            return False, 0.0, 0
        width, lines = Counter(counts).most_common(1)[0]
        if width == 1:
            return False, 0.0, counts[0]
        even = lines == len(counts)
        return even and delimiter != " ", lines / len(counts), width

    return max(DELIMITERS, key=score)


def has_header(rows: list[list[str]]) -> bool:
    """Whether the first row has the columns' names: it contains no number."""
    return not rows or not any(is_number(cell) for cell in rows[0])


def detect_marks(
    rows: list[list[str]], delimiter: str, decimal: str | None, thousands: str | None
) -> tuple[str, str]:
    """The decimal and the thousands mark: as given, else by a vote of the cells.

    One comma before three digits is ambiguous. It is the decimal mark in a file delimited by
    semicolons, as is usual in countries with decimal commas, else the thousands mark.
    """
    cells = [strip_symbols(cell) for row in rows for cell in row if is_number(cell)]
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


def is_number(cell: str) -> bool:
    """Whether a cell's text is a number in some dialect, currency and per cent signs allowed."""
    text = strip_symbols(cell)
    plain = text.replace(" ", "").replace("'", "")
    return bool(NUMBER.fullmatch(plain)) or plain.lower() in ("nan", "inf", "-inf", "+inf")


def strip_symbols(cell: str) -> str:
    """A number's text without currency and per cent signs; narrow spaces become plain ones."""
    return cell.strip().strip(SYMBOLS).replace("\u00a0", " ").replace("\u202f", " ")


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
