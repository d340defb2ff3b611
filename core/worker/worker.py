"""A worker process: takes orders as JSON lines, trains many runs in turns, tells their events.

Started as `python -m core.worker.worker`. Orders come on standard input, one JSON object a line
with `do` and `token`: `start` (with `spec`, `pace`, and the `checkpoint` to go on from, if any; for
a part of a sweep with `spec`, `axes` and `part`), `pause`, `resume`, `advance` (with `steps` or
`epochs`), `pace` (with `pace`), `stop` (with `why`), `leave`; `rehearse` has a `spec` and no token;
`diagnose` has a `spec`, the run's `events`, and a token of its own.
Answers go to standard output, one a line: `ready`, `<token> <event as JSON>`, `<token>
!<checkpoint>`, which holds all told before it, `<token> =`: the run is paused, and stands still; or
`<token> ?<diagnosis as JSON>`, or what went wrong with it, as JSON too, under `error`.
"""

import contextlib
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson

from ..data.uploads import TableFinder, find_table
from ..events import Event, encode, failed
from ..lessons import LESSONS
from ..service.run_log import HALTED
from ..settings import settings
from ..spec import Spec
from ..sweep.shard import Part
from ..sweep.spec import SweepSpec
from ..system import bound_memory
from ..training.failure import in_words, plain_reason
from .background import Beside
from .run_job import TICK_SECONDS, Job
from .sweep_job import SweepJob

LONGEST_TICK = 0.3  # the same in a crowd: just under a live chart's interval
CROWD = 0.008  # seconds of tick for every run of the worker: each call costs a millisecond or so
PREPARING = 3  # runs that read and prepare their table at once, beside the ones that train
COMPILING = 2  # runs that compile at once; runs of known structure do not queue behind them


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
        self.beside = Beside(self.say, find_table)

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

    def serve(self) -> None:
        """Says that it is ready, and works in bounded memory until the orders end."""
        bound_memory(settings().worker_megabytes)
        self.say(b"ready")
        self.beside.rehearse(LESSONS[0].spec)  # most learners' first run
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
            self.beside.rehearse(Spec.of(order["spec"]))
        elif order["do"] == "diagnose":
            self.beside.diagnose(order["token"], Spec.of(order["spec"]), order["events"])
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
            begun, job.left = [failed(in_words(error, "The run could not start."))], True
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
            self.tell(job, self.turn_of(job) or [])
        if not job.left:
            self.set_off(job)

    def set_off(self, job: Job | SweepJob) -> None:
        """Lets a run have its turns."""
        job.ready = True
        self.orders.put({})

    def take_turn(self, job: Job | SweepJob) -> None:
        """Gives one run its turn; a run behind its end is forgotten."""
        events = self.turn_of(job, min(LONGEST_TICK, max(TICK_SECONDS, CROWD * len(self.jobs))))
        if events is None:
            del self.jobs[job.token]
        else:
            self.tell(job, events)
            if job.paused and not job.left:
                self.say_halted(job)

    def turn_of(self, job: Job | SweepJob, tick: float = TICK_SECONDS) -> list[Event] | None:
        """A job's next turn; an error in it ends that job, and not the others' worker."""
        try:
            return job.turn(tick)
        except Exception as error:
            self.jobs.pop(job.token, None)
            job.left, job.pace.checkpoint = True, b""
            return [failed(plain_reason(error))]

    def say_halted(self, job: Job | SweepJob) -> None:
        """Says that a run stands still, and that all it has to tell was told."""
        self.say(job.token.encode() + b" " + HALTED)


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
