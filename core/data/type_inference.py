"""Infers the type of a column, numbers, dates or categories, and converts its values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute

from .cells import MISSING
from .dates import parse_dates
from .dialect import Dialect
from .numbers import is_plain, parse_numbers

pc: Any = pyarrow.compute  # its functions are generated at import, unknown to type checkers
Kind = Literal["number", "date", "category"]
MIN_SHARE = {"number": 0.5, "date": 0.9}  # of a column's cells that must parse as that type
MAX_SAFE_INTEGER = 2.0**53  # below it float64 holds every integer


@dataclass(frozen=True)
class ColumnReading:
    """How one column was read.

    Attributes:
        name: The cleaned name.
        kind: The inferred type.
        from_text: Whether numbers or dates were parsed from text that is not a plain number.
        unreadable: Number of cells that could not be parsed and became missing.
        example: Text of one of them.
        unit: What stood beside its numbers, as `kg` in `50 kg`.
    """

    name: str
    kind: Kind
    from_text: bool = False
    unreadable: int = 0
    example: str = ""
    unit: str = ""


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
        ("number", parse_numbers),
        ("date", _parse_dates),
    )
    for kind, parse in parsers:
        values, unit = parse(texts, dialect)
        failed = (np.isnat(values) if kind == "date" else np.isnan(values)) & ~_null_mask(texts)
        unreadable = int(non_null_counts[failed].sum())
        if total and total - unreadable > MIN_SHARE[kind] * total:
            example = str(texts[int(np.argmax(failed))].as_py())[:40] if unreadable else ""
            taken = pa.array(values, from_pandas=False).take(encoded.indices)
            converted = (
                _to_integers(_to_floats(taken)) if kind == "number" else _to_timestamps(taken)
            )
            from_text = kind == "date" or not is_plain(texts)
            return converted, ColumnReading(name, kind, from_text, unreadable, example, unit)
    return texts.take(encoded.indices), ColumnReading(name, "category")


def _null_mask(texts: Any) -> np.ndarray:
    """Which values are null: they do not count as unreadable."""
    return texts.is_null().to_numpy(zero_copy_only=False)


def _parse_dates(texts: Any, dialect: Dialect) -> tuple[np.ndarray, str]:
    return parse_dates(texts, dialect.decimal == "," or dialect.delimiter == ";"), ""


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
