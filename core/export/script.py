"""A spec as a short Python program in plain Keras, which gives the recorded losses again."""

import pandas as pd

from ..spec import Spec
from .program import sections


def script(spec: Spec, table: pd.DataFrame) -> str:
    """The program.

    Args:
        spec: What to run, its bug included.
        table: The table that the spec's columns are taken from.

    Returns:
        Python source. A small table stands in it; a large one is read from
        `core.export.public.table_file`, which `core.export.table.table_csv` gives.
    """
    return "\n\n".join(section.code for section in sections(spec, table)) + "\n"
