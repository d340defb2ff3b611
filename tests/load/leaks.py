"""Learners who come and go, in the process that serves them: what of them stays there, counted.

python -m tests.load.leaks --learners 300
"""

import argparse
import asyncio
import gc
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import uvicorn

from tests.growth import counted
from tests.load.server import ROOT
from tests.load.session import Tab, browser

ROUNDS = 3  # the first one fills what is bounded
AT_ONCE = 8
EPOCHS = 12.0
PATIENCE = 60.0  # seconds for sessions to be forgotten
SHOWN = 12  # kinds of object
FORGOTTEN = 1  # seconds until Streamlit forgets the session of a tab that is gone; else two minutes
SMALL = {"UPHILL_WORKERS": "1", "UPHILL_LOG_MEGABYTES": "2", "UPHILL_CACHE_MEGABYTES": "60"}


class Served:
    """The app, served by a thread of this process."""

    def __init__(self, port: int):
        sys.path.insert(0, str(ROOT))
        from streamlit import config

        from app import app

        config.set_option("server.disconnectedSessionTTL", FORGOTTEN)
        self.address = f"http://127.0.0.1:{port}"
        self.loop: asyncio.AbstractEventLoop | None = None
        serving = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error")
        self._server = uvicorn.Server(serving)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        async def serve() -> None:
            self.loop = asyncio.get_running_loop()
            await self._server.serve()

        asyncio.run(serve())

    def end(self) -> None:
        self._server.should_exit = True
        self._thread.join()

    def counts(self) -> dict[str, int]:
        """What there is of everything that a session might leave."""
        from streamlit.runtime import Runtime

        from core.cache import shared_cache
        from core.service.service import service
        from core.store import store
        from pages.ui.lab import predicted

        gc.collect()
        assert self.loop is not None
        manager: Any = Runtime.instance()._session_mgr  # pyright: ignore[reportPrivateUsage]
        process = psutil.Process()
        return {
            "threads": threading.active_count(),
            "file descriptors": process.num_fds(),
            "tasks of the event loop": len(asyncio.all_tasks(self.loop)),
            "sessions": len(manager.list_sessions()),
            "tickets of predictions": len(vars(predicted)["_specs"]),
            "cached results": len(shared_cache()),
            "elements in service and store": sum(
                counted(service=service(), store=store()).values()
            ),
            "objects": len(gc.get_objects()),
            "megabytes": process.memory_info().rss // 1_000_000,
        }


async def learner(address: str, number: int) -> None:
    """One who opens the lab, moves a knob, trains to the end, reloads, and leaves."""
    cache: set[str] = set()
    async with browser() as http:
        tab = await Tab(http, address, cache=cache).open()
        await tab.set("epochs", EPOCHS)
        await tab.set("learning_rate", round(0.001 + 1e-5 * number, 6))
        await tab.press("Train")
        token = tab.data("live")["token"]
        ended = False
        while not ended:
            await asyncio.sleep(0.3)
            async with http.get(f"{address}/api/runs/{token}/events?since=0&brief=1") as answer:
                told = await answer.json()
                ended = told["ended"]
        await tab.say("live", "ended", told["events"][-1]["outcome"])
        await tab.close()
        tab = await Tab(http, address, tab.query, cache).open()
        await tab.go("Catalogue")
        await tab.close()


async def come_and_go(served: Served, numbers: range) -> None:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with places:
            await learner(served.address, number)

    await asyncio.gather(*map(one, numbers))
    began = time.monotonic()
    while served.counts()["sessions"] and time.monotonic() - began < PATIENCE:
        await asyncio.sleep(1.0)


async def wait_until_ready(address: str) -> None:
    async with browser() as http:
        while True:
            try:
                async with http.get(f"{address}/api/health") as answer:
                    if (await answer.json())["workers_ready"]:
                        return
            except OSError:
                pass
            await asyncio.sleep(0.3)


def kinds() -> Counter[str]:
    """How many objects of each kind there are."""
    return Counter(f"{type(o).__module__}.{type(o).__qualname__}" for o in gc.get_objects())


def tell(rounds: list[Mapping[str, int]], learners: int) -> None:
    each = learners // ROUNDS
    heads = " | ".join(f"after {each * (n + 1)}" for n in range(len(rounds)))
    print(f"| what | {heads} |\n|---|{'---:|' * len(rounds)}")
    for name in rounds[0]:
        print(f"| {name} | {' | '.join(f'{counts[name]:,}' for counts in rounds)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, default=300)
    parser.add_argument("--port", type=int, default=8593)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'runs.sqlite'}"
        os.environ |= SMALL
        os.environ |= {"UPHILL_TABLES": folder, "UPHILL_DATABASE_URL": database}
        served, each = Served(asked.port), asked.learners // ROUNDS
        try:
            asyncio.run(wait_until_ready(served.address))
            rounds, found = [], []
            for number in range(ROUNDS):
                part = range(each * number, each * (number + 1))
                asyncio.run(come_and_go(served, part))
                rounds.append(served.counts())
                found.append(kinds())
            tell(rounds, asked.learners)
            more = (found[-1] - found[-2]).most_common(SHOWN)
            print("\nobjects more in the last round than before it:")
            for kind, count in more:
                print(f"  {count:6,} {kind}")
        finally:
            served.end()


if __name__ == "__main__":
    main()
