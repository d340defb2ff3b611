"""Exported notebooks: every code cell runs, and the losses are the recorded ones."""

import contextlib
import io

import nbformat
import pandas as pd
import pytest

from core.data.uploads import find_table
from core.export.notebook import notebook
from core.export.script import script
from core.spec import Spec
from tests.core.export.programs import BASE, assert_same


def cells(spec: Spec, table: pd.DataFrame, kind: str) -> list[str]:
    made = nbformat.reads(notebook(spec, table), as_version=4)
    nbformat.validate(made)
    return [cell.source for cell in made.cells if cell.cell_type == kind]


@pytest.mark.parametrize(
    "case",
    [{}, {"bug": {"key": "gradient-ascent"}}, {"bug": {"key": "shifted-targets"}}],
    ids=["fit", "own-loop", "pipeline"],
)
def test_the_cells_give_the_recorded_losses_and_a_picture(case):
    spec = BASE.patched(case)
    table = find_table(spec.data.source)
    out, names = io.StringIO(), {}
    with contextlib.redirect_stdout(out):
        for number, code in enumerate(cells(spec, table, "code")):
            exec(compile(code, f"cell {number}", "exec"), names)
    assert_same(spec, table, out.getvalue(), rtol=1e-3)
    line = names["figure"].data[0]
    assert line.name == "loss"
    assert list(line.y) == names["history"]["loss"]


def test_it_is_the_script_in_cells_each_under_its_heading():
    table = find_table("two-features")
    *code, picture = cells(BASE, table, "code")
    assert "plotly" in picture
    assert "\n\n".join(code).split() == script(BASE, table).split()
    title, *headings = cells(BASE, table, "markdown")
    assert title.startswith("# ")
    assert len(headings) == len(code) + 1
    assert all(heading.startswith("## ") for heading in headings)


def test_no_words_of_the_table_stand_in_markdown():
    table = find_table("two-features").rename(columns={"y": "<script>alert(1)</script>"})
    spec = BASE.patched({"data": {"target": "<script>alert(1)</script>"}})
    assert not any("script>" in text for text in cells(spec, table, "markdown"))
