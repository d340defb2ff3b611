"""A column of text as what it stands for: numbers, dates, or categories."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute

from .dialect import Dialect

pc: Any = pyarrow.compute  # whose functions are made at import, unknown to type checkers
Kind = Literal["number", "date", "category"]
MISSING = (
    *("", "-", "--", "–", "—", "?", ".", "na", "n/a", "n.a.", "nan", "-nan", "<na>", "null"),
    *("none", "nil", "missing", "#n/a", "#na", "#null!", "#div/0!", "#value!", "#ref!", "#num!"),
)
SIGNS = r"[€$£¥₹%\s]"
POWERS = r"([eE][+-]?\d+)?"
PLAIN = rf"^[+-]?(\d+\.?\d*|\.\d+){POWERS}$|^(?i:[+-]?inf(inity)?)$"
ENOUGH = {"number": 0.5, "date": 0.9}  # the share of a column's cells that makes it one of these
LARGEST_INTEGER = 2.0**53
DAY_FIRST = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y")
YEAR_FIRST = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m")
NAMED = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y")
TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S")
TRIED = 200  # values that a date format must fit before all are tried


@dataclass(frozen=True)
class ColumnReading:
    """How one column was read.

    Attributes:
        name: As it is shown.
        kind: What its cells are.
        from_text: Whether numbers or dates were written as text that is no plain number.
        unreadable: Cells that held text which is no number or date; they are missing now.
        example: One of them.
    """

    name: str
    kind: Kind
    from_text: bool = False
    unreadable: int = 0
    example: str = ""


def infer_type(name: str, column: Any, dialect: Dialect) -> tuple[pa.Array, ColumnReading]:
    """A column of any flat Arrow type as one of four: int64, float64, string or timestamp.

    Missing numbers are NaN, never null, so that NumPy can use the column where it lies.

    Raises:
        pa.ArrowException: For a type that is no column of single values.
    """
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_null(kind):
        return _floats(column.cast(pa.float64())), ColumnReading(name, "number")
    if pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
        kind = column.type
    if pa.types.is_signed_integer(kind) and not column.null_count:
        return column.cast(pa.int64()), ColumnReading(name, "number")
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _floats(column.cast(pa.float64(), safe=False)), ColumnReading(name, "number")
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _dates(column), ColumnReading(name, "date")
    return _text(name, column.cast(pa.string()), dialect)


def _text(name: str, column: Any, dialect: Dialect) -> tuple[pa.Array, ColumnReading]:
    encoded = column.dictionary_encode()
    words = pc.utf8_trim_whitespace(encoded.dictionary)
    blank = pc.is_in(pc.utf8_lower(words), pa.array(MISSING))
    words = pc.if_else(blank, pa.scalar(None, pa.string()), words)
    counts = np.bincount(
        encoded.indices.drop_null().to_numpy(zero_copy_only=False), minlength=len(words)
    )
    filled = counts * ~blank.to_numpy(zero_copy_only=False)
    readers: tuple[tuple[Kind, Callable], ...] = (("number", _numbers), ("date", _parsed_dates))
    for kind, reader in readers:
        values = reader(words, dialect)
        unread = (np.isnat(values) if kind == "date" else np.isnan(values)) & ~_missing(words)
        lost, share = int(filled[unread].sum()), ENOUGH[kind]
        if filled.sum() and filled.sum() - lost > share * filled.sum():
            example = str(words[int(np.argmax(unread))].as_py())[:40] if lost else ""
            taken = pa.array(values, from_pandas=False).take(encoded.indices)
            done = _integers(_floats(taken)) if kind == "number" else _dates(taken)
            plain = kind == "number" and pc.all(pc.match_substring_regex(words, PLAIN)).as_py()
            return done, ColumnReading(name, kind, not plain, lost, example)
    return words.take(encoded.indices), ColumnReading(name, "category")


def _numbers(words: Any, dialect: Dialect) -> np.ndarray:
    """Text as float64, NaN where it is no number."""
    text = pc.replace_substring_regex(words, f"^{SIGNS}+|{SIGNS}+$", "")
    text = pc.replace_substring_regex(text, r"^\((.+)\)$", r"-\1")
    text = pc.replace_substring(text, "−", "-")
    text = pc.replace_substring_regex(text, f"^([+-]){SIGNS}+", r"\1")
    text = pc.replace_substring_regex(text, r"[\x{00a0}\x{202f}]", " ")
    mark = dialect.thousands or ""
    comma = dialect.decimal == ","
    if mark:
        point = "," if comma else r"\."
        group = r"\." if mark == "." else mark
        grouped = pc.match_substring_regex(
            text, rf"^[+-]?\d{{1,3}}({group}\d{{3}})+({point}\d*)?{POWERS}$"
        )
        text = pc.if_else(grouped, pc.replace_substring(text, mark, ""), text)
    if comma:
        text = pc.replace_substring(text, ",", ".")
    text = pc.replace_substring_regex(text, r"^\+", "")
    fits = pc.match_substring_regex(text, PLAIN)
    text = pc.if_else(fits, text, pa.scalar(None, pa.string()))
    try:
        values = text.cast(pa.float64())
    except pa.ArrowInvalid:
        values = pa.array([None if t is None else float(t) for t in text.to_pylist()], pa.float64())
    return values.to_numpy(zero_copy_only=False).astype(np.float64)


def _missing(words: Any) -> np.ndarray:
    """Which values are missing already, so that they are not counted as unreadable."""
    return words.is_null().to_numpy(zero_copy_only=False)


def _parsed_dates(words: Any, dialect: Dialect) -> np.ndarray:
    """Text as dates in the one format that fits (nearly) all of it; NaT where none does."""
    known = words.drop_null()
    none = np.full(len(words), np.datetime64("NaT", "us"))
    if not len(known) or not pc.any(pc.match_substring_regex(known.slice(0, 5), r"\d")).as_py():
        return none
    day_first = dialect.decimal == "," or dialect.delimiter == ";"
    usual = (DAY_FIRST, MONTH_FIRST) if day_first else (MONTH_FIRST, DAY_FIRST)
    some = known.slice(0, TRIED)
    best: tuple[float, str] = (ENOUGH["date"], "")
    for day in (*YEAR_FIRST, *usual[0], *usual[1], *NAMED):
        for clock in TIMES:
            fits = 1 - _strptime(some, day + clock).null_count / len(some)
            if fits > best[0]:
                best = fits, day + clock
    if not best[1]:
        return none
    parsed = _strptime(words, best[1]).to_numpy(zero_copy_only=False)
    return parsed.astype("datetime64[us]")


def _strptime(words: Any, form: str) -> Any:
    return pc.strptime(words, format=form, unit="us", error_is_null=True)


def _floats(column: Any) -> pa.Array:
    values = column.to_numpy(zero_copy_only=False)
    return pa.array(np.asarray(values, np.float64), from_pandas=False)


def _integers(column: Any) -> pa.Array:
    """Whole numbers as int64, where all of them are."""
    values = column.to_numpy()
    small = np.isfinite(values) & (np.abs(values) < LARGEST_INTEGER)
    if len(values) and small.all() and (values == np.trunc(values)).all():
        return pa.array(values.astype(np.int64))
    return column


def _dates(column: Any) -> pa.Array:
    if pa.types.is_timestamp(column.type) and column.type.tz:
        column = column.cast(pa.timestamp(column.type.unit))
    return column.cast(pa.timestamp("us"), safe=False)
