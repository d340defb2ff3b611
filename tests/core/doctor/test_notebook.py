"""`docs/doctor.ipynb`: its cells run, and end where they say."""

import ast
import sys
from typing import Any

import nbformat

import core
from tests.imports import ROOT


def test_every_cell_runs_and_ends_as_it_is_printed(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "uphill_doctor", core)
    notebook = nbformat.read(ROOT / "docs" / "doctor.ipynb", as_version=4)
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs or "import" in cell.source
            exec(compile(ast.parse(cell.source), "doctor.ipynb", "exec"), names)
    assert names["report"].verdict == "diverging"
    assert names["doctor"].report.verdict == "diverging"
    assert len(names["history"].history["loss"]) < 50
    assert names["faulty"].findings[0].cause == "fault:gradient-ascent"
    told = capsys.readouterr().out
    assert "lie outside what sigmoid can give" in told
    assert names["report"].findings[0].summary[:40] in told
