"""Reads Excel and OpenDocument workbooks with calamine."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice, zip_longest
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from ..errors import InputError
from .another_table import BLOCK_ROWS, MOST_GAPS, is_another
from .cells import is_number
from .charset import Content
from .decisions import Decisions, LeftOut
from .dialect import SAMPLE_LINES, Dialect
from .layout import Layout, find_layout, is_note
from .limits import check_rows, check_width
from .text_table import SKIPPED_ALL
from .type_inference import MAX_SAFE_INTEGER

MAX_SHEETS = 200
MOST_NOTES = 12


def read_workbook(
    content: Content, dialect: Dialect, file: str
) -> tuple[list[str], list[pa.Array], Dialect, Decisions, list[str]]:
    """Names and columns of one sheet, its full dialect, what was decided, and all sheets' names.

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
        sheet, rows = _choose_sheet(book, [dialect.sheet] if dialect.sheet else sheets, file)
        if not rows:
            raise InputError(f"{file} must hold a table. Received: an empty workbook.")
    except (CalamineError, ValueError, OSError, KeyError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{file} must be a workbook that can be opened. "
            "Received: a damaged or encrypted one, or another kind of document."
        ) from error
    lines, rows = [line for line, _ in rows], [row for _, row in rows]
    width = max(len(row) for row in rows)
    check_width(width, file, "beside each other in one sheet")
    check_rows(len(rows), width, file)
    skip = dialect.skip or 0
    kept = [i for i, line in enumerate(lines) if line >= skip]
    if not kept:
        raise InputError(SKIPPED_ALL.format(skip=skip))
    lines, rows = [lines[i] for i in kept], [rows[i] for i in kept]
    head = [[_to_text(cell) for cell in row] for row in rows[:SAMPLE_LINES]]
    layout = find_layout(head, dialect.header, dialect.skip is not None)
    names = [name for name, _ in zip_longest(layout.names, rows[0], fillvalue="")]
    another: list[LeftOut] = []
    if not dialect.every_row and (cut := _gap_before_another(lines, rows, layout)):
        another = [LeftOut("table", _joined([_to_text(cell) for cell in rows[cut]]))]
        lines, rows = lines[:cut], rows[:cut]
    end, notes = (len(rows), []) if dialect.every_row else _notes(rows, layout)
    columns = [to_arrow([row[j] for row in rows[layout.first : end]]) for j in range(width)]
    left_out = [LeftOut("title", _joined(row)) for row in head[: layout.start]]
    between = range(layout.start + layout.levels, layout.first)
    left_out += [LeftOut("units", _joined(head[i])) for i in between]
    used = dialect.model_copy(
        update={
            "header": layout.header is not None,
            "sheet": sheet,
            "decimal": dialect.decimal or ".",
            "thousands": dialect.thousands or "",
            "skip": lines[layout.start] if layout.start < len(lines) else lines[-1] + 1,
        }
    )
    decisions = Decisions(
        "numbers" if layout.numbers else "", layout.row_names, (*left_out, *notes, *another)
    )
    return names, columns, used, decisions, sheets


def _choose_sheet(
    book: CalamineWorkbook, sheets: list[str], file: str
) -> tuple[str, list[tuple[int, list[Any]]]]:
    """The first sheet with numbers in several columns, and its rows; else the first with any rows.

    A cover or a page of notes often stands before the table.
    """
    first: tuple[str, list[tuple[int, list[Any]]]] = ("", [])
    for sheet in sheets:
        rows = _read_rows(book, sheet, file)
        head = [[_to_text(cell) for cell in row] for _, row in rows[:SAMPLE_LINES]]
        numbers = [sum(map(is_number, row)) for row in head]
        if len(numbers) > 2 and max(map(len, head)) > 1 and any(numbers[1:]):
            return sheet, rows
        first = first if first[1] else (sheet, rows)
    return first


def _gap_before_another(lines: list[int], rows: list[list[Any]], layout: Layout) -> int:
    """The position of the first row of another table below an empty row; 0 for none."""
    gaps = (i for i in range(layout.first + 1, len(rows)) if lines[i] > lines[i - 1] + 1)
    for i in islice(gaps, MOST_GAPS):
        block = [[_to_text(cell) for cell in row] for row in rows[i : i + BLOCK_ROWS]]
        if is_another(block, layout):
            return i
    return 0


def _notes(rows: list[list[Any]], layout: Layout) -> tuple[int, list[LeftOut]]:
    """Where the table ends, and the notes below it: text in the first cell alone."""
    end = len(rows)
    while end > layout.first + 1 and len(rows) - end < MOST_NOTES:
        row = [_to_text(cell) for cell in rows[end - 1]]
        if not is_note(row, layout):
            break
        end -= 1
    return end, [LeftOut("note", _joined([_to_text(c) for c in row])) for row in rows[end:]]


def _joined(cells: list[str]) -> str:
    return "  ".join(filter(None, map(str.strip, cells)))[:80]


def _read_rows(book: CalamineWorkbook, sheet: str, file: str) -> list[tuple[int, list[Any]]]:
    """The sheet's rows, all of one length, without empty ones; each with its number, from 0."""
    worksheet = book.get_sheet_by_name(sheet)
    if worksheet.start is None or worksheet.end is None:
        return []
    width = worksheet.end[1] - worksheet.start[1] + 1
    height = worksheet.end[0] - worksheet.start[0] + 1
    if width > 1:
        check_rows(height, width, file)
    rows = enumerate(worksheet.to_python(), start=worksheet.start[0])
    return [(line, row) for line, row in rows if any(cell != "" for cell in row)]


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
