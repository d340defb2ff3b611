"""HTML: the tables of a page, as web pages and programs export them for spreadsheets."""

import re
from html.parser import HTMLParser

from .tables import WrittenTable

TITLE = "HTML"
TABLE, CELL = re.compile(r"<table\b", re.IGNORECASE), re.compile(r"<t[hd]\b", re.IGNORECASE)
START = re.compile(r"\ufeff?\s*<")
PARTS = {"tr", "td", "th", "thead", "tbody"}
MAX_SPAN = 50  # columns that one cell may span


def matches(sample: str) -> bool:
    """Whether the text is a page, or a piece of one, with a table near its beginning."""
    table = TABLE.search(sample) if START.match(sample) else None
    return bool(table and CELL.search(sample, table.end()))


def tables(text: str) -> list[WrittenTable]:
    """The tables with at least two rows of two cells."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    parser.end_table()
    found: list[WrittenTable] = []
    for name, rows in parser.tables:
        filled = [row for row in rows if any(row)]
        if sum(len(row) > 1 for row in filled) > 1:
            found.append(WrittenTable(iter(filled), sum(map(len, filled)), name))
    return found


class _Tables(HTMLParser):
    """Collects the tables of a page; what stands in a table within a cell belongs to the cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[str, list[list[str]]]] = []
        self._table: list[list[str]] = []
        self._caption: list[str] = []
        self._in_caption = False
        self._depth, self._span, self._words = 0, 0, [""]

    def end_table(self) -> None:
        """Keeps the table that ends, and what stands over it; the last one may not be closed."""
        self._end_cell()
        self.tables.append((" ".join("".join(self._caption).split()), self._table))
        self._table, self._caption, self._in_caption = [], [], False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
        if self._depth != 1:
            return
        self._in_caption = tag == "caption" or (self._in_caption and tag not in PARTS)
        if tag == "tr":
            self._end_cell()
            self._table.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            told = dict(attrs).get("colspan") or "1"
            self._span, self._words = min(int(told), MAX_SPAN) if told.isdecimal() else 1, []
        elif tag == "br":
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            if self._depth == 1:
                self.end_table()
            self._depth = max(0, self._depth - 1)
        elif self._depth == 1 and tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "caption":
            self._in_caption = False

    def handle_data(self, data: str) -> None:
        if self._span:
            self._words.append(data)
        elif self._in_caption:
            self._caption.append(data)

    def _end_cell(self) -> None:
        """Puts the cell that ends into the last row; into each of the columns that it spans."""
        if self._span and self._table:
            self._table[-1] += ["".join(self._words).strip()] * self._span
        self._span = 0
