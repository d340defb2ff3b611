"""What every bug promises: its page of documentation, its key, its example, its methods."""

import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

import core.bugs
from core.bugs import BUG_BY_KEY, BUGS
from core.bugs.bug import Stage, Symptom
from core.source import PARTS, comparisons
from core.spec import Spec

ROOT = Path(__file__).parents[3]
TEXTS = ("title", "purpose", "what", "why", "see", "remedy", "reference")
every_bug = pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name())


def test_every_file_is_registered():
    files = {module.name for module in pkgutil.iter_modules(core.bugs.__path__)}
    files -= {"bug", "mystery", "own", "own_parts"}
    assert files == {bug.__module__.rpartition(".")[2] for bug in BUGS}
    assert len(BUG_BY_KEY) == len(BUGS)


def test_titles_differ():
    assert len({bug.title for bug in BUGS}) == len(BUGS)


def test_bugs_are_grouped_by_part():
    parts = [bug().breaks() for bug in BUGS]
    assert parts == sorted(parts, key=list(PARTS).index)


@every_bug
def test_the_key_names_file_and_class(bug):
    key = bug.name()
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", key)
    assert bug.__module__ == f"core.bugs.{key.replace('-', '_')}"
    assert bug.__name__ == "".join(word.capitalize() for word in key.split("-"))
    assert bug.finding() == f"bug:{key}"


@every_bug
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_is_there(bug, text):
    written = getattr(bug, text)
    assert written == written.strip()
    assert text in vars(bug)
    assert "  " not in written
    assert written.endswith(".") != (text == "title")
    if text in ("purpose", "title"):
        assert len(written) <= 80


@every_bug
def test_stage_and_symptom_are_known_and_fit_the_part(bug):
    stages = {
        "Layer": {"initialization", "forward", "gradient"},
        "Step": {"loss", "gradient", "update"},
        "Pipeline": {"pipeline"},
    }
    assert bug.stage in get_args(Stage)
    assert bug.stage in stages[bug().breaks()]
    assert bug.symptom in get_args(Symptom)
    assert [part for part in PARTS if getattr(bug, part)] == [bug().breaks()]


@every_bug
def test_options_have_defaults_and_descriptions(bug):
    bug()
    for name in bug.parameters():
        assert bug.model_fields[name].description.endswith(".")


@every_bug
def test_the_example_is_a_spec_that_travels_as_json(bug):
    assert "bug" not in bug.example
    spec = Spec().patched(bug.example).patched({"bug": {"key": bug.name()}})
    assert isinstance(spec.bug, bug)
    assert Spec.from_json(spec.model_dump_json()) == spec


@every_bug
def test_it_changes_lines_of_methods_that_exist(bug):
    compared = comparisons(bug())
    assert compared
    for method in compared:
        correct, buggy = method.correct.splitlines(), method.buggy.splitlines()
        assert correct, f"{method.name} is not a method of the correct class"
        assert correct[0] == buggy[0], "the signature is the same"
        assert any(line.startswith("- ") for line in buggy)


def test_importing_them_does_not_import_tensorflow():
    code = (
        "import sys, core.bugs; "
        "print([m for m in ('tensorflow', 'keras', 'streamlit') if m in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert answer.stdout.strip() == "[]"
