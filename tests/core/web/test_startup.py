"""What an operator has set wrongly is one sentence at the start, and it names the variable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import InputError
from core.settings import settings
from core.web.startup import check_startup

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("UPHILL_TABLES", str(tmp_path / "tables"))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("UPHILL_WORKERS", "0", "`UPHILL_WORKERS` must be >= 1. Received: '0'."),
        ("UPHILL_WORKERS", "two", "`UPHILL_WORKERS` must be a whole number. Received: 'two'."),
        ("UPHILL_ENGINE", "kubernetes", "`UPHILL_ENGINE` must be one of 'embedded' or 'ray'."),
        ("UPHILL_TABLE_HOURS", "-1", "`UPHILL_TABLE_HOURS` must be > 0.0. Received: '-1'."),
        ("UPHILL_METRICS", "perhaps", "`UPHILL_METRICS`"),
        ("UPHILL_WORKRES", "2", "`UPHILL_WORKRES` is not a setting of Uphill. Did you mean "),
        ("UPHILL_XYZ", "2", "`UPHILL_XYZ` is not a setting of Uphill. README.md lists them."),
        ("UPHILL_DATABASE_URL", "sqlite:///", "`UPHILL_DATABASE_URL` must name a database"),
        ("UPHILL_DATABASE_URL", "mysql://x/y", "`UPHILL_DATABASE_URL` must begin with"),
    ],
)
def test_a_setting_that_makes_no_sense(monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)
    settings.cache_clear()
    with pytest.raises(InputError) as refused:
        check_startup()
    assert str(refused.value).startswith(words)
    assert "\n" not in str(refused.value)


def test_what_is_set_well_starts(monkeypatch, tmp_path):
    monkeypatch.setenv("UPHILL_DATABASE_URL", f"sqlite:///{tmp_path}/new/runs.sqlite")
    check_startup()
    assert (tmp_path / "tables").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("content", [b"not a database, but a letter", b"\0" * 100])
def test_a_file_that_is_no_database(monkeypatch, tmp_path, content):
    file = tmp_path / "letter.txt"
    file.write_bytes(content)
    monkeypatch.setenv("UPHILL_DATABASE_URL", f"sqlite:///{file}")
    settings.cache_clear()
    with pytest.raises(InputError, match="`UPHILL_DATABASE_URL` must name a database of SQLite"):
        check_startup()
    assert file.read_bytes() == content


def test_a_folder_that_is_a_file(monkeypatch, tmp_path):
    (tmp_path / "tables").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=r"`UPHILL_TABLES` must be a folder that this server can"):
        check_startup()


def test_a_folder_that_others_can_write_to(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables").chmod(0o777)
    with pytest.raises(InputError, match=r"only this server's user .* with mode 777\."):
        check_startup()


def test_the_server_says_it_and_does_not_start():
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", "0"]
    environment = os.environ | {"UPHILL_WORKERS": "none"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode != 0
    assert "`UPHILL_WORKERS` must be a whole number. Received: 'none'." in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
