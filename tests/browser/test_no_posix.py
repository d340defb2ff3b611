"""The app where the system gives what Windows gives: it starts, reads, trains, and says so."""

import json
import re
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app import (
    ROOT,
    SECONDS,
    Server,
    button,
    expect_outcome,
    open_page,
    while_it_runs,
)

pytestmark = pytest.mark.browser
MISSING = ["memory_limit", "cpu_limit", "nice", "fork", "pid_exists"]
TABLE = "größe,score\r\n" + "".join(f"{i},{2 * i + 1}\r\n" for i in range(1, 31))
PAGES = ("Data", "Runs", "Your own", "Sweep", "Catalogue", "About", "Lab")


def heartbeats(server: Server, folder: Path, known: set[str]) -> set[str]:
    """Waits for the first heartbeat of a server that is not known; returns the ids of all."""
    found: set[str] = set()
    for _ in while_it_runs(server.process):
        with suppress(sqlite3.Error), closing(sqlite3.connect(folder / "runs.sqlite")) as database:
            found = {name for (name,) in database.execute("SELECT name FROM servers")}
        if found - known:
            break
    return found


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return tmp_path / "notes"


@pytest.fixture
def server(tmp_path: Path, notes: Path) -> Iterator[Server]:
    """Also without UTF-8 as the encoding of files and of what is printed."""
    server = Server(
        tmp_path,
        PYTHONPATH=str(ROOT / "tests" / "no_posix"),
        NO_POSIX_NOTES=str(notes),
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
        PYTHONIOENCODING="cp1252",
    )
    server.start()
    yield server
    server.kill()


def test_the_app_runs_where_the_system_gives_what_windows_gives(
    server: Server, tmp_path: Path, notes: Path, browser: Browser
):
    killed = heartbeats(server, tmp_path, set())
    server.kill()
    server.start()  # it finds the process id of the one that was killed
    assert heartbeats(server, tmp_path, killed)
    with urllib.request.urlopen(f"{server.address}/api/health") as answer:
        assert json.load(answer)["missing"] == MISSING
    page = open_page(browser, server.address)
    expect(button(page, "Train")).to_be_enabled(timeout=SECONDS)
    page.get_by_text("Use your own table").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "größe.csv", "mimeType": "text/csv", "buffer": TABLE.encode("cp1252")}
    )
    expect(page.get_by_text("Your table größe.csv")).to_be_visible()
    button(page, "Train").click()
    expect_outcome(page, "Diverged.")
    for name in PAGES:
        page.get_by_role("link", name=re.compile(rf"{name}$")).first.click()
        expect(page.locator("[data-testid=stApp]")).to_have_attribute(
            "data-test-script-state", "notRunning"
        )
        expect(page.get_by_test_id("stException")).to_have_count(0)
    page.context.close()
    told = notes.read_text(encoding="utf-8")
    for module in ("core.worker.process", "core.data.reader_subprocess"):
        assert f"-m {module}\n" in told
    assert "os.kill" not in told
