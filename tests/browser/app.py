"""The app as a browser's tests meet it: its server, and what they do on every page."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

ROOT = Path(__file__).parents[2]
READY = "[data-testid=stApp][data-test-connection-state=CONNECTED]"
SECONDS = 60_000  # a generous limit in milliseconds; nothing waits for it when all is well


class Server:
    """The app in a process of its own, on one port and one database, however often it starts.

    Args:
        folder: Where its database, its tables and its log are.
    """

    def __init__(self, folder: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = folder / "server.log"
        self._environment = os.environ | {
            "UPHILL_DATABASE_URL": f"sqlite:///{folder}/runs.sqlite",
            "UPHILL_TABLES": str(folder),
            "UPHILL_WORKERS": "1",
        }

    def start(self) -> None:
        with self._log.open("a") as log:
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
        answers(self.address, self.process)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def answers(address: str, process: subprocess.Popen) -> None:
    """Waits for a server; raises `RuntimeError` if it ends before it answers."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/health", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            continue
    raise RuntimeError("A server ended before it answered.")


def opened(browser: Browser, address: str) -> Page:
    """A page in a browser of its own, whose cookies nobody shares.

    It wants no motion: a software renderer takes long over what moves without telling anything.
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
