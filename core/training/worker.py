"""A worker process: takes orders as JSON lines, trains many runs in turns, tells their events.

Started as `python -m core.training.worker`. Orders come on standard input, one JSON object a line
with `do` and `token`: `start` (with `spec`, `pace` and, for a sweep, `axes`), `pause`, `resume`,
`advance` (with `steps` or `epochs`), `pace` (with `pace`), `stop`. Answers go to standard output,
one a line: `ready`, or `<token> <event as JSON>`.
"""

import contextlib
import os
import queue
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

import orjson

from core.data.prepare import prepare
from core.data.uploads import find_table
from core.errors import InputError
from core.events import Event, encode, failed
from core.lessons import LESSONS
from core.spec import Spec
from core.sweep.job import SweepJob
from core.sweep.spec import SweepSpec
from core.training.trainer import Pace, turns

TICK_SECONDS = 0.1  # a paced run takes its steps this often, or one by one where slower
WARM_UPS = 3  # runs that prepare or compile at once, beside the ones that train


class Job:
    """One run in a worker: its turns, and when the next one is due.

    Attributes:
        ready: Whether its data is prepared and its program compiled.
        used: Seconds of work it has had; the run that had least goes next.
        due: Clock time before which it does not go on.
        ahead: Steps and epochs that it was told to advance, until its next turn sees to it.
        until: The step at which it pauses again, if it was told to advance only so far.
    """

    def __init__(self, token: str, spec: Spec, epochs_per_second: float | None, used: float):
        self.token, self.spec, self.used = token, spec, used
        self.pace = Pace()
        self.epochs_per_second = epochs_per_second
        self.ready = self.paused = False
        self.due = 0.0
        self.ahead: tuple[int, int] | None = None
        self.until: int | None = None
        self._turns: Iterator[list[Event]] = iter(())

    def prepare(self) -> list[Event]:
        """Reads and prepares the table; returns what the run's beginning tells."""
        spec = self.spec
        data = prepare(find_table(spec.data.source), spec.data, spec.scaling, spec.training.seed)
        self._turns = turns(spec, data, self.pace)
        return next(self._turns)

    def turn(self) -> list[Event] | None:
        """The events of the next turn, or None behind the last one."""
        steps = None
        if self.ahead:
            self.until, self.ahead = self._goal(*self.ahead), None
        if self.until is not None:
            steps = self.until - self.pace.taken
        elif self.epochs_per_second is not None:
            per_second = self.epochs_per_second * self.pace.steps_per_epoch
            steps = max(1, round(per_second * TICK_SECONDS))
            self.due = max(self.due, time.monotonic() - TICK_SECONDS) + steps / per_second
        self.pace.steps, self.pace.snapshot = steps, steps == 1
        began = time.monotonic()
        events = next(self._turns, None)
        self.used += time.monotonic() - began
        if self.until is not None and self.pace.taken >= self.until:
            self.until, self.paused = None, True
        return events

    def obey(self, order: dict[str, Any]) -> None:
        """Carries out an order about this run."""
        match order["do"]:
            case "pause":
                self.paused, self.ahead, self.until = True, None, None
            case "resume":
                self.paused, self.ahead, self.until, self.due = False, None, None, 0.0
            case "pace":
                self.epochs_per_second, self.due = order["pace"], 0.0
            case "advance":
                self.ahead = order.get("steps", 0), order.get("epochs", 0)
                self.paused, self.due = False, 0.0
            case "stop":
                self.pace.stop, self.paused, self.due = True, False, 0.0

    def _goal(self, steps: int, epochs: int) -> int:
        """The step to advance to; only a run that has begun knows how long its epochs are."""
        taken, per_epoch = self.pace.taken, self.pace.steps_per_epoch
        return (taken // per_epoch + epochs) * per_epoch if epochs else taken + steps


class Worker:
    """Drives jobs, the one that had least time first; answers orders between turns.

    Args:
        answers: Where events are written, line by line.
    """

    def __init__(self, answers: BinaryIO):
        self.jobs: dict[str, Job | SweepJob] = {}
        self.orders: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._answers = answers
        self._writing = threading.Lock()
        self._warming = ThreadPoolExecutor(WARM_UPS)

    def say(self, line: bytes) -> None:
        """Writes one line; from any thread."""
        with self._writing:
            self._answers.write(line + b"\n")
            self._answers.flush()

    def tell(self, job: Job | SweepJob, events: list[Event]) -> None:
        """Writes a run's events."""
        lines = [job.token.encode() + b" " + encode(event) for event in events]
        if lines:
            self.say(b"\n".join(lines))

    def rehearse(self) -> None:
        """Compiles the first lesson's program beforehand: most learners' first run."""
        job = Job("", LESSONS[0].spec, None, 0.0)
        job.prepare()
        job.turn()

    def run(self) -> None:
        """Works until the orders end."""
        while True:
            now = time.monotonic()
            able = [job for job in self.jobs.values() if job.ready and not job.paused]
            due = [job for job in able if job.due <= now]
            wait = None if due else min((job.due - now for job in able), default=3600.0)
            try:
                order = self.orders.get(block=wait is not None, timeout=wait)
            except queue.Empty:
                order = {}
            if order is None:
                return
            if order.get("do"):
                self.carry_out(order)
            elif due:
                self.take_turn(min(due, key=lambda job: job.used))

    def carry_out(self, order: dict[str, Any]) -> None:
        """Starts a run, or hands an order to the run it is about; late orders are let go."""
        if order["do"] == "start":
            least = min((job.used for job in self.jobs.values()), default=0.0)
            if order["axes"]:
                sweep = SweepSpec.of({"spec": order["spec"], "axes": order["axes"]})
                job = SweepJob(order["token"], sweep, least)
            else:
                job = Job(order["token"], Spec.of(order["spec"]), order["pace"], least)
            self.jobs[job.token] = job
            self._warming.submit(self.warm_up, job)
        elif job := self.jobs.get(order["token"]):
            job.obey(order)

    def warm_up(self, job: Job | SweepJob) -> None:
        """Prepares a run and takes its first turn, which may compile: beside the others."""
        try:
            self.tell(job, job.prepare())
            if not (job.paused or job.pace.stop):
                self.tell(job, job.turn() or [])
        except Exception as error:
            reason = str(error) if isinstance(error, InputError) else "The run could not start."
            self.tell(job, [failed(reason)])
            job.pace.stop = True
        job.ready = True
        self.orders.put({})

    def take_turn(self, job: Job | SweepJob) -> None:
        """Gives one run its turn; a run behind its end is forgotten."""
        events = job.turn()
        if events is None:
            del self.jobs[job.token]
        else:
            self.tell(job, events)


def main() -> None:
    """Reads orders until standard input ends, which is when the web process is gone."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers
    with contextlib.suppress(OSError):
        os.nice(5)  # pages come before training
    worker = Worker(answers)

    def listen() -> None:
        for line in sys.stdin.buffer:
            worker.orders.put(orjson.loads(line))
        worker.orders.put(None)

    threading.Thread(target=listen, daemon=True).start()
    worker.say(b"ready")
    threading.Thread(target=worker.rehearse, daemon=True).start()
    worker.run()
    os._exit(0)


if __name__ == "__main__":
    main()
