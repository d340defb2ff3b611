"""The table: in the program itself, or beside it where it is large."""

import pandas as pd

from core.data.prepare import choose_features
from core.spec import Spec

MAX_CSV = 200_000  # characters of a table that are written into the program itself


def table_csv(spec: Spec, table: pd.DataFrame) -> str:
    """The columns that the spec uses, as CSV; numbers to the last digit."""
    columns = [*choose_features(table, spec.data), spec.data.target]
    return table[columns].to_csv(index=False, lineterminator="\n")


def table_code(spec: Spec, table: pd.DataFrame) -> str:
    """Code that binds `table`."""
    csv = table_csv(spec, table)
    if len(csv) > MAX_CSV:
        return 'table = pd.read_csv("table.csv")  # the run\'s table, kept beside this file'
    text = csv.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'table = pd.read_csv(io.StringIO("""\\\n{text}"""))'
