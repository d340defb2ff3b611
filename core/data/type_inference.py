"""Infers the type of a column, numbers, dates or categories, and converts its values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute

from .dialect import Dialect

pc: Any = pyarrow.compute  # its functions are generated at import, unknown to type checkers
Kind = Literal["number", "date", "category"]
MISSING = (
    *("", "-", "--", "–", "—", "?", ".", "na", "n/a", "n.a.", "nan", "-nan", "<na>", "null"),
    *("none", "nil", "missing", "#n/a", "#na", "#null!", "#div/0!", "#value!", "#ref!", "#num!"),
)
SYMBOLS = r"[€$£¥₹%\s]"
EXPONENT = r"([eE][+-]?\d+)?"
PLAIN_NUMBER = rf"^[+-]?(\d+\.?\d*|\.\d+){EXPONENT}$|^(?i:[+-]?inf(inity)?)$"
MIN_SHARE = {"number": 0.5, "date": 0.9}  # of a column's cells that must parse as that type
MAX_SAFE_INTEGER = 2.0**53  # below it float64 holds every integer
DAY_FIRST = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y")
YEAR_FIRST = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m")
MONTH_NAMES = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y")
TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S")
SAMPLE_VALUES = 200  # on which date formats are tried before all values are parsed


@dataclass(frozen=True)
class ColumnReading:
    """How one column was read.

    Attributes:
        name: The cleaned name.
        kind: The inferred type.
        from_text: Whether numbers or dates were parsed from text that is not a plain number.
        unreadable: Number of cells that could not be parsed and became missing.
        example: Text of one of them.
    """

    name: str
    kind: Kind
    from_text: bool = False
    unreadable: int = 0
    example: str = ""


def infer_type(name: str, column: Any, dialect: Dialect) -> tuple[pa.Array, ColumnReading]:
    """Converts a column of any flat Arrow type to int64, float64, string or timestamp.

    Missing numbers are NaN, never null, so that NumPy can use the column without a copy.

    Raises:
        pa.ArrowException: For a nested type.
    """
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_null(kind):
        return _to_floats(column.cast(pa.float64())), ColumnReading(name, "number")
    if pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
        kind = column.type
    if pa.types.is_signed_integer(kind) and not column.null_count:
        return column.cast(pa.int64()), ColumnReading(name, "number")
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _to_floats(column.cast(pa.float64(), safe=False)), ColumnReading(name, "number")
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _to_timestamps(column), ColumnReading(name, "date")
    return _infer_text(name, column.cast(pa.string()), dialect)


def _infer_text(name: str, column: Any, dialect: Dialect) -> tuple[pa.Array, ColumnReading]:
    encoded = column.dictionary_encode()
    texts = pc.utf8_trim_whitespace(encoded.dictionary)
    blank = pc.is_in(pc.utf8_lower(texts), pa.array(MISSING))
    texts = pc.if_else(blank, pa.scalar(None, pa.string()), texts)
    counts = np.bincount(
        encoded.indices.drop_null().to_numpy(zero_copy_only=False), minlength=len(texts)
    )
    non_null_counts = counts * ~blank.to_numpy(zero_copy_only=False)
    total = int(non_null_counts.sum())
    parsers: tuple[tuple[Kind, Callable], ...] = (
        ("number", _parse_numbers),
        ("date", _parse_dates),
    )
    for kind, parse in parsers:
        values = parse(texts, dialect)
        failed = (np.isnat(values) if kind == "date" else np.isnan(values)) & ~_null_mask(texts)
        unreadable = int(non_null_counts[failed].sum())
        if total and total - unreadable > MIN_SHARE[kind] * total:
            example = str(texts[int(np.argmax(failed))].as_py())[:40] if unreadable else ""
            taken = pa.array(values, from_pandas=False).take(encoded.indices)
            converted = (
                _to_integers(_to_floats(taken)) if kind == "number" else _to_timestamps(taken)
            )
            plain = (
                kind == "number" and pc.all(pc.match_substring_regex(texts, PLAIN_NUMBER)).as_py()
            )
            return converted, ColumnReading(name, kind, not plain, unreadable, example)
    return texts.take(encoded.indices), ColumnReading(name, "category")


def _parse_numbers(texts: Any, dialect: Dialect) -> np.ndarray:
    """Texts as float64, NaN where one is not a number."""
    text = pc.replace_substring_regex(texts, f"^{SYMBOLS}+|{SYMBOLS}+$", "")
    text = pc.replace_substring_regex(text, r"^\((.+)\)$", r"-\1")
    text = pc.replace_substring(text, "−", "-")
    text = pc.replace_substring_regex(text, f"^([+-]){SYMBOLS}+", r"\1")
    text = pc.replace_substring_regex(text, r"[\x{00a0}\x{202f}]", " ")
    mark = dialect.thousands or ""
    comma = dialect.decimal == ","
    if mark:
        point = "," if comma else r"\."
        group = r"\." if mark == "." else mark
        grouped = pc.match_substring_regex(
            text, rf"^[+-]?\d{{1,3}}({group}\d{{3}})+({point}\d*)?{EXPONENT}$"
        )
        text = pc.if_else(grouped, pc.replace_substring(text, mark, ""), text)
    if comma:
        text = pc.replace_substring(text, ",", ".")
    text = pc.replace_substring_regex(text, r"^\+", "")
    fits = pc.match_substring_regex(text, PLAIN_NUMBER)
    text = pc.if_else(fits, text, pa.scalar(None, pa.string()))
    try:
        values = text.cast(pa.float64())
    except pa.ArrowInvalid:
        values = pa.array([None if t is None else float(t) for t in text.to_pylist()], pa.float64())
    return values.to_numpy(zero_copy_only=False).astype(np.float64)


def _null_mask(texts: Any) -> np.ndarray:
    """Which values are null: they do not count as unreadable."""
    return texts.is_null().to_numpy(zero_copy_only=False)


def _parse_dates(texts: Any, dialect: Dialect) -> np.ndarray:
    """Texts as datetime64 in the one format that parses most of them; NaT where none does."""
    known = texts.drop_null()
    all_missing = np.full(len(texts), np.datetime64("NaT", "us"))
    if not len(known) or not pc.any(pc.match_substring_regex(known.slice(0, 5), r"\d")).as_py():
        return all_missing
    day_first = dialect.decimal == "," or dialect.delimiter == ";"
    by_priority = (DAY_FIRST, MONTH_FIRST) if day_first else (MONTH_FIRST, DAY_FIRST)
    sample = known.slice(0, SAMPLE_VALUES)
    best_share, best_format = MIN_SHARE["date"], ""
    for day in (*YEAR_FIRST, *by_priority[0], *by_priority[1], *MONTH_NAMES):
        for clock in TIMES:
            share = 1 - _strptime(sample, day + clock).null_count / len(sample)
            if share > best_share:
                best_share, best_format = share, day + clock
    if not best_format:
        return all_missing
    parsed = _strptime(texts, best_format).to_numpy(zero_copy_only=False)
    return parsed.astype("datetime64[us]")


def _strptime(texts: Any, format_string: str) -> Any:
    return pc.strptime(texts, format=format_string, unit="us", error_is_null=True)


def _to_floats(column: Any) -> pa.Array:
    values = column.to_numpy(zero_copy_only=False)
    return pa.array(np.asarray(values, np.float64), from_pandas=False)


def _to_integers(column: Any) -> pa.Array:
    """As int64 where all values are integers, else unchanged."""
    values = column.to_numpy()
    small = np.isfinite(values) & (np.abs(values) < MAX_SAFE_INTEGER)
    if len(values) and small.all() and (values == np.trunc(values)).all():
        return pa.array(values.astype(np.int64))
    return column


def _to_timestamps(column: Any) -> pa.Array:
    if pa.types.is_timestamp(column.type) and column.type.tz:
        column = column.cast(pa.timestamp(column.type.unit))
    return column.cast(pa.timestamp("us"), safe=False)
