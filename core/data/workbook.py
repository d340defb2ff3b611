"""Excel and OpenDocument workbooks, by calamine."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from ..errors import InputError
from .charset import Content
from .dialect import Dialect
from .limits import check_rows, check_width
from .type_inference import LARGEST_INTEGER

MAX_SHEETS = 200


def read_workbook(
    content: Content, dialect: Dialect, file: str
) -> tuple[list[str], list[pa.Array], Dialect, list[str]]:
    """Names and columns of one sheet, the dialect that names it, and all sheets' names.

    Raises:
        InputError: If it is no workbook, has no such sheet, or none with a table.
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
            rows = _rows(book, sheet, file)
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
    header = _is_header(rows) if dialect.header is None else dialect.header
    names = [str(cell) for cell in rows[0]] if header else [""] * width
    body = rows[1:] if header else rows
    columns = [from_objects([row[j] for row in body]) for j in range(width)]
    marks = {"decimal": dialect.decimal or ".", "thousands": dialect.thousands or ""}
    used = dialect.model_copy(update={"header": header, "sheet": sheet, **marks})
    return names, columns, used, sheets


def _rows(book: CalamineWorkbook, sheet: str, file: str) -> list[list[Any]]:
    """The sheet's rows, all of one length, without those that are empty."""
    page = book.get_sheet_by_name(sheet)
    if page.start is None or page.end is None:
        return []
    width = page.end[1] - page.start[1] + 1
    height = page.end[0] - page.start[0] + 1
    if width > 1:
        check_rows(height, width, file)
    return [row for row in page.to_python() if any(cell != "" for cell in row)]


def _is_header(rows: list[list[Any]]) -> bool:
    return all(isinstance(cell, str) for cell in rows[0])


def from_objects(values: list[Any]) -> pa.Array:
    """Python values as one column: of numbers or of dates if all are, else of text."""
    known = [value for value in values if value is not None and value != ""]
    kinds = {type(value) for value in known}
    blank = [None if value == "" else value for value in values]
    if kinds <= {int, float, bool}:
        return _numbers(blank)
    if kinds <= {date, datetime}:
        return pa.array([_moment(v) for v in blank], pa.timestamp("us"))
    return pa.array([None if v is None else _worded(v) for v in blank], pa.string())


def _numbers(values: list[Any]) -> pa.Array:
    """Floats; integers where all are whole, as workbooks do not tell them apart."""
    try:
        floats = [None if v is None else float(v) for v in values]
    except OverflowError:
        return pa.array([None if v is None else str(v) for v in values], pa.string())
    if all(v is not None and abs(v) < LARGEST_INTEGER and v.is_integer() for v in floats):
        return pa.array(map(int, floats), pa.int64())  # type: ignore[arg-type]
    return pa.array(floats, pa.float64())


def _moment(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value if value is None else value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day)


def _worded(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    return str(value).encode("utf-8", "replace").decode()
