"""A large table through the browser: how long until it is drawn, and how others fare meanwhile.

`make bench` prints the table. One learner uploads a million rows on the data page and looks at
each view of them; another goes from page to page in a browser of their own. Nothing is asserted on
a clock; what is above its limit is marked.
"""

import os
import tempfile
import threading
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.data import COLUMNS, ROWS, row, write_large
from tests.browser.conftest import ARGS, CHROMIUM
from tests.load.server import MEGABYTE, Server

PORT = 8599
READY = "[data-testid=stApp][data-test-connection-state=CONNECTED]"
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
HEADINGS = {"About": "Why is my loss going up?", "Catalogue": "What can go wrong"}
VIEWS = ("scales", "target", "pairs", "rows")
PATIENCE = 120_000  # ms


class Neighbour(threading.Thread):
    """A learner who goes from page to page, and notes how long each takes to come.

    Args:
        address: Of the server.

    Attributes:
        settled: Set once each page has been seen.
        left: To be set when it is enough.
        waits: Seconds, one entry a page.
    """

    def __init__(self, address: str):
        super().__init__(daemon=True)
        self.settled, self.left = threading.Event(), threading.Event()
        self.waits: list[float] = []
        self._address = address

    def run(self) -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
            page = opened(browser, self._address)
            while not self.left.is_set():
                for name, heading in HEADINGS.items():
                    began = time.perf_counter()
                    page.get_by_role("link", name=name).first.click()
                    page.get_by_role("heading", name=heading).wait_for()
                    self.waits.append(time.perf_counter() - began)
                self.settled.set()
            browser.close()


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_selector(READY)
    return page


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["UPHILL_DATABASE_URL"] = f"sqlite:///{folder}/runs.sqlite"
        file = Path(folder) / "large.csv"
        write_large(file)
        server = Server(PORT)
        try:
            server.wait()
            measure(server, file)
        finally:
            server.end()


def measure(server: Server, file: Path) -> None:
    neighbour = Neighbour(server.address)
    neighbour.start()
    neighbour.settled.wait()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        page = opened(browser, f"{server.address}/data")
        page.get_by_text("Use your own table").click()
        box = page.locator("input[type=file]")
        before, quiet = server.web_memory(), len(neighbour.waits)
        began = time.perf_counter()
        box.set_input_files(file)
        page.get_by_text(f"{ROWS:,} rows in the table").wait_for()
        page.locator(".js-plotly-plot").first.wait_for()
        page.wait_for_selector(IDLE)
        drawn = time.perf_counter() - began
        views = []
        for view in VIEWS:
            began = time.perf_counter()
            page.get_by_test_id("stButtonGroup").get_by_text(view).click()
            page.wait_for_selector(IDLE)
            page.locator(".js-plotly-plot").first.wait_for()
            views.append(time.perf_counter() - began)
        neighbour.left.set()
        neighbour.join()
        browser.close()
    table = ROWS * COLUMNS * 8
    memory = (server.web_memory(peak=True) - before) * MEGABYTE / table
    waits = sorted(neighbour.waits[quiet:])
    row("browser: uploaded, profiled, drawn, seconds", drawn, 10.0)
    row("browser: the slowest of its other views, seconds", max(views), 2.0)
    row("browser: memory of the web process / table", memory, 4.0)
    row(f"browser: another learner's {len(waits)} pages, the slowest, seconds", waits[-1], 1.0)
    row("browser: the same, the middle one", waits[len(waits) // 2], 1.0)
    row("browser: the same, before the upload", sorted(neighbour.waits[:quiet])[quiet // 2], 1.0)


if __name__ == "__main__":
    main()
