"""What a page costs the web process: seconds of its processor for one script run, by what is done.

Part of `make bench`. One learner on a server of their own, so that no run waits for another; the
processor's time is told, which a busy machine changes less than the clock's. With `--beside COMMIT`
an earlier version is asked in turn.
"""

import argparse
import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Awaitable
from contextlib import ExitStack
from typing import TypeVar

from tests.load.load import checkout
from tests.load.server import ROOT, Server
from tests.load.session import Tab, browser

PORT = 8594
TIMES = 12  # that each thing is done
QUIET = 0.25  # seconds before and behind it, in which what it has begun comes to its end

T = TypeVar("T")
Spent = dict[str, list[float]]


class Account:
    """Adds up what a server's web process spends on each thing, in milliseconds."""

    def __init__(self, server: Server):
        (web, *_) = server.processes()
        self._clock = (~web.pid << 3) | 2  # Linux: the clock of another process' processor time
        self.spent: Spent = defaultdict(list)

    async def of(self, name: str, doing: Awaitable[T]) -> T:
        await asyncio.sleep(QUIET)
        before = time.clock_gettime(self._clock)
        result = await doing
        await asyncio.sleep(QUIET)
        self.spent[name].append(1000 * (time.clock_gettime(self._clock) - before))
        return result


async def visit(server: Server) -> Spent:
    """One learner: opens the lab, moves knobs, changes the page, trains, reloads."""
    account, cache = Account(server), set[str]()
    async with browser() as http:
        tab = await Tab(http, server.address, cache=cache).open()  # the first one loads everything
        for time_ in range(TIMES):
            await account.of("knob", tab.set("learning_rate", 0.003 + time_ * 1e-4))
        for time_ in range(TIMES):
            await account.of("scaling", tab.set("scale", [["standard", "none"][time_ % 2]]))
        for _ in range(TIMES):
            await account.of("to the catalogue", tab.go("Catalogue"))
            await account.of("to the lab", tab.go("Lab"))
        for _ in range(TIMES):
            await tab.close()
            again = Tab(http, server.address, tab.query, cache).open()
            tab = await account.of("reload", again)
        await tab.close()
    async with browser() as http:
        for _ in range(TIMES):
            tab = await account.of("first page", Tab(http, server.address).open())
            await tab.close()
    return account.spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--beside", metavar="COMMIT", help="an earlier version")
    parser.add_argument("--times", type=int, default=1, help="servers of each version, in turn")
    asked = parser.parse_args()
    told: dict[str, Spent] = defaultdict(lambda: defaultdict(list))
    with ExitStack() as stack:
        roots = {"this version": ROOT}
        if asked.beside:
            roots[asked.beside] = stack.enter_context(checkout(asked.beside))
        for _ in range(asked.times):
            for name, root in roots.items():
                server = Server(PORT, root, UPHILL_WORKERS="1")
                try:
                    server.wait()
                    for what, spent in asyncio.run(visit(server)).items():
                        told[name][what] += spent
                finally:
                    server.end()
    for name, spent in told.items():
        for what, milliseconds in spent.items():
            middle, least = statistics.median(milliseconds), min(milliseconds)
            print(f"{name}: {what:18} {middle:7.1f} ms of processor, at least {least:5.1f}")


if __name__ == "__main__":
    main()
