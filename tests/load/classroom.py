"""A class on a real server: 100 learners join by the code, get pushes, answer, train together.

`make load-class` runs it. The teacher acts through a store of their own, as on another server of
the same database, so what is measured is the slower way. They watch the room by its route, once a
second. At the end everybody works alone for a while, as in the lab's own load test, while the
teacher watches.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from core.classroom.question import Question
from core.classroom.state import ClassState
from core.lessons import LESSON_BY_KEY
from core.store import Store
from tests.load.learner import Learner, Measured, Watch
from tests.load.report import LIMITS, share
from tests.load.server import Server
from tests.load.session import Tab, browser

ARRIVAL = 45.0  # seconds in which all learners come; they have a minute to be in
POLL = 0.1  # seconds from an answer to the next request, as class_poll.js has it
PUSHES = ("healthy", "example-1-standardized", "loss-goes-up")
PATIENCE = 90.0  # seconds until everybody has noticed
ALONE = 45.0  # seconds that everybody works alone
NOTICED, ON_SCREEN, ON_SCREEN_P95 = 1.0, 3.0, 6.0  # wanted seconds: of all, the median, p95
WAITS = ("join", "noticed", "on screen", "answer", "first point", "state poll", "room poll")
WAITS_ALONE = ("knob", "Train", "first point", "page change", "reload")


class Pupil(Learner):
    """A learner in a class: polls it as the strip does, and reruns the page when it has changed."""

    async def take_part(self, code: str, arrives: float, lesson: "Lesson") -> None:
        """Comes in by the code, follows the teacher, trains and answers, until cancelled."""
        await asyncio.sleep(arrives)
        async with browser() as self.http:
            try:
                with self.measured.timed("join"):
                    self.tab = await Tab(self.http, self.server).open()
                    await self.tab.go("Class")
                    self.tab.fill("join_code", code)
                    self.tab.fill("join_name", f"Learner {self.number}")
                    await self.tab.press("Join")
                    state = self.tab.data("class_poll")["state"]
                lesson.joined += 1
                await self._follow(state, lesson)
            except Exception as error:
                self.measured.errors[f"{type(error).__name__}: {error}"[:200]] += 1

    async def _follow(self, state: str, lesson: "Lesson") -> None:
        done: set[str] = set()
        while True:
            await asyncio.sleep(POLL)
            ticket = self.tab.data("class_poll")["ticket"]
            address = f"{self.server}/api/class/{ticket}/state?known={state}"
            with self.measured.timed("state poll"):
                async with self.http.get(address) as response:
                    response.raise_for_status()
                    told = await response.json()
            if told["state"] == state:
                continue
            act, began = lesson.act, lesson.began
            if act not in done:
                self.measured.seconds["noticed"].append(time.perf_counter() - began)
            await self.tab.say("class_poll", "changed", told["state"])
            state = self.tab.data("class_poll")["state"]
            if act not in done:
                self.measured.seconds["on screen"].append(time.perf_counter() - began)
                done.add(act)
                lesson.followed[act] += 1
                await self._do(act, began)

    async def work_alone(self, until: float) -> None:
        """Trains and looks around, as a learner of no class does."""
        self.cache: set[str] = set()
        try:
            await self._choose()
            while time.monotonic() < until:
                await self._train()
                await self._look_around()
        except Exception as error:
            self.measured.errors[f"alone: {type(error).__name__}: {error}"[:200]] += 1

    async def _do(self, act: str, began: float) -> None:
        if act.startswith("ask"):
            await asyncio.sleep(self.random.uniform(0.5, 4.0))
            with self.measured.timed("answer"):
                await self.tab.press(self.random.choice(("It rises", "It falls and settles")))
        elif act.startswith("train"):
            watch = Watch(self, self.tab.data("live")["token"], began)
            self.watching = asyncio.create_task(self._watch(watch))

    async def _watch(self, watch: Watch) -> None:
        outcome = await watch.to_the_end()
        await self.tab.say("live", "ended", outcome)
        self._check(await watch.all_again(), watch.events)


class Lesson:
    """What the teacher is doing now, and who has followed."""

    def __init__(self) -> None:
        self.act, self.began, self.joined = "", 0.0, 0
        self.followed: Counter[str] = Counter()
        self.costs: dict[str, float] = {}  # seconds of the web process for a page, by act


async def watch_room(server: Server, secret: str, measured: Measured, sizes: list[int]) -> None:
    """The teacher's screen: one request a second."""
    async with browser() as http:
        tab = await Tab(http, server.address).open()
        await tab.visit("Class", f"teach={secret}")
        ticket, since = tab.data("room")["ticket"], ""
        while True:
            await asyncio.sleep(1.0)
            with measured.timed("room poll"):
                address = f"{server.address}/api/class/{ticket}/curves?since={since}"
                async with http.get(address) as response:
                    response.raise_for_status()
                    body = await response.read()
                    told: dict[str, Any] = await response.json()
            sizes.append(len(body))
            since = told["next"]


async def teach(learners: int, server: Server) -> None:
    """One class of so many learners; prints what was measured."""
    store, measured, lesson = Store(server.database), Measured(), Lesson()
    chance, sizes = random.Random(learners), []
    store.writer.ready.wait(30)
    class_id, secret = await asyncio.to_thread(store.classes.open, "load", "Load")
    view = store.classes.get(class_id)
    assert view
    pupils = [Pupil(number, server.address, measured) for number in range(learners)]
    tasks = [asyncio.create_task(server.measure())]
    tasks.append(asyncio.create_task(watch_room(server, secret, measured, sizes)))
    tasks += [
        asyncio.create_task(pupil.take_part(view.code, chance.uniform(0, ARRIVAL), lesson))
        for pupil in pupils
    ]
    await until(lambda: lesson.joined + measured.errors.total() >= learners, 2 * PATIENCE)

    async def act(name: str, change: Callable[[ClassState], ClassState]) -> None:
        spent = server.web_seconds()
        lesson.act, lesson.began = name, time.perf_counter()
        await asyncio.to_thread(store.classes.change, class_id, change)
        await until(lambda: lesson.followed[name] >= lesson.joined, PATIENCE)
        lesson.costs[name] = (server.web_seconds() - spent) / max(1, lesson.joined)

    for number, key in enumerate(PUSHES):
        spec = LESSON_BY_KEY[key].spec.model_dump(mode="json")
        await act(f"push {number}", lambda state, spec=spec: state.pushed(spec))
        await act(f"ask {number}", lambda state: state.asked(Question.of("regime")))
        await asyncio.sleep(8.0)
        await act(f"train {number}", ClassState.everybody_trains)
        await asyncio.sleep(15.0)
    before = {name: len(found) for name, found in measured.seconds.items()}
    ends = time.monotonic() + ALONE
    await asyncio.gather(*(pupil.work_alone(ends) for pupil in pupils if hasattr(pupil, "tab")))
    alone = {name: found[before.get(name, 0) :] for name, found in measured.seconds.items()}
    answers = Counter(answer.question for answer in store.members.answers(class_id))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    store.close()
    report(learners, measured, lesson, answers, sizes, server)
    report_alone(learners, alone)


async def until(condition: Callable[[], bool], seconds: float) -> None:
    """Waits until something holds, so many seconds at most."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        await asyncio.sleep(0.1)


def report(
    learners: int,
    measured: Measured,
    lesson: Lesson,
    answers: Counter[int],
    sizes: list[int],
    server: Server,
) -> None:
    """Everything that was measured of one class, as Markdown."""
    print(f"\n### A class of {learners}\n\n| wait | answers | p50 | p95 | worst |")
    print("|---|---:|---:|---:|---:|")
    for name in WAITS:
        if found := sorted(measured.seconds[name]):
            shown = " | ".join(f"{share(found, p):.2f} s" for p in (0.5, 0.95, 1.0))
            print(f"| {name} | {len(found)} | {shown} |")
    noticed, shown = sorted(measured.seconds["noticed"]), sorted(measured.seconds["on screen"])
    if noticed and shown:
        median, p95 = share(shown, 0.5), share(shown, 0.95)
        print(f"\n- noticed by every page within {NOTICED:g} s {sign(noticed[-1] <= NOTICED)}")
        print(f"- on screen: median {ON_SCREEN:g} s {sign(median <= ON_SCREEN)}", end="")
        print(f", p95 {ON_SCREEN_P95:g} s {sign(p95 <= ON_SCREEN_P95)}")
    costs = ", ".join(f"{act} {1000 * cost:.0f}" for act, cost in lesson.costs.items())
    print(f"- milliseconds of the web process for a page: {costs}")
    cores = sorted(use.web_cores for use in server.used)
    machine = sorted(use.all_cores for use in server.used)
    print(f"\n- joined: {lesson.joined}; followed each act: {sorted(lesson.followed.items())}")
    print(f"- answers kept of each question: {sorted(answers.items())} (of {lesson.joined})")
    print(f"- runs watched to the end: {measured.runs}; points lost: {measured.lost}")
    print(f"- answer of the room, largest: {max(sizes, default=0):,} bytes")
    usual, high = share(cores, 0.5), share(cores, 0.95)
    print(f"- cores of the web process, median, p95: {usual:.2f}, {high:.2f}")
    print(f"- cores of the whole machine, median: {share(machine, 0.5):.2f}")
    print(f"- errors: {measured.errors.total()}", flush=True)
    for error, count in measured.errors.most_common(8):
        print(f"  - {count} × {error}")


def report_alone(learners: int, seconds: dict[str, list[float]]) -> None:
    """What they waited for when they worked alone in their class."""
    print("\n| wait, alone | answers | p50 | p95 | worst | limit of p95 |")
    print("|---|---:|---:|---:|---:|---:|")
    for name in WAITS_ALONE:
        if found := sorted(seconds.get(name, [])):
            shown = " | ".join(f"{share(found, p):.2f} s" for p in (0.5, 0.95, 1.0))
            limit = LIMITS.get(learners, {}).get(name)
            kept = "" if limit is None else f"{limit:g} s {sign(share(found, 0.95) <= limit)}"
            print(f"| {name} | {len(found)} | {shown} | {kept} |", flush=True)


def sign(holds: bool) -> str:
    return "✓" if holds else "✗"


def run(learners: int, server: Server) -> None:
    """One class on a server of its own, which is ended behind it."""
    try:
        server.wait()
        asyncio.run(teach(learners, server))
    finally:
        server.end()
