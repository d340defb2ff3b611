"""What one learner does in the lab, and what was measured of it."""

import asyncio
import random
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.load.session import PATIENCE, Tab, browser

INTERVAL = 0.33  # seconds from one poll to the next, as live_chart.js has it
REST = 0.1  # of them, at least, behind an answer
INTERVAL_OF_REMEDIES = 1.0  # the same of await_runs.js
NO_EVENTS = 10**9  # behind every event of a run
EPOCHS = 400  # at the lab's 20 epochs a second: 20 s to watch
THINKING = (2.0, 6.0)  # seconds between two things that a learner does
OWN_WAYS = (("adam", None), ("rmsprop", None), ("sgd", 8.0))  # of every third learner


@dataclass
class Measured:
    """What every learner of one room has seen.

    Attributes:
        seconds: How long each kind of answer took, by its name.
        updates: Chart updates a second, one number a watched run.
        runs: Runs that were watched.
        lost: Points that did not come, came twice or came out of order.
        errors: How often each error happened.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    updates: list[float] = field(default_factory=list)
    runs: int = 0
    lost: int = 0
    errors: Counter = field(default_factory=Counter)

    @contextmanager
    def timed(self, name: str):
        """Measures one answer; one that never came counts with the time it was waited for."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name].append(time.perf_counter() - began)


class Learner:
    """One learner: a browser of their own, on one tab at a time.

    Args:
        number: Which one; decides what they choose.
        server: The server's address.
        measured: Where everything is kept.
    """

    def __init__(self, number: int, server: str, measured: Measured):
        self.number, self.server, self.measured = number, server, measured
        self.random = random.Random(number)

    async def attend(self, arrives: float, bell: asyncio.Event, until: float) -> None:
        """Comes, trains with all the others when the bell rings, and goes on alone.

        Args:
            arrives: Seconds to wait before.
            bell: Rings for everybody's first Train.
            until: When to go home, by the monotonic clock.
        """
        await asyncio.sleep(arrives)
        self.cache: set[str] = set()
        async with browser() as self.http:
            while time.monotonic() < until:
                try:
                    await self._lesson(bell, until)
                except Exception as error:
                    if time.monotonic() < until:
                        self.measured.errors[f"{type(error).__name__}: {error}"[:200]] += 1
                    await asyncio.sleep(1.0)

    async def _lesson(self, bell: asyncio.Event, until: float) -> None:
        with self.measured.timed("first page"):
            self.tab = await Tab(self.http, self.server, cache=self.cache).open()
        try:
            await self._choose()
            await bell.wait()
            while time.monotonic() < until:
                await asyncio.sleep(self.random.uniform(0.0, 2.0))
                await self._train()
                await self._look_around()
        finally:
            await self.tab.close()

    async def _choose(self) -> None:
        await self._knob("epochs", float(EPOCHS))
        await self._knob("scale", ["standard"])
        if self.number % 3 == 0:
            optimizer, batch = OWN_WAYS[self.number // 3 % len(OWN_WAYS)]
            await self._knob("optimizer", optimizer)
            if batch:
                await self._knob("batch", batch)
        await self._knob("learning_rate", round(self.random.uniform(0.002, 0.02), 4))

    async def _train(self) -> None:
        before = self.tab.data("live")["token"]
        began = time.perf_counter()
        with self.measured.timed("Train"):
            await self.tab.press("Train")
        token = self.tab.data("live")["token"]
        if token in (None, before):
            raise RuntimeError("Train was pressed, and no new run is on the page.")
        watch = Watch(self, token, began)
        watching = asyncio.create_task(watch.to_the_end())
        try:
            await self._knob("learning_rate", round(self.random.uniform(0.002, 0.02), 4))
            if self.random.random() < 0.3:
                await self._start_elsewhere()
            if self.random.random() < 0.3:
                await self._reload()
            outcome = await watching
        finally:
            watching.cancel()
        self.tab.widgets.pop("remedies", None)  # of the run before
        with self.measured.timed("diagnosis"):
            await self.tab.say("live", "ended", outcome)
        await self._await_remedies(watch)
        self._check(await watch.all_again(), watch.events)

    async def _await_remedies(self, watch: "Watch") -> None:
        """Waits for the search for what helps, as await_runs.js does."""
        going = self.tab.data("remedies")["tokens"] if "remedies" in self.tab.widgets else []
        for token in going:
            while not await watch.has_ended(token):
                await asyncio.sleep(INTERVAL_OF_REMEDIES)
        if going:
            with self.measured.timed("remedies"):
                await self.tab.say("remedies", "news", "1")

    async def _look_around(self) -> None:
        for page in ("Catalogue", "Lab"):
            await self._think()
            with self.measured.timed("page change"):
                await self.tab.go(page)

    async def _reload(self) -> None:
        await self._think()
        query = self.tab.query
        await self.tab.close()
        with self.measured.timed("reload"):
            self.tab = await Tab(self.http, self.server, query, self.cache).open()

    async def _start_elsewhere(self) -> None:
        """Clicks into the picture where the next run is to start, if the lab has one."""
        told = (chart.get("picture") or {} for chart in self._charts())
        start = next((p["start_weights"] for p in told if p.get("start_weights")), None)
        if start is None or not self.tab.data("live").get("picture", {}).get("startable"):
            return
        await self._think()
        weights = [round(self.random.uniform(-1.0, 1.0), 2) for _ in start]
        with self.measured.timed("click into the picture"):
            await self.tab.say("live", "start", {"weights": weights})

    def _charts(self) -> list[dict[str, Any]]:
        """What is told of the charts on the page, by an earlier version in one element."""
        more = self.tab.data("live_figures")["still"] if "live_figures" in self.tab.widgets else []
        return [*self.tab.data("live")["charts"], *more]

    async def _knob(self, key: str, value: Any) -> None:
        await self._think()
        with self.measured.timed("knob"):
            await self.tab.set(key, value)

    async def _think(self) -> None:
        await asyncio.sleep(self.random.uniform(*THINKING))

    def _check(self, kept: list[dict], seen: list[dict]) -> None:
        """Every event of a run was seen once, in order, and its epochs are 0, 1, 2, …"""
        epochs = [event["epoch"] for event in kept if event["event"] == "epoch_ended"]
        self.measured.runs += 1
        self.measured.lost += sum(a != b for a, b in enumerate(epochs))
        self.measured.lost += abs(len(kept) - len(seen))
        self.measured.lost += sum(a != b for a, b in zip(kept, seen, strict=False))
        if kept[-1]["event"] == "run_ended" and kept[-1]["outcome"] == "failed":
            self.measured.errors["run failed: " + kept[-1]["reason"]] += 1


class Watch:
    """A live chart: polls a run's events as live_chart.js does.

    Args:
        learner: Who watches.
        token: The run's.
        began: When Train was pressed, by the performance counter.
    """

    def __init__(self, learner: Learner, token: str, began: float):
        self.learner, self.token, self.began = learner, token, began
        self.events: list[dict] = []

    async def to_the_end(self) -> str:
        """Polls until the run has ended; returns the outcome."""
        measured, news, first, ended = self.learner.measured, 0, None, False
        while not ended:
            asked = time.perf_counter()
            answer = await self._ask(len(self.events))
            now = time.perf_counter()
            if now - self.began > 10 * PATIENCE:
                raise TimeoutError("The run has not ended in ten minutes.")
            self.events += answer["events"]
            ended = answer["ended"]
            measured.lost += answer["next"] != len(self.events)
            if first is None and any(e["event"] == "epoch_ended" for e in answer["events"]):
                first = now
                measured.seconds["first point"].append(now - self.began)
            elif first is not None and answer["events"]:
                news += 1
            await asyncio.sleep(0.0 if ended else max(REST, INTERVAL - (now - asked)))
        if first is not None and now - first > 5.0:
            measured.updates.append(news / (now - first))
        return self.events[-1]["outcome"]

    async def all_again(self) -> list[dict]:
        """The run's events from the first, as a page that was loaded again reads them."""
        return (await self._ask(0))["events"]

    async def has_ended(self, token: str) -> bool:
        """Whether another run has."""
        return (await self._ask(NO_EVENTS, token))["ended"]

    async def _ask(self, since: int, token: str = "") -> dict[str, Any]:
        run = f"{self.learner.server}/api/runs/{token or self.token}"
        address = f"{run}/events?since={since}&brief=1"
        with self.learner.measured.timed("poll"):
            async with self.learner.http.get(address) as response:
                response.raise_for_status()
                return await response.json()
