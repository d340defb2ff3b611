"""Ten learners who edit their own method all the time, beside others whose curves go on.

`make load-editors` runs it: the same watchers on a server of their own without and with editors.
Each text that an editor trains is a new one, which a worker has to compile; how many updates a
second the watchers' charts get says what that costs them.
"""

import argparse
import asyncio
import random
import time

from tests.load.learner import INTERVAL, Learner, Measured
from tests.load.load import ARRIVAL, SET_UP, machine
from tests.load.report import share
from tests.load.server import Server
from tests.load.session import Tab

QUERY = "lesson=healthy&bug=own&own.part=layer"
THINKING = (1.0, 3.0)  # seconds between a first point and the next edit
TEXT = """def call(self, inputs, training=False):
    outputs = ops.matmul(inputs, self.kernel) * {factor}
    if self.use_bias:
        outputs = outputs + self.bias
    return self.activation(outputs)
"""
WAITS = ("knob", "Train", "first point", "edit", "page change")


class Editor(Learner):
    """Writes, trains, sees the first point, writes again."""

    async def _lesson(self, bell: asyncio.Event, until: float) -> None:
        self.tab = await Tab(self.http, self.server, QUERY, self.cache).open()
        try:
            await bell.wait()
            while time.monotonic() < until:
                await asyncio.sleep(self.random.uniform(*THINKING))
                await self._edit()
        finally:
            await self.tab.close()

    async def _edit(self) -> None:
        text = TEXT.format(factor=round(self.random.uniform(0.5, 1.5), 9))
        with self.measured.timed("edit"):
            await self.tab.set("own.code", text)
        began = time.perf_counter()
        with self.measured.timed("Train"):
            await self.tab.press("Train")
        token, seen = self.tab.data("live")["token"], 0
        while True:
            address = f"{self.server}/api/runs/{token}/events?since={seen}&brief=1"
            async with self.http.get(address) as response:
                response.raise_for_status()
                answer = await response.json()
            seen = answer["next"]
            if answer["ended"] or any(e["event"] == "epoch_ended" for e in answer["events"]):
                break
            await asyncio.sleep(INTERVAL)
        self.measured.seconds["first point"].append(time.perf_counter() - began)
        self.measured.runs += 1


async def room(
    watchers: int, editors: int, minutes: float, server: Server
) -> tuple[Measured, Measured]:
    """What the watchers and the editors have seen."""
    seen, edited, bell = Measured(), Measured(), asyncio.Event()
    chance, rings = random.Random(watchers), time.monotonic() + ARRIVAL + SET_UP
    until = rings + 60 * minutes
    people = [Learner(number, server.address, seen) for number in range(watchers)]
    people += [Editor(1000 + number, server.address, edited) for number in range(editors)]
    tasks = [
        asyncio.create_task(each.attend(chance.uniform(0.0, ARRIVAL), bell, until))
        for each in people
    ]
    tasks.append(asyncio.create_task(server.measure()))
    await asyncio.sleep(rings - time.monotonic())
    bell.set()
    await asyncio.sleep(until - time.monotonic())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return seen, edited


def tell(who: str, measured: Measured) -> None:
    """What one kind of learner has waited for."""
    for name in WAITS:
        if found := sorted(measured.seconds[name]):
            p50, p95 = share(found, 0.5), share(found, 0.95)
            print(f"| {who}: {name} | {len(found)} | {p50:.2f} s | {p95:.2f} s |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--watchers", type=int, default=20)
    parser.add_argument("--editors", type=int, nargs="+", default=[0, 10])
    parser.add_argument("--minutes", type=float, default=2.0, help="behind the first Train")
    parser.add_argument("--port", type=int, default=8597)
    asked = parser.parse_args()
    print(f"Editors beside watchers, on {machine()}; they share it with the server.")
    for editors in asked.editors:
        server = Server(asked.port)
        try:
            server.wait()
            seen, edited = asyncio.run(room(asked.watchers, editors, asked.minutes, server))
        finally:
            server.end()
        print(f"\n### {asked.watchers} watchers, {editors} editors\n")
        print("| wait | answers | p50 | p95 |\n|---|---:|---:|---:|")
        tell("watchers", seen)
        tell("editors", edited)
        updates = sorted(seen.updates)
        shown = [share(updates, part) for part in (0.5, 0.05, 0.0)] if updates else []
        told = ", ".join(f"{value:.2f}" for value in shown)
        print(f"\nWatchers' chart updates a second, median, p5, lowest: {told}.")
        lost, errors = seen.lost, seen.errors + edited.errors
        print(f"Runs: {seen.runs} watched, {edited.runs} texts trained; points lost: {lost}.")
        used = [use.all_cores for use in server.used]
        workers = [use.worker_cores for use in server.used]
        print(
            f"Cores, mean: {sum(workers) / len(workers):.2f} of the workers, "
            f"{sum(used) / len(used):.2f} of the whole machine. Errors: {errors.total()}.",
            flush=True,
        )
        for error, count in errors.most_common(5):
            print(f"  {count} × {error}")


if __name__ == "__main__":
    main()
