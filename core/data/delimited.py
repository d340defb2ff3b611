"""Reads delimited text: with Arrow, or line by line where rows differ in their number of cells."""

import csv
import re
import unicodedata
from dataclasses import replace
from io import StringIO

import pyarrow as pa

from ..errors import InputError
from .arrow_text import read_with_arrow
from .charset import SAMPLE_BYTES, Content, decode, detect_encoding, first_lines, is_wide
from .decisions import Decisions
from .dialect import Dialect
from .limits import check_rows, check_width
from .quotes import unquoting
from .text_table import TextTable, find_table
from .tidy import TAB
from .written import find_form, plain_rows

HTML = re.compile(r"\s*<(!doctype|!--|\?xml|html|head|body|table|svg)\b", re.IGNORECASE)
MAX_FIELD_LENGTH = 1_000_000


def read_delimited(
    content: Content, dialect: Dialect, file: str
) -> tuple[list[str], list[pa.ChunkedArray | pa.Array], Dialect, Decisions, tuple[str, ...]]:
    """Names and columns of a text file, its full dialect, what was decided, and its tables' names.

    Raises:
        InputError: If it is not text, cannot be split into columns, or has no such table.
    """
    encoding = dialect.encoding or detect_encoding(content)
    sample = _sample(content, encoding)
    used = dialect.model_copy(update={"encoding": encoding})
    form = None
    if dialect.delimiter in (None, TAB):  # a dump may have all its rows in one line, which was cut
        form = find_form(sample) or find_form(decode(content[:SAMPLE_BYTES], encoding))
    rows, name, names_of_tables = (
        plain_rows(decode(content, encoding), form, dialect.sheet) if form else ("", None, ())
    )
    text: Content = rows.encode()
    if form and text:
        sample = first_lines(text[:SAMPLE_BYTES], "utf-8")
        used = used.model_copy(update={"delimiter": TAB, "sheet": name})
    else:
        form = None
        if dialect.sheet is not None:
            raise InputError(
                "`sheet` must not be given for delimited text. "
                f"Received: {dialect.sheet!r} for {file}."
            )
        check_text(sample, file, wide=is_wide(encoding))
        text, sample = _as_utf8(content, sample, encoding)
    table = find_table(text, sample, used)
    decisions = table.decisions
    if form:
        decisions = replace(decisions, form=form.TITLE, delimiters=())
    check_width(len(table.names), file, "separated by commas, semicolons or tabs")
    names, columns = list(table.names), read_with_arrow(table)
    if columns is None:
        columns = _read_line_by_line(table, file)
    return names, columns, table.dialect, decisions, names_of_tables


def _as_utf8(content: Content, sample: str, encoding: str) -> tuple[Content, str]:
    """The text as UTF-8, with quotation marks as usual; and its first lines."""
    unquote = unquoting(sample)
    if unquote:
        return unquote(decode(content, encoding)).encode("utf-8", "replace"), unquote(sample)
    if encoding in ("utf-8", "utf-8-sig"):
        return content, sample
    return decode(content, encoding).encode("utf-8", "replace"), sample


def check_text(sample: str, file: str, wide: bool = False) -> None:
    """Raises `InputError` for what is not text, or is text of another kind.

    Args:
        sample: The first lines.
        file: The file's name.
        wide: Whether the encoding is UTF-16 or UTF-32, whose text may contain NUL characters.
    """
    if not sample.strip("\ufeff \t\r\n\0"):
        raise InputError(f"{file} must hold a table. Received: an empty file.")
    marks = {c for c in set(sample) if unicodedata.category(c) == "Cc" and not c.isspace()}
    control = sum(map(sample.count, marks))
    if control > len(sample) / 100 or (not wide and "\0" in sample):
        raise InputError(f"{file} must be a table. Received: binary data.")
    if HTML.match(sample):
        raise InputError(f"{file} must be a table. Received: a web page or an XML document.")


def _sample(content: Content, encoding: str) -> str:
    """The first lines, without a truncated last one."""
    head = bytes(content[:SAMPLE_BYTES])
    return first_lines(head, encoding) if len(content) > SAMPLE_BYTES else decode(head, encoding)


def _read_line_by_line(table: TextTable, file: str) -> list[pa.Array]:
    """All cells as text; rows that are too short, as spreadsheets write them, are padded."""
    csv.field_size_limit(MAX_FIELD_LENGTH)
    text = decode(table.body[table.start : table.end], "utf-8")
    reader = csv.reader(
        StringIO(text, newline=""), delimiter=table.delimiter, skipinitialspace=True, strict=True
    )
    width, cells = len(table.names), [[] for _ in table.names]
    rows = 0
    try:
        for row in reader:
            if not any(row):
                continue
            if len(row) > width and any(cell.strip() for cell in row[width:]):
                raise InputError(
                    f"{file} must have equally many fields in every line. Received: {len(row)} "
                    f"fields in line {table.line + reader.line_num} where {width} were expected."
                )
            rows += 1
            check_rows(rows, width, file)
            for column, cell in zip(cells, row, strict=False):
                column.append(cell)
            for column in cells[len(row) :]:
                column.append("")
    except csv.Error as error:
        raise InputError(f"{file} must be a CSV file. Received: {_reason(error)}.") from error
    return [pa.array(column, pa.string()) for column in cells]


def _reason(error: csv.Error) -> str:
    """The error of Python's CSV reader in plain words."""
    message = str(error)
    if "unexpected end of data" in message:
        return "a quotation mark that is never closed"
    if "larger than field limit" in message:
        return (
            f"a cell of more than {MAX_FIELD_LENGTH:,} characters, or a quotation mark never closed"
        )
    return "text that cannot be cut into columns"
