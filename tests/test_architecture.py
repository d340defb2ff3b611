"""The house: imports point one way, no TensorFlow in the web process, nothing unregistered."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bugs import BUGS
from core.charts import CHARTS
from core.lessons import LESSONS

ROOT = Path(__file__).parents[1]
CODE = sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"])
TENSORFLOW = ("tensorflow", "keras")
HEAVY = {"core/training/" + name for name in ("build.py", "program.py", "feed.py", "rates.py")}
HEAVY |= {"core/training/batched_program.py", "core/model/linear_layer.py", "core/lazy.py"}
BELOW = {  # what a part of core may import of core, beside itself
    "choice": set(),
    "errors": set(),
    "lazy": set(),
    "settings": set(),
    "events": set(),
    "model": {"choice"},
    "bugs": {"choice", "lazy"},
    "spec": {"bugs", "choice", "errors", "model"},
    "record": {"events", "spec"},
    "differences": {"spec"},
    "learner": set(),
    "store": {"differences", "errors", "events", "settings", "spec"},
    "data": {"choice", "errors", "settings", "spec"},
    "theory": {"data", "errors", "events", "model", "record", "spec"},
    "lessons": {"spec"},
    "explore": {"data", "spec", "theory"},
    "sweep": {"choice", "data", "errors", "events", "model", "spec", "theory", "training"},
    "charts": {"data", "events", "explore", "record", "spec", "sweep", "theory"},
    "diagnosis": {"data", "events", "model", "record", "spec", "theory"},
    "source": {"bugs"},
    "export": {
        *("charts", "choice", "data", "diagnosis", "errors", "events", "record", "source"),
        *("spec", "theory"),
    },
    "curves": {"charts", "errors", "record", "theory"},
}


def imports(file: Path, top_level_only: bool = False) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in tree.body if top_level_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_one_way(file: Path):
    parts = file.relative_to(ROOT).with_suffix("").parts
    names = set(imports(file))
    if parts[0] == "core":
        assert not [name for name in names if name.split(".")[0] in ("streamlit", "pages", "app")]
        own = parts[1]
        if own in BELOW:
            used = {name.split(".")[1] for name in names if name.startswith("core.")}
            assert used - {own} <= BELOW[own]
    if parts[:2] == ("pages", "ui"):
        assert not [name for name in names if name.startswith("pages.") and ".ui" not in name]


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
def test_tensorflow_is_imported_by_what_runs_in_a_worker_only(file: Path):
    if file.relative_to(ROOT).as_posix() in HEAVY:
        return
    found = [name for name in imports(file) if name.split(".")[0] in TENSORFLOW]
    assert not found


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
def test_ray_is_imported_by_its_worker_only_and_that_only_when_asked_for(file: Path):
    names = [name.split(".")[0] for name in imports(file)]
    assert ("ray" in names) == (file.name == "ray_worker.py")
    assert "core.service.ray_worker" not in imports(file, top_level_only=True)


def test_the_web_process_never_imports_tensorflow():
    code = (
        "import sys, pathlib, importlib.util as u\n"
        "import app\n"
        "for f in sorted(pathlib.Path('pages/ui').glob('*.py')):\n"
        "    __import__('pages.ui.' + f.stem)\n"
        "bad = [m for m in sys.modules if m.split('.')[0] in ('tensorflow', 'keras')]\n"
        "sys.exit(1 if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]


@pytest.mark.parametrize(
    ("folder", "known", "helpers"),
    [
        ("bugs", {item.__module__.rpartition(".")[2] for item in BUGS}, {"bug"}),
        ("lessons", {lesson.key.replace("-", "_") for lesson in LESSONS}, {"lesson"}),
        (
            "charts",
            {chart.key for chart in CHARTS},
            {"chart", "comparison", "feed", "frame", "style", "sweep"},
        ),
    ],
)
def test_every_file_is_registered(folder: str, known: set[str], helpers: set[str]):
    files = {file.stem for file in (ROOT / "core" / folder).glob("*.py")} - {"__init__"}
    assert files - helpers == known


def test_bugs_do_not_import_each_other():
    for file in (ROOT / "core" / "bugs").glob("*.py"):
        if file.stem != "__init__":
            others = {n for n in imports(file) if n.startswith("core.bugs.")} - {"core.bugs.bug"}
            assert not others
