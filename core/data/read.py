"""Reads a learner's file into a table.

Called in `core.data.reader_subprocess`, with little time and memory.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import feather

from ..errors import InputError
from .charset import SAMPLE_BYTES, Content
from .decisions import Decisions, LeftOut
from .decompress import MAX_BYTES, decompress
from .delimited import read_delimited
from .dialect import SAMPLE_LINES, Dialect, detect_marks
from .index_column import INDEX, numbers_rows
from .limits import check_rows, check_width
from .missing_codes import find_code
from .python_literal import START as PYTHON_START
from .sanitize import clean_names, clean_text
from .tidy import DOTS
from .totals import find_totals
from .type_inference import ColumnReading, infer_type
from .yaml_text import parse_yaml

DEFAULT = Dialect()
JSON_START = re.compile(rb"\s*(\[\s*[\[{\]]|\{)")
TITLES = {
    "text": "delimited text",
    "workbook": "workbook",
    "parquet": "Parquet",
    "json": "JSON",
}


@dataclass(frozen=True, eq=False)
class Reading:
    """The result of reading a file.

    Attributes:
        table: Columns of type int64, float64 (missing is NaN), string or timestamp.
        kind: The file's format: a key of `TITLES`.
        dialect: As given and detected.
        columns: How each column was read, in the table's order.
        decisions: What was decided besides.
        left_out: Names of nested or binary columns.
        sheets: The names of all sheets of a workbook, or of the tables of a text that has several.
    """

    table: pa.Table
    kind: str
    dialect: Dialect
    columns: tuple[ColumnReading, ...]
    decisions: Decisions = field(default_factory=Decisions)
    left_out: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


def read_file(path: Path, name: str, dialect: Dialect = DEFAULT) -> Reading:
    """The table in a file of delimited text, a workbook, a Parquet or a JSON file.

    Args:
        path: The file.
        name: The learner's name for it, for messages.
        dialect: The parts that are known; the rest is detected.

    Raises:
        InputError: One clear sentence when the file is empty, too large, damaged or not a table,
            has fewer than two columns or rows, or no numeric column.
    """
    file = clean_text(Path(name).name)[:80] or "the file"
    with _memory_map(path, file) as content:
        return read_content(content, file, dialect)


def read_content(content: Content, file: str, dialect: Dialect = DEFAULT) -> Reading:
    """The table in a file's bytes; arguments and errors as of `read_file`."""
    if len(content) > MAX_BYTES:
        raise InputError(
            f"{file} must be at most {MAX_BYTES / 1e6:.0f} MB. "
            f"Received: {len(content) / 1e6:.1f} MB."
        )
    kind, inner = decompress(content, file)
    left_out: list[str] = []
    sheets: Sequence[str] = ()
    decisions = Decisions()
    written = None
    if kind == "text" and dialect.delimiter is None:
        written = parse_yaml(inner, file)
        kind = "text" if written is None and not _is_json(inner) else "json"
    _check_applies(kind, dialect, file)
    if kind == "workbook":  # each library is imported where it is needed: the subprocess is short
        from .workbook import read_workbook

        names, columns, dialect, decisions, sheets = read_workbook(inner, dialect, file)
    elif kind == "parquet":
        from .parquet import read_parquet

        names, columns, left_out = read_parquet(inner, file)
    elif kind == "json":
        from .json_records import read_json, read_records

        names, columns, left_out, form = (
            read_json(inner, file) if written is None else (*read_records(written, file), "YAML")
        )
        decisions = Decisions(form=form)
    else:
        names, columns, dialect, decisions, sheets = read_delimited(inner, dialect, file)
    if kind in ("parquet", "json"):
        dialect = _with_marks(columns, dialect)
    check_width(len(columns), file)
    check_rows(len(columns[0]), len(columns), file)
    table, readings = _convert_columns(names, columns, dialect)
    table, decisions = _with_codes(table, decisions, dialect)
    _check_table(table, readings, file)
    table, decisions = _without_totals(table, readings, decisions, dialect)
    return Reading(
        table, kind, dialect, readings, decisions, tuple(clean_names(left_out)), tuple(sheets)
    )


def _is_json(content: Content) -> bool:
    """Whether a text starts like JSON, or like a value of Python."""
    head = content[:SAMPLE_BYTES].removeprefix(b"\xef\xbb\xbf")
    return bool(JSON_START.match(head) or PYTHON_START.match(head))


def _with_marks(columns: list, dialect: Dialect) -> Dialect:
    """The dialect with the marks of numbers that were written as text, among the first rows."""
    texts = [column for column in columns if pa.types.is_string(column.type)]
    cells = [[str(cell) for cell in column[:SAMPLE_LINES].to_pylist() if cell] for column in texts]
    decimal, thousands = detect_marks(cells, ",", dialect.decimal, dialect.thousands)
    return dialect.model_copy(update={"decimal": decimal, "thousands": thousands})


def _check_applies(kind: str, dialect: Dialect, file: str) -> None:
    """Raises `InputError` for a part of the dialect that means nothing for this kind of file."""
    meaningless = {
        "text": (),  # a sheet only where several tables are written
        "workbook": ("delimiter", "encoding"),
        "parquet": ("delimiter", "encoding", "header", "sheet", "skip"),
        "json": ("encoding", "header", "sheet", "skip"),
    }
    for name in meaningless[kind]:
        value = getattr(dialect, name)
        if value is not None:
            raise InputError(
                f"`{name}` must not be given for {TITLES[kind]}. Received: {value!r} for {file}."
            )


def write_table(table: pa.Table, path: Path) -> None:
    """Writes an uncompressed Arrow file, which many processes can map into memory."""
    feather.write_feather(table, str(path), "uncompressed", chunksize=max(1, table.num_rows))


@contextmanager
def _memory_map(path: Path, file: str) -> Iterator[Content]:
    with path.open("rb") as stream:
        if not path.stat().st_size:
            raise InputError(f"{file} must hold a table. Received: an empty file.")
        yield mmap(stream.fileno(), 0, access=ACCESS_READ)


def _convert_columns(
    names: list[str], columns: list, dialect: Dialect
) -> tuple[pa.Table, tuple[ColumnReading, ...]]:
    """Converts each column; drops empty ones without a name, which are a spreadsheet's margins."""
    arrays: list[pa.Array] = []
    readings: list[ColumnReading] = []
    for name, given in zip(clean_names(names), names, strict=True):
        column = columns.pop(0)
        if given.strip() in DOTS and {*column.unique().to_pylist()} <= DOTS:
            continue  # of columns that were not printed
        margin = any(map(str.strip, names)) or not columns
        if not given.strip() and margin and column.null_count == len(column):
            continue
        values, reading = infer_type(name, column, dialect)
        if (
            not given.strip()
            and any(map(str.strip, names))
            and numbers_rows(values.to_numpy(False))
        ):
            reading = replace(reading, name=INDEX)
        arrays.append(values)
        readings.append(reading)
    unique = clean_names(reading.name for reading in readings)
    readings = [replace(r, name=name) for r, name in zip(readings, unique, strict=True)]
    return pa.table(arrays, unique), tuple(readings)


def _with_codes(
    table: pa.Table, decisions: Decisions, dialect: Dialect
) -> tuple[pa.Table, Decisions]:
    """What looks like codes for missing values; and the table, where they are read so without."""
    found: list[tuple[str, float]] = []
    for j, name in enumerate(table.column_names):
        if pa.types.is_integer(table.column(j).type) or pa.types.is_floating(table.column(j).type):
            values = table.column(j).to_numpy()
            code = find_code(values)
            if code is not None:
                found.append((name, code))
            if code is not None and dialect.codes:
                missing = np.where(values == code, np.nan, values)
                table = table.set_column(j, name, pa.array(missing, from_pandas=False))
    return table, replace(decisions, codes=tuple(found))


def _without_totals(
    table: pa.Table, readings: tuple[ColumnReading, ...], decisions: Decisions, dialect: Dialect
) -> tuple[pa.Table, Decisions]:
    """The table without rows that are the sum of the others, unless every row is kept."""
    totals, called = find_totals(table, readings)
    if dialect.every_row:
        totals, called = (), (*totals, *called)
    row_numbers = tuple(row + 1 for row in called)
    if not totals or table.num_rows - len(totals) < 2:
        return table, replace(decisions, totals=row_numbers)
    left_out = (LeftOut("total", _row_text(table, row)) for row in totals)
    kept = replace(decisions, left_out=(*decisions.left_out, *left_out), totals=row_numbers)
    if totals[-1] == table.num_rows - 1 and len(totals) == totals[-1] - totals[0] + 1:
        return table.slice(0, totals[0]), kept
    mask = np.ones(table.num_rows, bool)
    mask[list(totals)] = False
    return table.filter(pa.array(mask)), kept


def _row_text(table: pa.Table, row: int) -> str:
    cells = (column[row].as_py() for column in table.columns)
    return ", ".join(str(cell) for cell in cells if str(cell) not in ("", "None", "nan"))[:80]


def _check_table(table: pa.Table, readings: tuple[ColumnReading, ...], file: str) -> None:
    check_width(table.num_columns, file)
    if table.num_rows < 2:
        raise InputError(f"{file} must have at least 2 rows of data. Received: {table.num_rows}.")
    for reading, column in zip(readings, table.columns, strict=True):
        if reading.kind == "number" and not np.isnan(column.to_numpy()).all():
            return
    kinds = {reading.kind for reading in readings}
    what = "text" if kinds == {"category"} else "dates" if kinds == {"date"} else "other things"
    raise InputError(
        f"{file} must have at least one column of numbers. "
        f"Received: {table.num_columns} columns of {what}."
    )
