"""What stands below a table: notes, and the empty rows that spreadsheets write."""

import csv
import re
from itertools import islice

from .another_table import BLOCK_ROWS, MOST_GAPS, is_another
from .charset import Content
from .layout import Layout, is_note

REPORT_BYTES = 1 << 22  # of a table at most, below which another one is looked for
HEAD_BYTES = 2048  # of that other one that are looked at
GAP = re.compile(rb"\n(?:[ \t,;|]*\r?\n)+")  # a line that holds nothing, or several
LAST_BYTES = 8192  # of a text, in which notes below its table are looked for
MOST_NOTES = 12


def notes_below(body: Content, start: int, delimiter: str, layout: Layout) -> tuple[int, list[str]]:
    """The offset of what stands below the table, and its lines."""
    last = _end_of_rows(body, start, delimiter)
    begin = max(start, last - LAST_BYTES)
    tail = bytes(body[begin:last])
    if begin > start:
        begin, tail = begin + tail.find(b"\n") + 1, tail[tail.find(b"\n") + 1 :]
    if tail.count(b'"') % 2:
        return last, []
    lines = tail.splitlines(keepends=True)
    end, notes, pending = last, [], last
    for line in reversed(lines):
        pending -= len(line)
        text = line.decode("utf-8", "replace")
        if not text.strip(f"{delimiter} \r\n"):
            continue
        if len(notes) == MOST_NOTES or not is_note(_cells(text, delimiter), layout):
            break
        end = pending
        notes.insert(0, as_told(text.strip(f"{delimiter} \r\n")))
    return end, notes


def table_below(body: Content, start: int, delimiter: str, layout: Layout) -> tuple[int, str]:
    """The offset of another table below this one, and its first line; else the end and nothing."""
    if not layout.numeric or len(body) - start > REPORT_BYTES:
        return len(body), ""
    text, quotes, counted = bytes(body[start:]), 0, 0
    for gap in islice(GAP.finditer(text), MOST_GAPS):
        quotes, counted = quotes + text.count(b'"', counted, gap.start()), gap.start()
        if quotes % 2:  # within a cell
            continue
        head = text[gap.end() : gap.end() + HEAD_BYTES].decode("utf-8", "replace")
        rows = (_cells(line, delimiter) for line in head.splitlines())
        block = [*islice(filter(any, rows), BLOCK_ROWS)]
        if block and is_another(block, layout):
            return start + gap.end(), as_told(head.lstrip().splitlines()[0])
    return len(body), ""


def _end_of_rows(body: Content, start: int, delimiter: str) -> int:
    """The offset behind the last line that holds anything: spreadsheets write empty rows below."""
    end, blank = len(body), f"{delimiter} \r\n".encode()
    while end > start:
        begin = max(start, end - LAST_BYTES)
        if rest := bytes(body[begin:end]).rstrip(blank):
            behind = body.find(b"\n", begin + len(rest))
            return len(body) if behind < 0 else behind + 1
        end = begin
    return len(body)


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line.strip("\r\n")], delimiter=delimiter), [])


def as_told(line: str) -> str:
    """A line as it is told."""
    return " ".join(line.split())[:80]
