"""Reads Excel and OpenDocument workbooks with calamine."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from ..errors import InputError
from .charset import Content
from .dialect import Dialect
from .limits import check_rows, check_width
from .type_inference import MAX_SAFE_INTEGER

MAX_SHEETS = 200


def read_workbook(
    content: Content, dialect: Dialect, file: str
) -> tuple[list[str], list[pa.Array], Dialect, list[str]]:
    """Names and columns of one sheet, its full dialect, and all sheets' names.

    Raises:
        InputError: If it is not a workbook, has no such sheet, or no sheet with a table.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = list(book.sheet_names)[:MAX_SHEETS]
        if dialect.sheet is not None and dialect.sheet not in sheets:
            raise InputError(
                f"`sheet` must be one of {', '.join(map(repr, sheets[:8]))}. "
                f"Received: {dialect.sheet!r}."
            )
        for sheet in [dialect.sheet] if dialect.sheet else sheets:
            rows = _read_rows(book, sheet, file)
            if rows:
                break
        else:
            raise InputError(f"{file} must hold a table. Received: an empty workbook.")
    except (CalamineError, ValueError, OSError, KeyError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{file} must be a workbook that can be opened. "
            "Received: a damaged or encrypted one, or another kind of document."
        ) from error
    width = max(len(row) for row in rows)
    check_width(width, file, "beside each other in one sheet")
    check_rows(len(rows), width, file)
    header = _has_header(rows) if dialect.header is None else dialect.header
    names = [str(cell) for cell in rows[0]] if header else [""] * width
    body = rows[1:] if header else rows
    columns = [to_arrow([row[j] for row in body]) for j in range(width)]
    marks = {"decimal": dialect.decimal or ".", "thousands": dialect.thousands or ""}
    used = dialect.model_copy(update={"header": header, "sheet": sheet, **marks})
    return names, columns, used, sheets


def _read_rows(book: CalamineWorkbook, sheet: str, file: str) -> list[list[Any]]:
    """The sheet's rows, all of one length, without empty ones."""
    worksheet = book.get_sheet_by_name(sheet)
    if worksheet.start is None or worksheet.end is None:
        return []
    width = worksheet.end[1] - worksheet.start[1] + 1
    height = worksheet.end[0] - worksheet.start[0] + 1
    if width > 1:
        check_rows(height, width, file)
    return [row for row in worksheet.to_python() if any(cell != "" for cell in row)]


def _has_header(rows: list[list[Any]]) -> bool:
    return all(isinstance(cell, str) for cell in rows[0])


def to_arrow(values: list[Any]) -> pa.Array:
    """Python values as one column: numbers or timestamps if all values are, else text."""
    non_null = [value for value in values if value is not None and value != ""]
    kinds = {type(value) for value in non_null}
    nullable = [None if value == "" else value for value in values]
    if kinds <= {int, float, bool}:
        return _to_numbers(nullable)
    if kinds <= {date, datetime}:
        return pa.array([_to_datetime(v) for v in nullable], pa.timestamp("us"))
    return pa.array([None if v is None else _to_text(v) for v in nullable], pa.string())


def _to_numbers(values: list[Any]) -> pa.Array:
    """Integers where all values are whole, else floats: workbooks have no type for integers."""
    try:
        floats = [None if v is None else float(v) for v in values]
    except OverflowError:
        return pa.array([None if v is None else str(v) for v in values], pa.string())
    if all(v is not None and abs(v) < MAX_SAFE_INTEGER and v.is_integer() for v in floats):
        return pa.array(map(int, floats), pa.int64())  # type: ignore[arg-type]
    return pa.array(floats, pa.float64())


def _to_datetime(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value if value is None else value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day)


def _to_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    return str(value).encode("utf-8", "replace").decode()
