"""The table: in the program itself, or beside it where it is large."""

import csv
import re

import pandas as pd

from ..data.columns import choose_features
from ..spec import Spec
from .public import table_file
from .spreadsheet import GUARD, harmless

MAX_CSV = 200_000  # characters of a table that are written into the program itself
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")  # not for source code
SHORTEST_CELL = 2  # characters, with the comma behind it


def table_csv(spec: Spec, table: pd.DataFrame) -> str:
    """The columns that the spec uses, as a file; numbers to the last digit.

    Text that a spreadsheet would run as a formula has an apostrophe before it, which the program
    takes away again.
    """
    return _csv(_guarded(_used(spec, table)))


def stands_beside(spec: Spec, table: pd.DataFrame) -> bool:
    """Whether the program reads the table from a file rather than from its own text."""
    used = _used(spec, table)
    return used.size * SHORTEST_CELL > MAX_CSV or len(_csv(used)) > MAX_CSV


def table_code(spec: Spec, table: pd.DataFrame) -> str:
    """Code that binds `table`."""
    used = _used(spec, table)
    if not stands_beside(spec, table):
        text = _csv(used).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        text = UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)
        return f'table = pd.read_csv(io.StringIO("""\\\n{text}"""))'
    lines = [
        f"TABLE = {table_file(spec)!r}  # the run's table, kept beside this file",
        "table = pd.read_csv(TABLE)",
    ]
    if not _guarded(used).equals(used):
        lines += [
            f"GUARD = {GUARD!r}  # an apostrophe that keeps spreadsheets from running a cell",
            'table.columns = table.columns.str.replace(GUARD, "", regex=True)',
            'table = table.replace({GUARD: ""}, regex=True)',
        ]
    return "\n".join(lines)


def _used(spec: Spec, table: pd.DataFrame) -> pd.DataFrame:
    return table.loc[:, [*choose_features(table, spec.data), spec.data.target]]


def _guarded(table: pd.DataFrame) -> pd.DataFrame:
    text = (name for name, column in table.items() if _holds_text(column))
    cells = {str(name): table[name].map(_cell) for name in text}
    return table.assign(**cells).rename(columns=harmless)


def _holds_text(column: pd.Series) -> bool:
    return pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column)


def _cell(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value


def _csv(table: pd.DataFrame) -> str:
    text = table.to_csv(index=False, lineterminator="\n")
    if "\r" in text:  # which ends a row for who reads it, unless it stands in quotes
        text = table.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    return text
