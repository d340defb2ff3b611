"""What a reader decided about a file, and the sentence that says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

Reason = Literal["separator", "title", "units", "names", "note", "table", "total"]


@dataclass(frozen=True)
class LeftOut:
    """A line of a file that is no row of its table.

    Attributes:
        reason: What it is: the line `sep=;`, a title or a comment above the table, what stands
            between the names and the first row, the names once more, a note or another table below
            the table, or a row of totals.
        text: The line's beginning.
    """

    reason: Reason
    text: str


@dataclass(frozen=True)
class Decisions:
    """What a reader decided, besides the dialect.

    Attributes:
        header: What the names are, where they are no first row of words: `numbers`, a `comment`
            or the `attributes` of an ARFF file.
        row_names: Whether the first column had no name of its own, as R writes row names.
        left_out: Lines that are no rows of the table.
        totals: Numbers, from 1, of rows that are called totals and kept: they are no sum.
        delimiters: Others that would cut the text into cells as well, if less evenly.
        form: What a table was written in that is no plain text or JSON, as LaTeX.
        codes: The columns in which a number looks like a code for a missing value, each with it.
    """

    header: Literal["", "numbers", "comment", "attributes"] = ""
    row_names: bool = False
    left_out: tuple[LeftOut, ...] = ()
    totals: tuple[int, ...] = ()
    delimiters: tuple[str, ...] = ()
    form: str = ""
    codes: tuple[tuple[str, float], ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The decisions from JSON values."""
        left_out = tuple(LeftOut(**line) for line in values.get("left_out", ()))
        lists = {name: tuple(values.get(name, ())) for name in ("totals", "delimiters")}
        lists["codes"] = tuple((name, code) for name, code in values.get("codes", ()))
        return cls(**{**values, **lists, "left_out": left_out})
