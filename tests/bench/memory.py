"""What the processes of a server take together, and how soon a killed worker's run goes on.

`make bench` prints the table. Memory is counted as Linux' PSS: a page that several processes share
counts once. Nothing is asserted on a clock; what is above its limit is marked.
"""

import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

from core.service.service import Service
from core.spec import Spec
from tests.bench.data import row
from tests.bench.upload import IDLE, opened
from tests.browser.conftest import ARGS, CHROMIUM
from tests.load.server import MEGABYTE, Server

PORT = 8596
KILLS = 5
LEARNERS = 5
SAMPLING = 0.2  # seconds
SMALL = {  # what `deploy/README.md` says for a server of 1 GB
    "UPHILL_WORKERS": "1",
    "UPHILL_CACHE_MEGABYTES": "100",
    "UPHILL_LOG_MEGABYTES": "50",
    "UPHILL_UPLOADS_MEGABYTES": "50",
    "UPHILL_UPLOAD_MEGABYTES": "25",
    "UPHILL_CELLS": "5000000",
    "UPHILL_WORKER_MEGABYTES": "400",
}
LONG = Spec().patched({"scaling": {"features": "standard"}, "training": {"epochs": 4000}})


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["UPHILL_DATABASE_URL"] = f"sqlite:///{folder}/runs.sqlite"
        os.environ["UPHILL_TABLES"] = folder
        workers()
        small_server(Path(folder) / "table.csv")


def workers() -> None:
    """Two workers after a run of each; then one of them is killed in mid-run, again and again."""
    service = Service(2)
    try:
        for worker in service.workers:
            worker.ready.wait()
        spec = LONG.patched({"training": {"epochs": 100}})
        tokens = [service.submit(spec) for _ in service.workers]
        while not all(service.log(token).ended for token in tokens):
            time.sleep(0.01)
        together = pss(psutil.Process().children(recursive=True))
        row("two workers and the process they are forked from, MB", together, 700)
        waits = sorted(going_on(service) for _ in range(KILLS))
        row(f"a killed worker's run goes on, median of {KILLS}, seconds", waits[KILLS // 2], 1.0)
        row("the same, the slowest", waits[-1], 1.0)
    finally:
        service.close()


def going_on(service: Service) -> float:
    """Seconds from the death of a worker to the next event of its run."""
    for worker in service.workers:
        worker.ready.wait()
    token = service.submit(LONG, pace=50.0)
    log = service.log(token)
    while len(log.events) < 20:
        time.sleep(0.005)
    os.kill(log.worker.pid, signal.SIGKILL)
    began, events = time.perf_counter(), len(log.events)
    while len(log.events) == events:
        time.sleep(0.002)
    seconds = time.perf_counter() - began
    service.send_command(token, "stop")
    return seconds


def small_server(file: Path) -> None:
    """All processes of a server with one worker, while learners train and one uploads 20 MB."""
    file.write_text("a,b,c,d,y\n" + "0.25,1.5,2.125,3.75,4.5\n" * 850_000, encoding="ascii")
    server = Server(PORT, **SMALL)
    try:
        server.wait()
        with peak(server) as highest, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
            pages = [opened(browser, f"{server.address}/?epochs=2000") for _ in range(LEARNERS)]
            for page in pages:
                page.get_by_role("button", name="Train").first.click()
            for page in pages:
                page.wait_for_function("document.querySelectorAll('.js-plotly-plot').length > 0")
            row(f"one worker, {LEARNERS} learners train: all processes, MB", highest[-1], 1000)
            page = opened(browser, f"{server.address}/data")
            page.get_by_text("Use your own table").click()
            page.locator("input[type=file]").set_input_files(file)
            page.get_by_text("850,000 rows in the table").wait_for()
            page.wait_for_selector(IDLE)
            browser.close()
        row("the same and one uploads 20 MB: the highest, MB", max(highest), 1000)
    finally:
        server.end()


@contextmanager
def peak(server: Server) -> Iterator[list[float]]:
    """Notes the memory of all processes of a server again and again."""
    noted, ended = [], threading.Event()

    def note() -> None:
        while not ended.wait(SAMPLING):
            noted.append(pss(server.processes()))

    sampler = threading.Thread(target=note)
    sampler.start()
    try:
        yield noted
    finally:
        ended.set()
        sampler.join()


def pss(processes: list[psutil.Process]) -> float:
    """Megabytes of these processes together."""
    total = 0
    for process in processes:
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:  # it ended meanwhile
            continue
    return total / MEGABYTE


if __name__ == "__main__":
    main()
