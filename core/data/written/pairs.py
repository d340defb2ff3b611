"""Names beside values in every line, as logs have them: `x=1 y=2.5`."""

import re
from collections.abc import Iterator

from .tables import WrittenTable

TITLE = "names and values"
PAIR = re.compile(r"\b([A-Za-z_][\w.]*)[ \t]*=[ \t]*(\"[^\"]*\"|[^\s,;=\"]+)(?:[\s,;|]+|$)")
FEW = 2  # lines that are enough to tell


def matches(sample: str) -> bool:
    """Whether every line has the same names, at least two, each with a value."""
    lines = [line for line in sample.splitlines() if line.strip()]
    if len(lines) < FEW or not PAIR.match(lines[0].lstrip()):
        return False
    names = {tuple(name for name, _ in PAIR.findall(line)) for line in lines}
    return len(names) == 1 and len(*names) > 1 and not any(PAIR.sub("", x).strip() for x in lines)


def tables(text: str) -> list[WrittenTable]:
    """The one table."""
    return [WrittenTable(_rows(text))]


def _rows(text: str) -> Iterator[list[str]]:
    """The names and the rows."""
    names: list[str] = []
    for line in text.splitlines():
        pairs = dict(PAIR.findall(line))
        if pairs and not names:
            names = [*pairs]
            yield names
        if pairs:
            yield [pairs.get(name, "").strip('"') for name in names]
