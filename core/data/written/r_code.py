"""R: what `dput` writes of a data frame, and the call that makes one."""

import re
from collections.abc import Iterator

from ...errors import InputError
from .tables import WrittenTable

TITLE = "R"
START = re.compile(
    r"\s*(?:#[^\n]*\n\s*)*(?:[\w.]+\s*(?:<-|=)\s*)?(?:structure\(\s*)?(?:\w+::)?"
    r"(?:list|data\.frame|data_frame|tibble|data\.table)\(\s*[`\"\w.]+\s*=\s*(?:c|structure|-?\d)"
)
STRING = r'"(?:[^"\\]|\\.)*"'
VECTOR = rf"c\((?P<{{}}>(?:{STRING}|[^()\"])*)\)"
COLUMN = re.compile(
    rf"(?<![\w.])(?P<name>`[^`]+`|{STRING}|[A-Za-z.][\w.]*)\s*=\s*(?:structure\(\s*)?"
    rf"(?:{VECTOR.format('cells')}|(?P<first>-?\d+)L?:(?P<last>-?\d+)L?)"
    rf"(?:\s*,\s*(?:levels|\.Label)\s*=\s*{VECTOR.format('levels')})?"
)
CELL = re.compile(rf"\s*({STRING}|[^,]*)\s*(?:,|$)")
ATTRIBUTES = {"row.names", "class", "levels", ".Label", ".Names"}
MISSING = {"NA", "NA_real_", "NA_integer_", "NA_character_", "NULL"}
MOST = 2_000_000  # numbers in a range


def matches(sample: str) -> bool:
    """Whether the text is a data frame."""
    return bool(START.match(sample))


def tables(text: str) -> list[WrittenTable]:
    """The one table."""
    return [WrittenTable(_rows(text))]


def _rows(text: str) -> Iterator[list[str]]:
    """The names and the rows.

    Raises:
        InputError: If the columns have not equally many values.
    """
    columns: dict[str, list[str]] = {}
    for found in COLUMN.finditer(text):
        name = found["name"].strip('`"')
        if name not in ATTRIBUTES:
            columns[name] = _values(found)
    if len({len(values) for values in columns.values()}) > 1:
        sizes = ", ".join(f"{len(values):,} in {name}" for name, values in columns.items())
        raise InputError(
            f"A data frame must have equally many values in each column. Received: {sizes[:120]}."
        )
    yield [*columns]
    yield from (list(row) for row in zip(*columns.values(), strict=True))


def _values(found: re.Match[str]) -> list[str]:
    if found["cells"] is None:
        first, last = int(found["first"]), int(found["last"])
        return [str(i) for i in range(first, last + 1)] if last - first < MOST else []
    values = _cells(found["cells"])
    if found["levels"] is None:
        return values
    levels = _cells(found["levels"])
    return [
        levels[int(v) - 1] if v.isdecimal() and 0 < int(v) <= len(levels) else v for v in values
    ]


def _cells(text: str) -> list[str]:
    return [_bare(cell[1].strip()) for cell in CELL.finditer(text) if cell[0]]


def _bare(cell: str) -> str:
    if cell.startswith('"'):
        return re.sub(r"\\(.)", r"\1", cell[1:-1])
    return "" if cell in MISSING else re.sub(r"(?<=\d)L$", "", cell)
