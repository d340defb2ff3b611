"""A worker process: takes orders as JSON lines, trains many runs in turns, tells their events.

Started as `python -m core.training.worker`. Orders come on standard input, one JSON object a line
with `do` and `token`: `start` (with `spec`, `pace`, and the `checkpoint` to go on from, if any; for
a part of a sweep with `spec`, `axes` and `part`), `pause`, `resume`, `advance` (with `steps` or
`epochs`), `pace` (with `pace`), `stop` (with `why`), `leave`; `rehearse` has a `spec` and no token.
Answers go to standard output, one a line: `ready`, `<token> <event as JSON>`, `<token>
!<checkpoint>`, which holds all told before it, or `<token> =`: the run is paused, and stands still.
"""

import contextlib
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson

from core.data.prepare import prepare
from core.data.uploads import TableFinder, find_table
from core.errors import InputError
from core.events import Event, encode, failed
from core.lessons import LESSONS
from core.limits import check_size
from core.settings import settings
from core.spec import Spec
from core.sweep.job import SweepJob
from core.sweep.part import Part
from core.sweep.spec import SweepSpec
from core.training.memory import NO_MEMORY, bound_memory
from core.training.run_log import HALTED
from core.training.trainer import Pace, turns

TICK_SECONDS = 0.1  # a paced run takes its steps this often, or one by one where slower
LONGEST_TICK = 0.3  # the same in a crowd: just under a live chart's interval
CROWD = 0.01  # seconds of tick for every run of the worker: each call costs a millisecond or so
PREPARING = 3  # runs that read and prepare their table at once, beside the ones that train
COMPILING = 2  # runs that compile at once; runs of known structure do not queue behind them
REHEARSALS = 4  # that wait; with more, learners only play with their knobs
KEEP_SECONDS = 2.0  # between two checkpoints of a run


class Job:
    """One run in a worker: its turns, and when the next one is due.

    Attributes:
        ready: Whether its data is prepared and its program compiled.
        used: Seconds of work it has had; the run that had least goes next.
        due: Clock time before which it does not go on.
        ahead: Steps and epochs that it was told to advance, until its next turn sees to it.
        until: The step at which it pauses again, if it was told to advance only so far.
        left: Whether it was told to leave.
    """

    def __init__(
        self,
        token: str,
        spec: Spec,
        epochs_per_second: float | None,
        used: float,
        checkpoint: bytes = b"",
    ):
        self.token, self.spec, self.used = token, spec, used
        self.pace = Pace(checkpoint=checkpoint)
        self.epochs_per_second = epochs_per_second
        self.ready = self.paused = self.left = False
        self.due = 0.0
        self.keeps = time.monotonic() + KEEP_SECONDS
        self.ahead: tuple[int, int] | None = None
        self.until: int | None = None
        self._turns: Iterator[list[Event]] = iter(())

    def prepare(self, find_table: TableFinder) -> list[Event]:
        """Reads and prepares the table; returns what the run's beginning tells."""
        spec = self.spec
        data = prepare(find_table(spec.data.source), spec.data, spec.scaling, spec.training.seed)
        check_size(*data.x_raw_train.shape)
        self._turns = turns(spec, data, self.pace)
        return next(self._turns)

    def turn(self, tick: float = TICK_SECONDS) -> list[Event] | None:
        """The events of the next turn, or None behind the last one.

        Args:
            tick: Seconds of a paced run's own time that one turn makes up for.
        """
        steps = None
        if self.ahead:
            self.until, self.ahead = self._goal(*self.ahead), None
        if self.until is not None:
            steps = self.until - self.pace.taken
        elif self.epochs_per_second is not None:
            per_second = self.epochs_per_second * self.pace.steps_per_epoch
            steps = max(1, round(per_second * tick))
            self.due = max(self.due, time.monotonic() - tick) + steps / per_second
        self.pace.steps, self.pace.snapshot = steps, steps == 1
        began = time.monotonic()
        self.pace.keep = began >= self.keeps
        events = next(self._turns, None)
        self.used += time.monotonic() - began
        if self.until is not None and self.pace.taken >= self.until:
            self.until, self.paused = None, True
        return events

    def checkpoint(self) -> bytes:
        """What the last turn kept; empty if it kept nothing."""
        if self.pace.checkpoint:
            self.keeps = time.monotonic() + KEEP_SECONDS
        return self.pace.checkpoint

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
                self.pace.why = order.get("why", self.pace.why)

    def _goal(self, steps: int, epochs: int) -> int:
        """The step to advance to; only a run that has begun knows how long its epochs are."""
        taken, per_epoch = self.pace.taken, self.pace.steps_per_epoch
        return (taken // per_epoch + epochs) * per_epoch if epochs else taken + steps


class Worker:
    """Drives jobs, the one that had least time first; answers orders between turns.

    Args:
        write: Takes what it says, in whole lines.
        find_table: Gives the table behind a source.
    """

    def __init__(self, write: Callable[[bytes], Any], find_table: TableFinder = find_table):
        self.jobs: dict[str, Job | SweepJob] = {}
        self.orders: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._write, self._find_table = write, find_table
        self._writing = threading.Lock()
        self._preparing = ThreadPoolExecutor(PREPARING)
        self._compiling = ThreadPoolExecutor(COMPILING)
        self._rehearsing = ThreadPoolExecutor(1)
        self._rehearsals = threading.BoundedSemaphore(REHEARSALS)

    def say(self, line: bytes) -> None:
        """Writes one line; from any thread."""
        with self._writing:
            self._write(line + b"\n")

    def tell(self, job: Job | SweepJob, events: list[Event]) -> None:
        """Writes a run's events, and what it goes on from if it must go on elsewhere."""
        lines = [job.token.encode() + b" " + encode(event) for event in events]
        if checkpoint := job.checkpoint():
            lines.append(job.token.encode() + b" !" + checkpoint)
        if lines:
            self.say(b"\n".join(lines))

    def rehearse(self, spec: Spec) -> None:
        """Compiles a spec's program beside all else, before its run is asked for."""

        def compile_it() -> None:
            try:
                job = Job("", spec, None, 0.0)
                with contextlib.suppress(Exception):  # its run will say what is wrong
                    job.prepare(self._find_table)
                    if job.pace.cold:
                        job.turn()
            finally:
                self._rehearsals.release()

        if self._rehearsals.acquire(blocking=False):
            self._rehearsing.submit(compile_it)

    def serve(self) -> None:
        """Says that it is ready, and works in bounded memory until the orders end."""
        bound_memory(settings().worker_megabytes)
        self.say(b"ready")
        self.rehearse(LESSONS[0].spec)  # most learners' first run
        self.run()

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
            if order.get("axes"):
                sweep = SweepSpec.of({"spec": order["spec"], "axes": order["axes"]})
                job = SweepJob(order["token"], sweep, least, Part.model_validate(order["part"]))
            else:
                spec, checkpoint = Spec.of(order["spec"]), order.get("checkpoint", "").encode()
                job = Job(order["token"], spec, order["pace"], least, checkpoint)
            self.jobs[job.token] = job
            self._preparing.submit(self.warm_up, job)
        elif order["do"] == "rehearse":
            self.rehearse(Spec.of(order["spec"]))
        elif order["do"] == "leave":
            if job := self.jobs.pop(order["token"], None):
                job.left = True
        elif job := self.jobs.get(order["token"]):
            job.obey(order)
            if order["do"] == "pause":
                self.say_halted(job)

    def warm_up(self, job: Job | SweepJob) -> None:
        """Prepares a run, beside the ones that train."""
        try:
            begun = job.prepare(self._find_table)
        except Exception as error:
            self.jobs.pop(job.token, None)
            begun, job.left = [failed(plain_start(error))], True
        job.pace.checkpoint = b""  # it has gone on from it
        self.tell(job, begun)
        if job.left:
            return
        if job.pace.cold:
            self._compiling.submit(self.compile, job)
        else:
            self.set_off(job)

    def compile(self, job: Job | SweepJob) -> None:
        """Takes the first turn of a run, which compiles its program, beside the ones that train."""
        if not (job.paused or job.pace.stop or job.left):
            self.tell(job, job.turn() or [])
        self.set_off(job)

    def set_off(self, job: Job | SweepJob) -> None:
        """Lets a run have its turns."""
        job.ready = True
        self.orders.put({})

    def take_turn(self, job: Job | SweepJob) -> None:
        """Gives one run its turn; a run behind its end is forgotten."""
        events = job.turn(min(LONGEST_TICK, max(TICK_SECONDS, CROWD * len(self.jobs))))
        if events is None:
            del self.jobs[job.token]
        else:
            self.tell(job, events)
            if job.paused:
                self.say_halted(job)

    def say_halted(self, job: Job | SweepJob) -> None:
        """Says that a run stands still, and that all it has to tell was told."""
        self.say(job.token.encode() + b" " + HALTED)


def plain_start(error: Exception) -> str:
    """Why a run could not start, for a learner."""
    if isinstance(error, MemoryError):
        return NO_MEMORY
    return str(error) if isinstance(error, InputError) else "The run could not start."


def main() -> None:
    """Reads orders until standard input ends, which is when the web process is gone."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers
    with contextlib.suppress(OSError):
        os.nice(5)  # pages come before training

    def write(lines: bytes) -> None:
        answers.write(lines)
        answers.flush()

    worker = Worker(write)

    def listen() -> None:
        for line in sys.stdin.buffer:
            worker.orders.put(orjson.loads(line))
        worker.orders.put(None)

    threading.Thread(target=listen, daemon=True).start()
    worker.serve()
    os._exit(0)


if __name__ == "__main__":
    main()
