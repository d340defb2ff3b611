"""HTML: the largest table of a page, as web pages and programs export it for spreadsheets."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

TITLE = "HTML"
TABLE, CELL = re.compile(r"<table\b", re.IGNORECASE), re.compile(r"<t[hd]\b", re.IGNORECASE)
START = re.compile(r"\ufeff?\s*<")
MAX_SPAN = 50  # columns that one cell may span


def matches(sample: str) -> bool:
    """Whether the text is a page, or a piece of one, with a table near its beginning."""
    table = TABLE.search(sample) if START.match(sample) else None
    return bool(table and CELL.search(sample, table.end()))


def rows(text: str) -> Iterator[list[str]]:
    """The rows of the largest table; none where no table has two rows of two cells."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    tables = [[row for row in table if any(row)] for table in (*parser.tables, parser.table)]
    largest = max(tables, key=lambda table: sum(map(len, table)))
    if sum(len(row) > 1 for row in largest) > 1:
        yield from largest


class _Tables(HTMLParser):
    """Collects the tables of a page; what stands in a table within a cell belongs to the cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.table: list[list[str]] = []
        self._depth, self._span, self._words = 0, 0, [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
        if self._depth != 1:
            return
        if tag == "tr":
            self._end_cell()
            self.table.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            told = dict(attrs).get("colspan") or "1"
            self._span, self._words = min(int(told), MAX_SPAN) if told.isdecimal() else 1, []
        elif tag == "br":
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            if self._depth == 1:
                self._end_cell()
                self.tables.append(self.table)
                self.table = []
            self._depth = max(0, self._depth - 1)
        elif self._depth == 1 and tag in ("td", "th", "tr"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._span:
            self._words.append(data)

    def _end_cell(self) -> None:
        """Puts the cell that ends into the last row; into each of the columns that it spans."""
        if self._span and self.table:
            self.table[-1] += ["".join(self._words).strip()] * self._span
        self._span = 0
