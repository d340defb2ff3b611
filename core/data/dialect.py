"""How a text file writes its table: found from its first lines, or told by the learner."""

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
SIGNS = "€$£¥₹% \u00a0\u202f"
GROUPED = {mark: re.compile(rf"[1-9]\d{{0,2}}({re.escape(mark)}\d{{3}})+") for mark in ",. '"}


class Dialect(Frozen):
    """Each part is found where it is None.

    Attributes:
        encoding: Of the text, under Python's name.
        delimiter: What stands between two cells.
        header: Whether the first row holds the columns' names.
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

    def completed(self, sample: str) -> "Dialect":
        """This dialect with what it leaves open found in the first lines of the text."""
        delimiter = self.delimiter or find_delimiter(sample)
        rows = cut(sample, delimiter)
        marks = self.decimal, self.thousands
        decimal, thousands = find_marks(rows, delimiter, *marks)
        header = find_header(rows) if self.header is None else self.header
        return self.model_copy(
            update={
                "delimiter": delimiter,
                "header": header,
                "decimal": decimal,
                "thousands": thousands,
            }
        )


def cut(sample: str, delimiter: str) -> list[list[str]]:
    """The cells of the first lines that are not blank."""
    lines = sample.splitlines(keepends=True)[:SAMPLE_LINES]
    text = StringIO("".join(lines), newline="")
    try:
        rows = list(csv.reader(text, delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        rows = [line.split(delimiter) for line in lines]
    return [row for row in rows if any(cell.strip() for cell in row)]


def find_delimiter(sample: str) -> str:
    """The delimiter that cuts the first lines into the most cells, equally many in each line.

    Where none cuts every line alike, the one that agrees with most lines.
    """

    def fit(delimiter: str) -> tuple[bool, float, int]:
        counts = [len(row) for row in cut(sample, delimiter)]
        if not counts:
            return False, 0.0, 0
        usual, lines = Counter(counts).most_common(1)[0]
        if usual == 1:
            return False, 0.0, counts[0]
        even = lines == len(counts)
        return even and delimiter != " ", lines / len(counts), usual

    return max(DELIMITERS, key=fit)


def find_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns: it holds no numbers."""
    return not rows or not any(is_number(cell) for cell in rows[0])


def find_marks(
    rows: list[list[str]], delimiter: str, decimal: str | None, thousands: str | None
) -> tuple[str, str]:
    """The decimal and the thousands mark that the cells speak for, where they are not given.

    One comma before three digits may be either. It is the decimal mark in a file that puts
    semicolons between its cells, as countries with decimal commas do, else the thousands mark.
    """
    cells = [bare(cell) for row in rows for cell in row if is_number(cell)]
    if decimal is None:
        decimal = "," if _decimal_comma(cells, delimiter) else "."
    if thousands is None:
        votes = Counter(
            mark
            for cell in cells
            for mark in (",", ".", " ", "'")
            if mark != decimal and GROUPED[mark].fullmatch(_whole(cell, decimal))
        )
        thousands = votes.most_common(1)[0][0] if votes else ""
    return decimal, thousands if thousands != decimal else ""


def is_number(cell: str) -> bool:
    """Whether a cell's text is a number in some dialect, signs of money and per cent included."""
    text = bare(cell)
    plain = text.replace(" ", "").replace("'", "")
    return bool(NUMBER.fullmatch(plain)) or plain.lower() in ("nan", "inf", "-inf", "+inf")


def bare(cell: str) -> str:
    """A number's text without signs of money and per cent, narrow spaces made plain."""
    return cell.strip().strip(SIGNS).replace("\u00a0", " ").replace("\u202f", " ")


def _decimal_comma(cells: list[str], delimiter: str) -> bool:
    points = commas = unsure = 0
    for cell in cells:
        text = cell.lstrip("+-−")
        if "," in text and "." in text:
            later_comma = text.rfind(",") > text.rfind(".")
            commas, points = commas + later_comma, points + (not later_comma)
        elif "," in text:
            grouped, several = GROUPED[","].fullmatch(text), text.count(",") > 1
            commas += not grouped and not several
            unsure += bool(grouped) and not several
            points += bool(grouped) and several
        elif "." in text:  # several points that group no digits are a date's
            grouped, several = GROUPED["."].fullmatch(text), text.count(".") > 1
            points += not grouped and not several
            commas += bool(grouped) and several
    if commas or points:
        return commas > points
    return delimiter == ";" and unsure > 0


def _whole(cell: str, decimal: str) -> str:
    """A number's digits before its fraction."""
    return cell.lstrip("+-−").partition(decimal)[0]
