"""The tables of one text, of which a reader takes one."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...errors import InputError
from ..sanitize import clean_names

MOST = 200  # that can be chosen


class WrittenTable(NamedTuple):
    """One table of a text.

    Attributes:
        rows: Of cells; nothing is read before they are asked for.
        size: How much it holds, in characters or in cells.
        name: As the text says it; empty where it says none.
    """

    rows: Iterator[list[str]]
    size: int = 0
    name: str = ""


def choose(
    tables: Sequence[WrittenTable], wanted: str | None
) -> tuple[WrittenTable, tuple[str, ...]]:
    """The table of this name, or the largest; and the names of all where there are several.

    Raises:
        InputError: If there is none of this name.
    """
    shown = tables[:MOST]
    names = clean_names(table.name or f"table {i}" for i, table in enumerate(shown, start=1))
    named = [table._replace(name=name) for name, table in zip(names, shown, strict=True)]
    if len(named) == 1:
        names = []
    if wanted is None:
        return max(named, key=lambda table: table.size), tuple(names)
    if wanted not in names:
        known = f"one of {', '.join(map(repr, names[:8]))}" if names else "left out for one table"
        raise InputError(f"`sheet` must be {known}. Received: {wanted!r}.")
    return named[names.index(wanted)], tuple(names)
