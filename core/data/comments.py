"""Comments in a text, above its table and between its rows; the names may stand in one of them."""

import re

from .cells import is_number
from .charset import Content
from .dialect import Row

COMMENT = re.compile(r"\s*(#|%|//|!|;)")  # at the start of a line
UNIT = re.compile(r"[(\[].*[)\]]|.*[/%°µ²³^].*|deg.*", re.IGNORECASE)
ANYWHERE = ("#", "%")  # these mark comments between rows of data too


def without_comments(
    rows: list[Row], lines: list[str], delimiter: str
) -> tuple[list[Row], list[int]]:
    """The rows that are no comments, and the lines that are; none where most rows look like it."""
    found = []
    for line, _ in rows:
        mark = COMMENT.match(lines[line])
        if mark and mark[1] != delimiter:
            found.append((line, mark[1]))
    leading = 0
    while leading < len(found) and found[leading][0] == rows[leading][0]:
        leading += 1
    comments = [line for i, (line, mark) in enumerate(found) if i < leading or mark in ANYWHERE]
    if len(comments) == len(rows) or 2 * len(comments) > len(rows) > 2 * leading + 2:
        return rows, []
    return [row for row in rows if row[0] not in comments], comments


def header_in_comment(
    comments: list[int], lines: list[str], delimiter: str, width: int, first_line: int
) -> tuple[int, tuple[str, ...]] | None:
    """The last comment above the table, if it holds one name for each column; the one before it,
    where that holds names and the last one their units."""
    above = [line for line in comments if line < first_line and any(map(str.isalnum, lines[line]))]
    found = [(line, _names_in(lines[line], delimiter, width)) for line in above[-2:]]
    told = [(line, names) for line, names in found if names]
    if not told or told[-1][0] != above[-1]:
        return None
    (first, names), last = told[0], told[-1][1]
    units = len(set(last)) < width or any(map(UNIT.fullmatch, last))
    return (first, names) if units and len(set(names)) == width else told[-1]


def without_comment_lines(
    body: Content, comments: list[int], lines: list[str], first_line: int
) -> Content:
    """The text with empty lines in place of comments below its first row of data."""
    marks = {lines[line].lstrip()[:1] for line in comments} & set(ANYWHERE)
    for mark in marks:
        if any(line > first_line for line in comments) or body.find(b"\n" + mark.encode()) >= 0:
            body = re.sub(rb"(?m)^[ \t]*" + re.escape(mark).encode() + rb"[^\r\n]*", b"", body)
    return body


def _names_in(comment: str, delimiter: str, width: int) -> tuple[str, ...]:
    """The names in a comment; none where it has not one for each column."""
    text = COMMENT.sub("", comment, count=1).strip()
    for cells in (text.split(delimiter), text.split(","), text.split()):
        names = tuple(cell.strip(' "') for cell in cells)
        if len(names) == width and not any(map(is_number, names)):
            return names
    return ()
