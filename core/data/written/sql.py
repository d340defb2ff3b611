"""SQL: the rows that a dump inserts into its tables."""

import re
from collections import Counter
from collections.abc import Iterator

from ...errors import InputError
from .tables import WrittenTable

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


def tables(text: str) -> list[WrittenTable]:
    """The tables into which rows are inserted, in the order of the first ones."""
    inserts: dict[str, list[re.Match[str]]] = {}
    sizes: Counter[str] = Counter()
    every = list(INSERT.finditer(text))
    for insert, end in zip(every, [*(i.start() for i in every[1:]), len(text)], strict=True):
        inserts.setdefault(insert["table"], []).append(insert)
        sizes[insert["table"]] += end - insert.end()
    return [
        WrittenTable(_rows(text, found), sizes[table], table.split(".")[-1].strip(' `"[]'))
        for table, found in inserts.items()
    ]


def _rows(text: str, inserts: list[re.Match[str]]) -> Iterator[list[str]]:
    """The names, where they are given, and the rows of one table.

    Raises:
        InputError: For a row that is no list of values.
    """
    first = inserts[0]
    names = first["names"].split(",") if first["names"] else _created(text, first["table"])
    if names:
        yield [name.strip().strip('`"[]') for name in names]
    for insert in inserts:
        position, more = insert.end(), True
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
