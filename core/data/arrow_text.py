"""Reads plain rows of text with Arrow, in several threads.

Types that Arrow infers cost memory: it keeps all text until its end, to begin again where a type
does not hold. So those of a large text are inferred from parts of it, and then given.
"""

from typing import Any

import pyarrow as pa
from pyarrow import csv

from .cells import MISSING
from .text_table import TextTable

BLOCK_BYTES = 1 << 22
PART_BYTES = 1 << 19  # of each of the parts in which types are inferred
NULLS = [*MISSING, *(word.upper() for word in MISSING), "NaN", "Null", "None"]


def read_with_arrow(table: TextTable) -> list[pa.ChunkedArray] | None:
    """The columns; None where a row is ragged or cannot be decoded."""
    if not table.body:
        return None
    view = memoryview(table.body)[table.start : table.end]
    quoted = table.body.find(b'"', table.start, table.end) >= 0
    types = {} if quoted else _types_of_parts(view, table)
    columns, ragged = _read(view, table, quoted, types)
    if columns is None and types and not ragged:
        columns, ragged = _read(view, table, quoted, {})
    if columns is None or ragged or any(pa.types.is_binary(column.type) for column in columns):
        return None
    return columns


def _types_of_parts(view: memoryview, table: TextTable) -> dict[str, pa.DataType]:
    """The types of columns that are alike at the beginning, in the middle and at the end."""
    if len(view) < 8 * PART_BYTES:
        return {}
    found: list[dict[str, pa.DataType]] = []
    for begin in (0, len(view) // 2, len(view) - PART_BYTES):
        part = bytes(view[begin : begin + PART_BYTES])
        part = part[part.find(b"\n") + 1 if begin else 0 : part.rfind(b"\n") + 1]
        columns, ragged = _read(memoryview(part), table, False, {})
        if columns is None or ragged:
            return {}
        found.append({str(j): column.type for j, column in enumerate(columns)})
    first, *others = found
    numbers = (pa.int64(), pa.float64())
    types = {}
    for name, kind in first.items():
        kinds = {kind, *(part[name] for part in others)}
        if kinds <= {*numbers}:
            types[name] = pa.float64() if pa.float64() in kinds else kind
        elif kinds == {pa.string()}:
            types[name] = kind
    return types


def _read(
    view: memoryview, table: TextTable, quoted: bool, types: dict[str, pa.DataType]
) -> tuple[list[pa.ChunkedArray] | None, bool]:
    """The columns, None where they cannot be read; and whether a row was ragged."""
    ragged: list[Any] = []

    def on_invalid_row(row: Any) -> str:
        ragged.append(row)
        return "error"

    try:
        found = csv.read_csv(
            pa.BufferReader(pa.py_buffer(view)),
            read_options=csv.ReadOptions(
                column_names=[str(j) for j in range(len(table.names))], block_size=BLOCK_BYTES
            ),
            parse_options=csv.ParseOptions(
                delimiter=table.delimiter,
                newlines_in_values=quoted,
                invalid_row_handler=on_invalid_row,
            ),
            convert_options=csv.ConvertOptions(
                column_types=types,
                null_values=NULLS,
                strings_can_be_null=True,
                decimal_point=table.dialect.decimal or ".",
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeDecodeError):
        return None, bool(ragged)
    return list(found.columns), bool(ragged)
