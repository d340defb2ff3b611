"""The table: in the program itself, or beside it where it is large."""

import pandas as pd

from core.data.prepare import choose_features
from core.export.spreadsheet import harmless
from core.spec import Spec

MAX_CSV = 200_000  # characters of a table that are written into the program itself
SHORTEST_CELL = 2  # characters, with the comma behind it


def table_csv(spec: Spec, table: pd.DataFrame) -> str:
    """The columns that the spec uses, as CSV, the target last; numbers to the last digit.

    Names that a spreadsheet would run as formulas have an apostrophe before them, here and in the
    program.
    """
    columns = _columns(spec, table)
    header = [harmless(name) for name in columns]
    return table[columns].to_csv(index=False, header=header, lineterminator="\n")


def stands_beside(spec: Spec, table: pd.DataFrame) -> bool:
    """Whether the program reads the table from `table.csv` rather than from its own text."""
    if len(table) * len(_columns(spec, table)) * SHORTEST_CELL > MAX_CSV:
        return True
    return len(table_csv(spec, table)) > MAX_CSV


def table_code(spec: Spec, table: pd.DataFrame) -> str:
    """Code that binds `table`."""
    if stands_beside(spec, table):
        return 'table = pd.read_csv("table.csv")  # the run\'s table, kept beside this file'
    text = table_csv(spec, table).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'table = pd.read_csv(io.StringIO("""\\\n{text}"""))'


def _columns(spec: Spec, table: pd.DataFrame) -> list[str]:
    return [*choose_features(table, spec.data), spec.data.target]
