"""SQL: the rows that a dump inserts into its first table."""

import re
from collections.abc import Iterator

from ...errors import InputError

TITLE = "SQL"
NAME = r"(?:`[^`]+`|\"[^\"]+\"|\[[^\]]+\]|[\w$]+)"
TABLE = rf"{NAME}(?:\s*\.\s*{NAME}){{0,2}}"
INSERT = re.compile(
    rf"^[ \t]*INSERT\s+(?:IGNORE\s+)?INTO\s+(?P<table>{TABLE})\s*"
    r"(?:\((?P<names>[^()]*)\))?\s*VALUES\b",
    re.IGNORECASE | re.MULTILINE,
)
STRING = r"'(?:[^'\\]|''|\\.)*'"
ROW = re.compile(rf"\s*\((?P<cells>(?:{STRING}|[^()']|\([^()]*\))*)\)\s*(?P<more>,?)", re.DOTALL)
CELL = re.compile(rf"\s*(?:[NE]?(?P<text>{STRING})|(?P<plain>[^,]*))\s*(?:,|$)", re.DOTALL)
COLUMN = re.compile(rf"\s*({NAME})\s+\w")
NO_COLUMNS = {"primary", "key", "unique", "constraint", "foreign", "index", "check", "fulltext"}


def matches(sample: str) -> bool:
    """Whether the text inserts rows."""
    return bool(INSERT.search(sample))


def rows(text: str) -> Iterator[list[str]]:
    """The names, where they are given, and the rows of the first table.

    Raises:
        InputError: For a row that is no list of values.
    """
    first = INSERT.search(text)
    if first is None:
        return
    table = first["table"]
    names = first["names"].split(",") if first["names"] else _created(text, table)
    if names:
        yield [name.strip().strip('`"[]') for name in names]
    for insert in INSERT.finditer(text, first.start()):
        position, more = insert.end(), insert["table"] == table
        while more:
            row = ROW.match(text, position)
            if row is None and ";" in text[position:]:  # else the text was cut there
                told = " ".join(text[position : position + 60].split())
                raise InputError(f"INSERT must be followed by rows of values. Received: {told}.")
            if row is None:
                break
            yield [_value(cell) for cell in CELL.finditer(row["cells"]) if cell[0]]
            position, more = row.end(), row["more"] == ","


def _created(text: str, table: str) -> list[str]:
    """The names of the columns, where the table is created before its rows are inserted."""
    created = rf"\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{re.escape(table)}\s*\("
    begin = re.search(created, text, re.IGNORECASE)
    if begin is None:
        return []
    lines = text[begin.end() : text.find(";", begin.end())].split("\n")
    found = [column[1] for line in lines if (column := COLUMN.match(line))]
    return [name for name in found if name.lower() not in NO_COLUMNS]


def _value(cell: re.Match[str]) -> str:
    if cell["text"] is None:
        plain = cell["plain"].strip()
        return "" if plain.upper() == "NULL" else plain
    return re.sub(r"\\(.)", r"\1", cell["text"][1:-1].replace("''", "'"))
