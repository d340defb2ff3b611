"""Causes are registered, documented, and know bugs by their keys only."""

import ast
import re
from pathlib import Path

import pytest

from core.bugs import BUGS
from core.diagnosis.causes import CAUSE_BY_KEY, CAUSES
from core.diagnosis.remedies.move import COSTS, CURES
from tests.imports import imports_of, module_of

FOLDER = Path(__file__).parents[3] / "core" / "diagnosis"
FILES = sorted(FOLDER.rglob("*.py"))
OWN = {
    "learning-rate-above-critical",
    "learning-rate-too-low",
    "features-unscaled",
    "influential-rows",
    "missing-value-code",
    "collinear-features",
    "constant-feature",
    "non-finite-values",
    "no-linear-signal",
    "schedule-crosses-critical",
    "schedule-decays-too-soon",
    "too-few-epochs",
    "target-unreachable-by-activation",
    "no-bias",
    "momentum-too-high",
    "target-unscaled",
    "few-rows",
    "weights-off-optimum",
    "regularization-too-strong",
    "clip-norm-too-small",
    "bug:unknown",
}


def test_every_bug_has_its_cause_and_nothing_else_is_there():
    assert set(CAUSE_BY_KEY) == {bug.finding() for bug in BUGS} | OWN
    assert len(CAUSE_BY_KEY) == len(CAUSES)


def test_what_undoes_each_cause_is_known():
    assert {key for key in CAUSE_BY_KEY if not key.startswith("bug:")} <= set(CURES)
    assert {kind for kinds in CURES.values() for kind in kinds} <= set(COSTS)


def test_every_file_is_registered():
    files = {file.stem for file in (FOLDER / "causes").glob("*.py")} - {"__init__"}
    assert files == {re.sub("[-:]", "_", key) for key in CAUSE_BY_KEY}


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.key)
def test_its_page_is_written(cause):
    for name in ("title", "what", "why", "see", "remedy", "reference"):
        text = getattr(cause, name)
        assert text == text.strip() and "  " not in text
        assert text.endswith(".") != (name == "title")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_reads_the_bug_or_imports_what_runs_it(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.Attribute) and node.attr == "bug")
        if isinstance(node, ast.Constant) and node.value == "bug":
            assert file.name in ("diagnosis.py", "search.py", "space.py")
    for name in imports_of(module_of(file)):
        assert not name.startswith(("core.bugs", "core.training", "tensorflow", "keras"))
        assert not name.startswith("streamlit")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_spec_is_read_but_where_one_is_turned_into_what_was_declared(file):
    if file.parent.name == "remedies" or file.name in ("spec_run.py", "diagnosis.py"):
        return
    assert "core.spec" not in imports_of(module_of(file))
    read = {n.attr for n in ast.walk(ast.parse(file.read_text("utf-8"))) if hasattr(n, "attr")}
    assert not read & {"spec", "_spec"}


def test_the_first_thing_a_diagnosis_does_is_to_drop_the_bug():
    tree = ast.parse((FOLDER / "diagnosis.py").read_text(encoding="utf-8"))
    function = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "diagnose")
    assert ast.unparse(function.body[1]) == "spec = spec.patched({'bug': None})"
