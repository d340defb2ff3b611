"""A server's own figures: first page, memory, Train to first point, twenty live runs at once.

`make bench` runs it behind `bench.py`. It starts `streamlit run app.py`, and polls as browsers do.
"""

import os
import re
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import orjson

from core.service.service import Service
from core.spec import Spec
from tests.load.learner import INTERVAL

ROOT = Path(__file__).parents[2]
PORT = 8597
LIVE_RUNS = 20
WATCHED_SECONDS = 10.0


def first_page() -> None:
    """Seconds from start to the first page's HTML, and the web process' memory then."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(PORT)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"UPHILL_WORKERS": "1"},
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=2).read()
                break
            except OSError:
                time.sleep(0.02)
        print(f"server started to first page        {time.perf_counter() - began:8.2f} s   limit 3")
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        used = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
        print(f"web process' memory                 {used:8.0f} MB  limit 300")
    finally:
        process.terminate()
        process.wait()


def spec_of(number: int, epochs: int = 100) -> Spec:
    return Spec().patched(
        {
            "scaling": {"features": "standard"},
            "optimizer": {"learning_rate": 0.001 + number * 1e-5},
            "training": {"epochs": epochs},
        }
    )


def to_first_point(service: Service, spec: Spec) -> float:
    """Seconds from the order to the first epoch's event."""
    began = time.perf_counter()
    token = service.submit(spec)
    while not any(b'"event":"epoch_ended"' in line for line in service.log(token).events):
        time.sleep(0.002)
    seconds = time.perf_counter() - began
    while not service.log(token).ended:
        time.sleep(0.002)
    return seconds


def twenty(service: Service) -> None:
    """Twenty long runs at once: how many answers with news each poller gets a second."""
    tokens = [service.submit(spec_of(i, 4000), pace=20.0) for i in range(LIVE_RUNS)]
    news = dict.fromkeys(tokens, 0)
    lost = []
    until = time.perf_counter() + WATCHED_SECONDS

    def poll(token: str) -> None:
        since = 0
        while time.perf_counter() < until:
            answer = orjson.loads(service.poll(token, since, brief=True))
            if len(answer["events"]) != answer["next"] - since:
                lost.append(token)
            news[token] += bool(answer["events"])
            since = answer["next"]
            time.sleep(INTERVAL)

    pollers = [threading.Thread(target=poll, args=(token,)) for token in tokens]
    for poller in pollers:
        poller.start()
    for poller in pollers:
        poller.join()
    rates = sorted(count / WATCHED_SECONDS for count in news.values())
    print(
        f"{LIVE_RUNS} live runs: updates a second each   {rates[0]:8.2f} lowest, "
        f"{statistics.median(rates):.2f} median, limit 2; points lost: {len(lost)}"
    )
    for token in tokens:
        service.send_command(token, "stop")


def main() -> None:
    first_page()
    service = Service(2)
    try:
        for worker in service.workers:
            worker.ready.wait()
        to_first_point(service, spec_of(0))
        again = statistics.median(to_first_point(service, spec_of(i)) for i in range(5))
        print(f"Train to first point, seen before   {again:8.3f} s   limit 0.5")
        fresh = [
            to_first_point(service, spec_of(0).patched({"optimizer": {"key": key}}))
            for key in ("adam", "rmsprop", "lion")
        ]
        print(f"Train to first point, new structure {max(fresh):8.3f} s   limit 2 (worst of 3)")
        twenty(service)
    finally:
        service.close()


if __name__ == "__main__":
    main()
