"""A room of learners on a real server: what they wait for, and what it costs.

`make load` runs it: for each size of the room a fresh `streamlit run app.py`, real WebSockets and
real HTTP. Learners arrive within 30 seconds, set up a run, press Train together when the bell
rings, watch, change knobs, click into the picture, get the diagnosis and what helps, change page,
reload, and go on.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from tests.load import classroom
from tests.load.learner import Learner, Measured
from tests.load.replicated import ReplicatedServers
from tests.load.report import Room, tell, tell_growth
from tests.load.server import ROOT, Server

ARRIVAL = 30.0  # seconds in which all learners come
SET_UP = 20.0  # seconds after that, until the bell rings


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


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """An earlier version of the app in a folder of its own, to be measured beside this one."""
    with tempfile.TemporaryDirectory() as folder:
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", folder, commit], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run([*git, "remove", "--force", folder], check=True)


def measure(learners: int, minutes: float, server: Server) -> Room:
    """One room on a server of its own, which is ended behind it."""
    try:
        server.wait()
        measured = asyncio.run(room(learners, minutes, server))
        return Room(learners, measured, server.used)
    finally:
        server.end()


def started(asked: argparse.Namespace, root: Path) -> Server:
    """The server that is measured: this version's as asked, an earlier one's alone."""
    if root != ROOT:
        return Server(asked.port, root)
    if asked.replicated:
        return ReplicatedServers()
    return Server(asked.port, UPHILL_WEB_PROCESSES=str(asked.processes))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, nargs="+", default=[1, 10, 30, 60, 100])
    parser.add_argument("--minutes", type=float, default=2.0, help="behind the first Train")
    parser.add_argument("--repeat", type=int, default=1, help="rooms of each size, for a median")
    parser.add_argument("--beside", metavar="COMMIT", help="an earlier version, measured in turn")
    parser.add_argument("--processes", type=int, default=1, help="of this version's pages")
    parser.add_argument("--replicated", action="store_true", help="two servers, nginx, PostgreSQL")
    parser.add_argument(
        "--class", dest="classroom", action="store_true", help="a class instead, then its lab"
    )
    parser.add_argument("--soak", type=float, help="minutes; the first number of learners only")
    parser.add_argument("--port", type=int, default=8598)
    parser.add_argument("--json", type=Path, help="a file for the figures of this version's rooms")
    asked = parser.parse_args()
    sizes = asked.learners[:1] if asked.soak else asked.learners
    print(
        f"Load test on {machine()}; the learners share it with the server.\n"
        "A busy machine tells little: see the cores of the whole of it against those of the server."
    )
    if asked.classroom:
        for learners in sizes:
            classroom.run(learners, started(asked, ROOT))
        return
    kept: list[Room] = []
    with ExitStack() as stack:
        versions = {"": ROOT}
        if asked.beside:
            versions[asked.beside] = stack.enter_context(checkout(asked.beside))
        for learners in sizes:
            rooms: dict[str, list[Room]] = {name: [] for name in versions}
            for _ in range(asked.repeat):
                for name, root in versions.items():
                    server = started(asked, root)
                    rooms[name].append(measure(learners, asked.soak or asked.minutes, server))
            kept += rooms[""]
            for name, found in rooms.items():
                who = f"{learners} learner{'s' if learners > 1 else ''}"
                tell(found, f"{who}, commit {name}" if name else who)
                if asked.soak:
                    tell_growth(found[-1].used)
    if asked.json:
        asked.json.write_text(json.dumps([room.told() for room in kept]), encoding="utf-8")


if __name__ == "__main__":
    main()
