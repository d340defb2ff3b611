"""Finds the table in a text: its dialect, its names, where it begins and where it ends."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..errors import InputError
from . import arff
from .below import MOST_NOTES, as_told, notes_below, table_below
from .charset import Content, decode
from .comments import header_in_comment, without_comment_lines, without_comments
from .decisions import Decisions, LeftOut
from .dialect import (
    SEPARATOR,
    Dialect,
    Row,
    detect_delimiter,
    detect_marks,
    other_delimiters,
    split_rows,
)
from .layout import Layout, find_layout, table_width
from .tidy import TAB, rewriting, split_lines

MARK = codecs.BOM_UTF8
SKIPPED_ALL = "`skip` must leave rows of a table. Received: {skip:,}, and none below."
SPARSE = "An ARFF file must give every value of a row. Received: sparse rows like `{row}`."


@dataclass(frozen=True)
class TextTable:
    """A table in a text.

    Attributes:
        names: The columns'; empty ones where the text has none.
        body: UTF-8, with plain rows.
        start, end: Offsets of the first row of data, and of what stands below the last one.
        line: The number of lines before the first row of data.
        delimiter: Between the cells of the body; of a table aligned by spaces it is a tab.
        dialect: Of the file as it is.
        decisions: What was decided.
    """

    names: tuple[str, ...]
    body: Content
    start: int
    end: int
    line: int
    delimiter: str
    dialect: Dialect
    decisions: Decisions


def find_table(text: Content, sample: str, dialect: Dialect) -> TextTable:
    """The table in a text.

    Args:
        text: UTF-8, as a whole.
        sample: Its first lines.
        dialect: The parts that are known; the rest is detected.

    Raises:
        InputError: If no lines are left below those that are to be skipped.
    """
    sample = sample.removeprefix("\ufeff")
    if head := arff.read_head(sample):
        return _arff_table(text, sample, head, dialect)
    shown = dialect.delimiter or detect_delimiter(sample)
    delimiter, others = shown, other_delimiters(sample, shown)
    if rewrite := rewriting(sample, shown):
        delimiter, sample = TAB, rewrite(sample)
        text = rewrite(decode(text, "utf-8").removeprefix("\ufeff")).encode()
    lines = split_lines(sample)
    marked = bool(SEPARATOR.fullmatch(lines[0]))
    every = split_rows(sample, delimiter, first=dialect.skip or int(marked))
    if not every and dialect.skip:
        raise InputError(SKIPPED_ALL.format(skip=dialect.skip))
    rows, comments = without_comments(every, lines, delimiter)
    quoted = shown == " " or (bool(rows) and lines[rows[-1][0]].lstrip().startswith('"'))
    find = partial(find_layout, quoted=quoted, spaced=shown == " ")
    layout, told = _find_layout(rows, comments, lines, delimiter, dialect, find)
    if told is None and dialect.skip is not None and every[:1] != rows[:1]:
        rows, comments = [*every[:1], *rows], comments[1:]  # told to begin with a comment
        layout = _find_layout(rows, [], lines, delimiter, dialect, find)[0]
    first_line = _line(rows, layout.first, len(lines))
    names, header_line = layout.names, None
    if told:
        header_line, names = told
    elif layout.header is not None:
        header_line = _line(rows, layout.header, len(lines))
    start_line = first_line if header_line is None else header_line
    body = without_comment_lines(text, comments, lines, first_line)
    start = _offset_of_line(body, first_line)
    repeated = 0
    if header_line is not None and not dialect.every_row:
        body, repeated = _without_line(body, start, lines[header_line])
    another = ""
    if not dialect.every_row:
        cut, another = table_below(body, start, delimiter, layout)
        body = body[:cut] if another else body
    end, notes = (
        (len(body), []) if dialect.every_row else notes_below(body, start, delimiter, layout)
    )
    cells = [row for _, row in rows[layout.first :]]
    marks = detect_marks(cells, shown, dialect.decimal, dialect.thousands)
    between = [line for line, _ in rows[layout.start + layout.levels : layout.first]]
    left_out = [
        *(
            LeftOut("separator" if i == 0 and marked else "title", as_told(lines[i]))
            for i in range(start_line)
            if lines[i].strip(f"{delimiter} ")
        ),
        *(LeftOut("units", as_told(lines[i])) for i in between),
        *(
            LeftOut("names", as_told(lines[header_line or 0]))
            for _ in range(min(repeated, MOST_NOTES))
        ),
        *(LeftOut("note", note) for note in notes),
        *([LeftOut("table", another)] if another else []),
    ]
    kind = "comment" if told else "numbers" if layout.numbers else ""
    return TextTable(
        names,
        body,
        start,
        end,
        first_line,
        delimiter,
        dialect.model_copy(
            update={
                "delimiter": shown,
                "decimal": marks[0],
                "thousands": marks[1],
                "header": header_line is not None,
                "skip": start_line,
            }
        ),
        Decisions(kind, layout.row_names, tuple(left_out), delimiters=others),
    )


def _arff_table(
    text: Content, sample: str, head: tuple[tuple[str, ...], int], dialect: Dialect
) -> TextTable:
    names, first_line = head
    lines = split_lines(sample)
    if any(line.lstrip().startswith("{") for line in lines[first_line : first_line + 1]):
        raise InputError(SPARSE.format(row=as_told(lines[first_line])))
    comments = [line for line, words in enumerate(lines) if words.lstrip().startswith("%")]
    body = without_comment_lines(text, comments, lines, first_line)
    rows = [row for _, row in split_rows(sample, ",", first_line)]
    decimal, thousands = detect_marks(rows, ",", ".", dialect.thousands)
    marks = {"delimiter": ",", "decimal": decimal, "thousands": thousands}
    used = dialect.model_copy(update=marks | {"header": True, "skip": first_line})
    start = _offset_of_line(body, first_line)
    return TextTable(names, body, start, len(body), first_line, ",", used, Decisions("attributes"))


def _line(rows: list[Row], position: int, end: int) -> int:
    """The number of the line at which a row begins; behind the last row, that of the next line."""
    if position < len(rows):
        return rows[position][0]
    return rows[-1][0] + 1 if rows else end


def _find_layout(
    rows: list[Row],
    comments: list[int],
    lines: list[str],
    delimiter: str,
    dialect: Dialect,
    find: Callable[..., Layout],
) -> tuple[Layout, tuple[int, tuple[str, ...]] | None]:
    """The layout of the rows; and the line and the names of a header that is a comment."""
    cells = [row for _, row in rows]
    at_start = dialect.skip is not None
    if rows and comments and dialect.header is not False:
        told = header_in_comment(comments, lines, delimiter, table_width(cells), rows[0][0])
        layout = find(cells, None, at_start)
        if told and layout.header is None:
            return layout, told
    return find(cells, dialect.header, at_start), None


def _without_line(body: Content, start: int, line: str) -> tuple[Content, int]:
    """The text with an empty line in place of each that repeats the names; and how many there were.

    So files that were put together have them, with a byte order mark before each.
    """
    names = line.strip("\r\n").encode()
    if not names.strip() or body.find(names, start) < 0:
        return body, 0
    again = re.compile(rb"(?m)^(?:" + MARK + rb")?" + re.escape(names) + rb"(?=\r?$)")
    rest, count = again.subn(b"", bytes(body[start:]))
    return (bytes(body[:start]) + rest, count) if count else (body, 0)


def _offset_of_line(text: Content, line: int) -> int:
    """The offset at which a line begins; lines end with \\n, \\r or both."""
    start = len(MARK) if text[: len(MARK)] == MARK else 0
    for _ in range(line):
        feed = text.find(b"\n", start)
        end = text.find(b"\r", start, len(text) if feed < 0 else feed)
        if end < 0 and feed < 0:
            return len(text)
        start = feed + 1 if end in (-1, feed - 1) else end + 1
    return start
