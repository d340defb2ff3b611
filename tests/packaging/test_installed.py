"""`pip install .`: the library in an environment without the checkout and the app's packages."""

import email.parser
import json
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from core.__main__ import main
from tests.packaging.environment import Environment, build_archive, build_wheel, library
from tests.packaging.versions import ROOT

CSV = "hours,score\n" + "\n".join(f"{i},{2 * i + 1}" for i in range(1, 31))
APP_ONLY = ("streamlit", "sqlalchemy", "alembic", "psycopg", "plotly", "jinja2", "starlette")
COMMANDS = [
    ["predict", "--set", "data.source=diabetes", "--set", "data.target=target"],
    ["predict", "--data", "hours.csv", "--set", "data.target=score"],
    ["train", "--data", "hours.csv", "--set", "data.target=score"],
    ["diagnose", "--set", "bug.key=gradient-ascent"],
    ["sweep", "--over", "optimizer.learning_rate=0.01,3"],
    ["export"],
]
GIVE = """
import io, json, sys
from contextlib import redirect_stdout
from uphill_doctor.__main__ import main
given = []
for command, *words in json.loads(sys.argv[1]):
    with redirect_stdout(io.TextIOWrapper(io.BytesIO())) as printed:
        assert main([command, "spec.json", *words]) == 0
    given.append(printed.buffer.getvalue().decode())
print(json.dumps(given))
"""
START_WORKER = """
from uphill_doctor.service.process_launcher import launcher
from uphill_doctor.service.worker_process import WorkerProcess

class Listener:
    def on_exit(self, worker): pass

started = launcher()
worker = WorkerProcess(Listener(), started)
assert worker.ready.wait(300)
worker.terminate()
started.close()
"""
READ_TABLE = """
from pathlib import Path
from uphill_doctor.data.reader_subprocess import read_in_subprocess
folder = Path.cwd()
read = read_in_subprocess(folder / "hours.csv", "hours.csv", {}, folder / "hours.arrow")
print(read["rows"])
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The wheel, with what it requires and nothing else."""
    environment = Environment(tmp_path_factory.mktemp("installed"))
    environment.install("--no-deps", "--no-index", str(wheel))
    environment.link(library())
    return environment


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return furnished(tmp_path)


def furnished(folder: Path) -> Path:
    """A learner's folder: a spec and a table."""
    patch = {"data": {"source": "two-features", "target": "y"}, "training": {"epochs": 3}}
    (folder / "spec.json").write_bytes(orjson.dumps(patch))
    (folder / "hours.csv").write_text(CSV, encoding="utf-8")
    return folder


@pytest.fixture
def learner(installed: Environment, home: Path) -> Callable[..., str]:
    """Runs Python as that learner does, and returns what it printed."""
    return partial(printed, installed, home)


@pytest.fixture(scope="module")
def given(installed: Environment, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the library prints for each of the commands, all in one process."""
    home = furnished(tmp_path_factory.mktemp("home"))
    return orjson.loads(printed(installed, home, "-c", GIVE, json.dumps(COMMANDS)))


def printed(installed: Environment, home: Path, *words: str) -> str:
    done = installed.run(*words, home=home)
    assert done.returncode == 0, done.stderr
    return done.stdout


def without_times(value: Any) -> Any:
    """A JSON value without the seconds that something took, at any depth."""
    if isinstance(value, dict):
        return {name: without_times(part) for name, part in value.items() if name != "seconds"}
    return [without_times(part) for part in value] if isinstance(value, list) else value


def answers(text: str) -> list[Any]:
    return [without_times(orjson.loads(line)) for line in text.splitlines()]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_it_gives_what_the_checkout_gives(given, home, monkeypatch, capsys, words):
    command, *rest = words
    monkeypatch.chdir(home)
    assert main([command, "spec.json", *rest]) == 0
    expected = capsys.readouterr().out
    found = given[COMMANDS.index(words)]
    if command == "export":
        assert found == expected
    else:
        assert answers(found) == answers(expected)


def test_it_is_called_by_its_own_name(installed, home, learner):
    assert "usage: python -m uphill_doctor " in learner("-m", "uphill_doctor", "--help")
    done = installed.run("-m", "uphill_doctor", "nonsense", home=home)
    assert done.returncode == 2
    assert done.stderr.startswith("python -m uphill_doctor: ")
    assert done.stderr.count("\n") == 1


def test_nothing_of_the_checkout_or_of_the_app_is_there(learner):
    code = (
        "import importlib.util, uphill_doctor\n"
        f"names = ('core', 'pages', 'app', 'tests', *{APP_ONLY})\n"
        "print([name for name in names if importlib.util.find_spec(name)])\n"
        "print(uphill_doctor.__file__)"
    )
    found, file = learner("-c", code).splitlines()
    assert found == "[]"
    assert ROOT not in Path(file).parents


def test_a_notebook_needs_nbformat_and_says_so(installed, home):
    done = installed.run(
        *("-m", "uphill_doctor", "export", "spec.json", "--format", "notebook"), home=home
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install nbformat" in done.stderr
    assert done.stderr.count("\n") == 1


def test_its_subprocesses_are_its_own(learner):
    assert learner("-c", READ_TABLE + START_WORKER) == "30\n"


def test_what_it_keeps_is_kept_in_the_home_of_the_user(learner, home):
    code = "from uphill_doctor.settings import settings; print(settings().database_url)"
    assert learner("-c", code).strip() == f"sqlite:///{home / '.uphill' / 'uphill.sqlite'}"


def test_the_wheel_holds_the_package_and_the_tables_and_nothing_else(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    folders = {"core": "uphill_doctor", "sample_data": "uphill_doctor/sample_data"}
    files = {
        f"{target}/{file.relative_to(ROOT / source).as_posix()}"
        for source, target in folders.items()
        for file in (ROOT / source).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert names == files
    assert "uphill_doctor/py.typed" in names
    assert "uphill_doctor/sample_data/diabetes.csv" in names


def test_the_wheel_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        told = email.parser.Parser().parsestr(archive.read(name).decode())
    assert told["Name"] == "uphill-doctor"
    assert told["Summary"]
    assert told.get_all("Provides-Extra") == ["app", "ray"]
    required = [text for text in told.get_all("Requires-Dist", []) if "extra ==" not in text]
    assert len(required) == len(library())


def test_the_source_archive_makes_the_same_wheel(wheel, tmp_path):
    archive = build_archive(tmp_path)
    again = build_wheel(archive, tmp_path / "wheel")
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())
    with tarfile.open(archive) as files:
        assert not [name for name in files.getnames() if "/tests" in name or "/pages" in name]
