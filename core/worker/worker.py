"""Trains many runs in turns: takes commands, sends replies, see `core.worker.messages`."""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..data.uploads import TableFinder, find_table
from ..events import Event, encode, failed
from ..lessons import LESSONS
from ..settings import settings
from ..spec import Spec
from ..sweep.shard import Shard
from ..sweep.spec import SweepSpec
from ..system import limit_memory_growth
from ..training.failure import in_words, plain_reason
from .background_tasks import BackgroundTasks
from .messages import Command, Reply
from .run_job import TICK_SECONDS, RunJob
from .searches import Searches
from .sweep_job import SweepJob
from .theory_tasks import TheoryTasks

MAX_TICK_SECONDS = 0.3  # just under a live chart's poll interval
TICK_SECONDS_PER_JOB = 0.008  # each call of a program costs a millisecond or so
PREPARE_THREADS = 3  # jobs that read and prepare their table at once
COMPILE_THREADS = 2  # jobs that compile at once; those whose program is compiled do not queue here
IDLE_SECONDS = 3600.0  # longest wait for a command where no job is due

Job = RunJob | SweepJob


class Worker:
    """A scheduler of jobs: the next turn is given to the due job that has used least time.

    Tables are prepared and programs are compiled in threads, so that the jobs that train go on.

    Args:
        write: Takes replies as whole lines, from any thread, one call at a time.
        find_table: Gives the table behind a source.

    Attributes:
        jobs: By token.
        commands: To be handled between turns; None ends the worker.
        background: Precompiles and diagnoses.
        searches: For remedies.
        theory: Predicts what a page must not.
    """

    def __init__(self, write: Callable[[bytes], Any], find_table: TableFinder = find_table):
        self.jobs: dict[str, Job] = {}
        self.commands: queue.Queue[Command | None] = queue.Queue()
        self._write, self._find_table = write, find_table
        self._write_lock = threading.Lock()
        self._prepare_pool = ThreadPoolExecutor(PREPARE_THREADS)
        self._compile_pool = ThreadPoolExecutor(COMPILE_THREADS)
        self.background = BackgroundTasks(self.send, find_table)
        self._idle = threading.Event()
        self.searches = Searches(self.send, find_table, self._idle)
        self.theory = TheoryTasks(self.send, find_table, self._idle)

    def send(self, *replies: Reply) -> None:
        """Writes replies together; from any thread."""
        with self._write_lock:
            self._write(b"".join(reply.to_line() + b"\n" for reply in replies))

    def send_events(self, job: Job, events: list[Event]) -> None:
        """Sends a job's events, and its checkpoint where its last turn made one."""
        replies = [Reply("event", job.token, encode(event)) for event in events]
        if checkpoint := job.take_checkpoint():
            replies.append(Reply("checkpoint", job.token, checkpoint))
        if replies:
            self.send(*replies)

    def serve(self) -> None:
        """Sends `ready` and runs in limited memory until the commands end."""
        limit_memory_growth(settings().worker_megabytes)
        self.send(Reply("ready"))
        self.background.precompile(LESSONS[0].spec)  # most learners' first run
        self.run()

    def run(self) -> None:
        """Handles commands and gives turns until the commands end."""
        while True:
            now = time.monotonic()
            runnable = [job for job in self.jobs.values() if job.ready and not job.paused]
            due = [job for job in runnable if job.due_at <= now]
            (self._idle.clear if due else self._idle.set)()
            timeout = min((job.due_at - now for job in runnable), default=IDLE_SECONDS)
            try:
                command = self.commands.get(block=not due, timeout=None if due else timeout)
            except queue.Empty:
                command = {}
            if command is None:
                return
            if command.get("do"):
                self.handle(command)
            elif due:
                self.run_turn(min(due, key=lambda job: job.used_seconds))

    def handle(self, command: Command) -> None:
        """Carries out a command; one about a job that has ended has no effect."""
        match command["do"]:
            case "start":
                self._add(command)
            case "ping":
                self._answer_ping()
            case "precompile":
                self.background.precompile(Spec.of(command["spec"]))
            case "diagnose":
                spec = Spec.of(command["spec"])
                self.background.diagnose(command["token"], spec, command["events"])
            case "search":
                self.searches.start(command)
            case "theory":
                self.theory.start(command)
            case "cancel":
                self.searches.cancel(command["token"])
                self.theory.cancel(command["token"])
            case "drop":
                if job := self.jobs.pop(command["token"], None):
                    job.dropped = True
            case do:
                if job := self.jobs.get(command["token"]):
                    job.handle(command)
                    if do == "pause" and job.ready:
                        self.send(Reply("paused", job.token))

    def _answer_ping(self) -> None:
        """A worker that gives no answer is replaced, and what it was asked is asked again."""
        now = time.monotonic()
        if not (self.searches.hangs(now) or self.theory.hangs(now)):
            self.send(Reply("pong"))

    def run_turn(self, job: Job) -> None:
        """Gives a job one turn; a job that has ended is removed."""
        tick = min(MAX_TICK_SECONDS, max(TICK_SECONDS, TICK_SECONDS_PER_JOB * len(self.jobs)))
        events = self._next_events(job, tick)
        if events is None:
            del self.jobs[job.token]
        else:
            self.send_events(job, events)
            if job.paused and not job.dropped:
                self.send(Reply("paused", job.token))

    def _add(self, command: Command) -> None:
        """A new job begins level with the job that has used least time."""
        used = min((job.used_seconds for job in self.jobs.values()), default=0.0)
        token, job = command["token"], None
        if command.get("axes"):
            sweep = SweepSpec.of({"spec": command["spec"], "axes": command["axes"]})
            job = SweepJob(token, sweep, used, Shard.model_validate(command["shard"]))
        else:
            job = RunJob(
                token,
                Spec.of(command["spec"]),
                command["pace"],
                used,
                command.get("checkpoint", "").encode(),
                command.get("replay_steps", 0),
                command.get("even", False),
                command.get("advance"),
            )
        self.jobs[token] = job
        self._prepare_pool.submit(self._prepare, job)

    def _prepare(self, job: Job) -> None:
        try:
            events = job.prepare(self._find_table)
        except Exception as error:
            self.jobs.pop(job.token, None)
            events, job.dropped = [failed(in_words(error, "The run could not start."))], True
        job.pace.checkpoint = b""  # it was restored from
        self.send_events(job, events)
        if job.dropped:
            return
        if job.pace.cold:
            self._compile_pool.submit(self._compile, job)
        else:
            self._schedule(job)

    def _compile(self, job: Job) -> None:
        """Takes the first turn of a job, which compiles its program."""
        if not (job.paused or job.pace.stop or job.dropped):
            self.send_events(job, self._next_events(job) or [])
        if not job.dropped:
            self._schedule(job)

    def _schedule(self, job: Job) -> None:
        job.ready = True
        if job.paused:  # by a command before, or behind the steps that its first turn was to take
            self.send(Reply("paused", job.token))
        self.commands.put({})  # wakes `run`

    def _next_events(self, job: Job, tick: float = TICK_SECONDS) -> list[Event] | None:
        """The events of a job's next turn; an error in it ends that job alone."""
        try:
            return job.turn(tick)
        except Exception as error:
            self.jobs.pop(job.token, None)
            job.dropped, job.pace.checkpoint = True, b""
            return [failed(plain_reason(error))]
