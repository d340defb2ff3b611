"""The app in a browser: its server, and what tests do and read on every page."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

ROOT = Path(__file__).parents[2]
READY = "[data-testid=stApp][data-test-connection-state=CONNECTED]"
OUTCOME = re.compile("^(completed|diverged|stopped|failed)$")
SECONDS = 60_000  # a generous limit in milliseconds; nothing waits for it when all is well


class Server:
    """The app in a process of its own, on one port and one database, however often it starts.

    Args:
        folder: Where its database, its tables and its log are.
        environment: Of its processes, beside what they have anyway.
    """

    def __init__(self, folder: Path, **environment: str):
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = folder / "server.log"
        self._environment = os.environ | {
            "UPHILL_DATABASE_URL": f"sqlite:///{folder}/runs.sqlite",
            "UPHILL_TABLES": str(folder),
            "UPHILL_WORKERS": "1",
            **environment,
        }

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "streamlit",
                    "run",
                    "app.py",
                    "--server.port",
                    f"{self.port}",
                ],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        wait_until_healthy(self.address, self.process)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_until_healthy(address: str, process: subprocess.Popen) -> None:
    """Waits for a server; raises `RuntimeError` if it ends before it answers."""
    for _ in while_it_runs(process):
        with suppress(OSError), urllib.request.urlopen(f"{address}/api/health", timeout=5) as told:
            assert told.status == 200
            return


def while_it_runs(process: subprocess.Popen) -> Iterator[None]:
    """An occasion to look at a server, again and again; raises `RuntimeError` once it has ended."""
    ended = False
    while not ended:
        yield
        with suppress(subprocess.TimeoutExpired):
            ended = process.wait(0.05) is not None  # its start needs the processor that we leave
    raise RuntimeError("A server ended before what was waited for.")


def open_page(browser: Browser, address: str) -> Page:
    """A page in a context of its own, which shares no cookies.

    It prefers reduced motion: the software renderer is slow with animations.
    """
    size = {"width": 1400, "height": 1000}
    page = browser.new_context(viewport=size, reduced_motion="reduce").new_page()
    page.set_default_timeout(SECONDS)
    page.goto(address)
    page.wait_for_selector(READY)
    return page


def button(page: Page, name: str) -> Locator:
    """The button of this name, whatever icon stands before it."""
    return page.get_by_role("button", name=re.compile(rf"\b{name}$"))


def trace_values(page: Page, name: str = "loss") -> list[float]:
    """The y values of a chart's trace, from the plot itself."""
    return page.evaluate(
        """name => { for (const div of document.querySelectorAll('.js-plotly-plot'))
             for (const trace of div.data || [])
               if (trace.name === name) return Array.from(trace.y);
           return []; }""",
        name,
    )


def wait_for_points(page: Page, count: int, name: str = "loss") -> None:
    """Waits until a trace of losses has so many epochs, behind the start."""
    page.wait_for_function(
        """([name, count]) => [...document.querySelectorAll('.js-plotly-plot')].some(div =>
             (div.data || []).some(t => t.name === name && t.y.length > count))""",
        arg=[name, count],
    )


def expect_outcome(page: Page, text: str) -> None:
    """Waits for the sentence that says the outcome of a run, and for its charts to be drawn.

    A short run may end before the script that started it is through: then Python says the outcome
    before the charts have asked for the first point.
    """
    said = page.locator(".sentence[data-phase=verdict]").filter(has_text=text)
    expect(said).to_be_visible(timeout=SECONDS)
    state = page.locator(".live-chart-state").first
    expect(state).to_have_text(OUTCOME, timeout=SECONDS)
