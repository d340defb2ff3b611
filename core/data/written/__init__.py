"""Tables written as something else, as markup or in a programming language, become plain rows.

Each form is one module. Nothing of it is executed: its rows are found by patterns.
"""

from collections.abc import Iterator
from types import ModuleType

from . import html, latex, libsvm, pairs, r_code, sql
from .tables import choose

FORMS: tuple[ModuleType, ...] = (html, latex, sql, r_code, libsvm, pairs)


def find_form(sample: str) -> ModuleType | None:
    """The form that a text has; None where it is none of these.

    Args:
        sample: Its first lines.
    """
    return next((form for form in FORMS if form.matches(sample)), None)


def plain_rows(
    text: str, form: ModuleType, wanted: str | None
) -> tuple[str, str | None, tuple[str, ...]]:
    """One table of a text.

    Args:
        text: As a whole.
        form: In which it is written.
        wanted: The table's name; None for the largest.

    Returns:
        Its rows with tabs between the cells, empty where the text has no table; and, where it has
        several, the table's name and all of their names.

    Raises:
        InputError: If it has no table of this name, or rows that are no table, as the form says.
    """
    tables = form.tables(text)
    if not tables:
        return "", None, ()
    table, names = choose(tables, wanted)
    rows = "".join(f"{line}\n" for line in _lines(table.rows))
    return rows, table.name if names else None, names


def _lines(rows: Iterator[list[str]]) -> Iterator[str]:
    for cells in rows:
        yield "\t".join(map(_cell, cells))


def _cell(text: str) -> str:
    """A cell on one line, in quotes where it holds some."""
    text = " ".join(text.split())
    return '"' + text.replace('"', '""') + '"' if '"' in text else text
