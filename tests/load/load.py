"""A room of learners on a real server: what they wait for, and what it costs.

`make load` runs it: for each size of the room a fresh `streamlit run app.py`, real WebSockets and
real HTTP. Learners arrive within 30 seconds, set up a run, press Train together when the bell
rings, watch, change knobs, get the diagnosis, change page, reload, and go on.
"""

import argparse
import asyncio
import os
import platform
import random
import statistics
import sys
import time
from pathlib import Path

import psutil

from tests.load.learner import Learner, Measured
from tests.load.server import Server, Use

ARRIVAL = 30.0  # seconds in which all learners come
SET_UP = 20.0  # seconds after that, until the bell rings
WAITS = ("first paint", "widget", "Train", "first point", "diagnosis", "remedies")
WAITS += ("page change", "refresh", "chart library", "poll")


async def room(learners: int, minutes: float, server: Server) -> Measured:
    """So many learners; they stay for so many minutes behind the bell."""
    measured, bell, chance = Measured(), asyncio.Event(), random.Random(learners)
    arrival = ARRIVAL if learners > 1 else 0.0
    rings = time.monotonic() + arrival + SET_UP
    until = rings + 60 * minutes
    people = [
        Learner(number, server.address, measured).attend(chance.uniform(0.0, arrival), bell, until)
        for number in range(learners)
    ]
    tasks = [asyncio.create_task(person) for person in (server.measure(), *people)]
    await asyncio.sleep(rings - time.monotonic())
    bell.set()
    while (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(60.0, left))
        tell_progress(measured, server)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return measured


def tell_progress(measured: Measured, server: Server) -> None:
    """One line a minute, so that a soak can be watched."""
    use = server.used[-1]
    print(
        f"  {measured.runs} runs, {measured.lost} points lost, {measured.errors.total()} errors, "
        f"web {use.web_memory:.0f} MB, workers {use.worker_memory:.0f} MB",
        file=sys.stderr,
        flush=True,
    )


def report(learners: int, measured: Measured, used: list[Use]) -> None:
    """Everything that was measured of one room, as Markdown."""
    print(f"\n### {learners} learner{'s' if learners > 1 else ''}\n")
    print("| wait | answers | p50 | p95 | worst |\n|---|---:|---:|---:|---:|")
    for name in WAITS:
        if found := sorted(measured.seconds[name]):
            shown = " | ".join(f"{share(found, p):.2f} s" for p in (0.5, 0.95, 1.0))
            print(f"| {name} | {len(found)} | {shown} |")
    updates = sorted(measured.updates)
    print("\n| what | value |\n|---|---|")
    if updates:
        low, middle = share(updates, 0.05), statistics.median(updates)
        shown = f"{middle:.2f}, {low:.2f}, {updates[0]:.2f}"
        print(f"| chart updates a second, median, p5, lowest | {shown} |")
    print(f"| runs watched to the end | {measured.runs} |")
    print(f"| points lost | {measured.lost} |")
    print(f"| errors | {measured.errors.total()} |")
    parts = (("web process", "web_cores"), ("workers", "worker_cores"))
    for name, pick in (*parts, ("whole machine", "all_cores")):
        cores = sorted(getattr(use, pick) for use in used)
        mean, most = statistics.fmean(cores), share(cores, 0.95)
        print(f"| cores of the {name}, mean, p95 | {mean:.2f}, {most:.2f} |")
    print(f"| memory of the web process, at the end | {used[-1].web_memory:.0f} MB |")
    print(f"| memory of the workers, at the end | {used[-1].worker_memory:.0f} MB |", flush=True)
    for error, count in measured.errors.most_common(8):
        print(f"\n{count} × {error}", file=sys.stderr)


def share(ordered: list[float], part: float) -> float:
    """The value below which that part of them lies."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def machine() -> str:
    """The machine's name: processor, cores, memory."""
    lines = (
        Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if Path("/proc/cpuinfo").exists()
        else []
    )
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor()
    memory = psutil.virtual_memory().total / 2**30
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, nargs="+", default=[1, 10, 30, 60, 100])
    parser.add_argument("--minutes", type=float, default=2.0, help="behind the first Train")
    parser.add_argument("--soak", type=float, help="minutes; the first number of learners only")
    parser.add_argument("--port", type=int, default=8598)
    asked = parser.parse_args()
    sizes = asked.learners[:1] if asked.soak else asked.learners
    print(
        f"Load test on {machine()}; the learners share it with the server.\n"
        "A busy machine tells little: see the cores of the whole of it against those of the server."
    )
    for learners in sizes:
        server = Server(asked.port)
        try:
            server.wait()
            measured = asyncio.run(room(learners, asked.soak or asked.minutes, server))
            report(learners, measured, server.used)
        finally:
            server.end()


if __name__ == "__main__":
    main()
