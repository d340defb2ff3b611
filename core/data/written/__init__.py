"""Tables written as something else, as markup or in a programming language, become plain rows.

Each form is one module. Nothing of it is executed: its rows are found by patterns.
"""

from collections.abc import Iterator
from types import ModuleType

from . import html, latex, libsvm, pairs, r_code, sql

FORMS: tuple[ModuleType, ...] = (html, latex, sql, r_code, libsvm, pairs)


def find_form(sample: str) -> ModuleType | None:
    """The form that a text has; None where it is none of these.

    Args:
        sample: Its first lines.
    """
    return next((form for form in FORMS if form.matches(sample)), None)


def plain_rows(text: str, form: ModuleType) -> str:
    """The rows of a text with tabs between the cells.

    Raises:
        InputError: If they are no table, as `form.rows` says.
    """
    return "".join(f"{line}\n" for line in _lines(form.rows(text)))


def _lines(rows: Iterator[list[str]]) -> Iterator[str]:
    for cells in rows:
        yield "\t".join(map(_cell, cells))


def _cell(text: str) -> str:
    """A cell on one line, in quotes where it holds some."""
    text = " ".join(text.split())
    return '"' + text.replace('"', '""') + '"' if '"' in text else text
