"""A table written into the program: what is in its cells comes back, whatever it is."""

import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.export.table import table_code
from core.spec import Spec

SPEC = Spec.of({"data": {"target": "y", "features": ["x", "kind"], "encode": {"kind": "one-hot"}}})
CELLS = [
    "a\0b",
    "a\u2028b",
    "a\rb",
    "\x1a",
    "\x85",
    "\x0c",
    '"""',
    "'''",
    "a\\",
    "\\n",
    "a\nb",
    '"',
]


def written(cells: list[str]) -> list[str]:
    """Cells of a category, as the program has them."""
    table = pd.DataFrame({"x": range(len(cells)), "kind": cells, "y": range(len(cells))})
    code = table_code(SPEC, table)
    names = {"pd": pd, "io": io}
    exec(compile(code.encode(), "exported.py", "exec"), names)  # as it is read from a file
    return names["table"]["kind"].tolist()


@pytest.mark.parametrize("cell", CELLS)
def test_cells_that_source_code_cannot_hold(cell):
    assert written([cell, "b", cell]) == [cell, "b", cell]


@given(st.text(min_size=1, max_size=5, alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_cell(cell):
    text = f"cell {cell}."  # pandas takes some words, such as NA, for missing values
    assert written([text, "b"]) == [text, "b"]
