"""The house: imports point one way and in no circle, no TensorFlow in the web process."""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import combinations

import pytest

from core.bugs import BUGS
from core.charts import CHARTS
from core.lessons import LESSONS
from tests.imports import MODULES, ROOT, imports_of

TENSORFLOW = {"tensorflow", "keras"}
WORKERS = {  # these files run in a worker only, and may import TensorFlow
    *(
        f"core.training.{name}"
        for name in ("batched_program", "build", "feed", "program", "rates", "telemetry")
    ),
    "core.doctor.callback",
    "core.doctor.unchanged",
    "core.model.half_mean_squared_error",
    "core.model.linear_layer",
    "core.worker.fork_server",
}
RAY = {"core.worker.ray_actor", "core.service.ray_worker"}
SCREENS = {
    "lab",
    "data",
    "runs",
    "own",
    "sweep",
    "catalogue",
    "classroom",
}  # folders of pages/ui: each the parts of one page
MAY_IMPORT = {  # what each file and package of core imports of core besides itself, from below
    "package": "",
    "choice": "",
    "points": "",
    "errors": "",
    "events": "",
    "lazy": "",
    "system": "",
    "settings": "errors package",
    "cache": "settings",
    "model": "choice",
    "interpreter": "errors lazy",
    "bugs": "choice errors interpreter lazy",
    "source": "bugs",
    "spec": "bugs choice errors model points",
    "code_names": "interpreter",
    "differences": "code_names spec",
    "line_values": "bugs data events interpreter spec theory",
    "lessons": "interpreter spec",
    "limits": "errors settings spec",
    "record": "events spec",
    "data": "cache choice errors package points settings spec system",
    "theory": "cache data events model spec",
    "explore": "data spec theory",
    "training": "data errors events lazy model spec theory",
    "sweep": "choice data errors events limits model spec theory training",
    "diagnosis": "data errors events model record spec theory",
    "charts": "data events explore points record spec sweep theory",
    "curves": "charts errors record spec theory",
    "doctor": "data diagnosis errors events lazy model spec theory",
    "script": "data errors model package spec system",
    "export": (
        "charts choice classroom data diagnosis errors events package record source spec store "
        "theory"
    ),
    "classroom": "bugs choice errors spec",
    "store": "classroom differences errors events settings spec system",
    "worker": (
        "cache data diagnosis events lessons limits settings spec sweep system theory training"
    ),
    "service": (
        "bugs cache classroom data diagnosis errors events limits package settings spec store "
        "sweep system theory worker"
    ),
    "web": "classroom errors service settings store",
    "__main__": (
        "bugs data diagnosis errors events export package script spec sweep system theory training"
    ),
}
ORDER = (  # DESIGN, section 2: each may import what stands behind it, never the other way round
    ("web", "service", "worker", "sweep", "training"),
    ("diagnosis", "record", "spec", "bugs", "interpreter"),
    ("diagnosis", "theory", "spec"),
    ("script", "spec", "bugs"),
    ("doctor", "diagnosis", "theory"),
    ("charts", "record", "events"),
    ("charts", "theory", "spec"),
    ("export", "record", "events"),
    ("export", "theory", "spec"),
)


def circle(imports: dict[str, Iterable[str]]) -> list[str]:
    """Nodes of which each imports the next, and the last the first; empty if there is no circle."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return error.args[1][::-1]
    return []


def reached_from(starts: Iterable[str], imports: dict[str, Iterable[str]]) -> set[str]:
    """All that the starts import, directly or through others; the starts too."""
    found, left = set(), [*starts]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += imports.get(name, ())
    return found


def part_of(module: str) -> str:
    """The file or package of core that a module of core belongs to; empty for core itself."""
    return module.split(".")[1] if "." in module else ""


def arrows(*prefixes: str) -> Iterator[tuple[str, str]]:
    """Each import of a module with one of these names, or below it."""
    for module in MODULES:
        if any(module == prefix or module.startswith(prefix + ".") for prefix in prefixes):
            yield from ((module, other) for other in sorted(imports_of(module)))


def test_no_two_files_import_each_other():
    assert not circle({module: imports_of(module) for module in MODULES})


def test_core_imports_what_stands_below_it():
    wrong, used = [], {part: set() for part in MAY_IMPORT}
    for module, other in arrows("core"):
        own, root = part_of(module), other.split(".")[0]
        if root in ("app", "pages", "streamlit"):
            wrong.append(f"{module} imports {other}")
        if root != "core" or part_of(other) in ("", own):
            continue
        if part_of(other) not in MAY_IMPORT.get(own, "").split():
            wrong.append(f"{module} imports {other}")
        used.setdefault(own, set()).add(part_of(other))
    assert not wrong
    assert used == {part: set(below.split()) for part, below in MAY_IMPORT.items()}


def test_every_file_and_package_of_core_has_its_place():
    assert {part_of(m) for m in MODULES if m.startswith("core.")} == set(MAY_IMPORT)
    assert not [module for module in imports_of("core") if module.startswith("core")]


def test_the_places_are_those_of_the_design():
    table = {part: below.split() for part, below in MAY_IMPORT.items()}
    assert not circle(table)
    for chain in ORDER:
        for upper, lower in combinations(chain, 2):
            assert upper not in reached_from([lower], table), f"{lower} stands below {upper}"
    assert not {"diagnosis", "service", "store", "sweep", "web", "worker"} & set(
        reached_from(["training"], table)
    )


def test_pages_import_the_parts_of_their_own_screen_and_what_all_share():
    wrong = []
    for module, other in arrows("app", "pages"):
        if not other.startswith(("app", "pages")) or other in ("pages", "pages.ui"):
            continue
        screen = other.split(".")[2] if other.startswith("pages.ui.") else ""
        if module == "app":
            fine = screen and screen not in SCREENS
        elif screen not in SCREENS:
            fine = screen
        elif module.startswith("pages.ui."):
            fine = module.startswith(f"pages.ui.{screen}.")
        else:
            fine = module == f"pages.{screen}"
        if not fine:
            wrong.append(f"{module} imports {other}")
    assert not wrong
    folders = {file.parent.name for file in MODULES.values() if file.parent.parent.name == "ui"}
    assert folders == SCREENS


def test_nothing_is_imported_for_type_checkers_alone():
    names = [m for m, file in MODULES.items() if "TYPE_CHECKING" in file.read_text("utf-8")]
    assert not names


def test_tensorflow_is_imported_by_what_runs_in_a_worker_only():
    assert {module for module in MODULES if imports_of(module) & TENSORFLOW} == WORKERS


def test_ray_is_imported_by_its_worker_only_and_that_only_when_asked_for():
    assert {module for module in MODULES if "ray" in imports_of(module)} == RAY
    others = set(MODULES) - RAY
    assert not [module for module in others if imports_of(module, nested=False) & RAY]


def test_what_pages_import_leads_to_no_tensorflow():
    pages = [module for module in MODULES if module.split(".")[0] in ("app", "pages")]
    imports = {module: imports_of(module, nested=module in pages) for module in MODULES}
    found = reached_from(pages, imports)
    assert not found & TENSORFLOW
    assert not [m for m in found if m.startswith(("core.training.", "core.worker.worker"))]


def test_the_web_process_never_imports_tensorflow():
    modules = [m for m in MODULES if m.startswith(("pages.ui", "core.service", "core.web"))]
    code = (
        "import sys\n"
        "from importlib import import_module\n"
        "import app\n"
        f"for name in {[m for m in modules if m not in RAY]}:\n"
        "    import_module(name)\n"
        "app.read_ahead()\n"
        "bad = [m for m in sys.modules if m.split('.')[0] in ('tensorflow', 'keras', 'ray')]\n"
        "sys.exit(f'imported: {bad[:5]}' if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]


@pytest.mark.parametrize(
    ("folder", "known", "helpers"),
    [
        (
            "bugs",
            {item.__module__.rpartition(".")[2] for item in BUGS},
            {"bug", "mystery", "own", "own_parts"},
        ),
        ("lessons", {lesson.key.replace("-", "_") for lesson in LESSONS}, {"lesson"}),
        (
            "charts",
            {chart.key for chart in CHARTS},
            {
                "absent",
                "chart",
                "comparison",
                "feed",
                "fit_view",
                "frame",
                "plane",
                "scene",
                "style",
                "sweep",
                "ticks",
            },
        ),
    ],
)
def test_every_file_is_registered(folder: str, known: set[str], helpers: set[str]):
    files = {file.stem for file in (ROOT / "core" / folder).glob("*.py")} - {"__init__"}
    assert files - helpers == known


@pytest.mark.parametrize(
    ("package", "shared"),
    [
        ("core.bugs", {"core.bugs.bug", "core.bugs.own_parts"}),
        ("core.diagnosis.causes", set()),
        ("core.lessons", {"core.lessons.lesson"}),
    ],
)
def test_items_do_not_import_each_other(package: str, shared: set[str]):
    wrong = [
        f"{module} imports {other}"
        for module, other in arrows(package)
        if module != package and other.startswith(package) and other not in shared
    ]
    assert not wrong


@pytest.mark.parametrize(
    "forbidden",
    [
        r"st\.cache_(resource|data)",  # counts entries, of which a few large ones fill the memory
        r"st\.\w+\((str\(error\)|f?\"[^\n]*{error})",  # quotes what came, from a link or a file
    ],
)
def test_pages_use_what_is_shared_for_it(forbidden: str):
    """`core/cache.py`, which counts bytes; `pages/ui/plain_text.py`, which escapes Markdown."""
    pages = {name: file for name, file in MODULES.items() if name.startswith("pages.")}
    wrong = [n for n, file in pages.items() if re.search(forbidden, file.read_text("utf-8"))]
    assert not wrong
