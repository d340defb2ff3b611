"""Runs specs on workers: what pages and routes ask for, what workers and other servers report.

Lives in the web process and imports no TensorFlow. Pages and routes ask it by a run's token.
"""

import contextlib
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import cache
from typing import Any

from ..diagnosis.diagnosis import Diagnosis
from ..errors import InputError
from ..events import Event, encode, failed
from ..limits import check_run
from ..settings import settings
from ..spec import Spec
from ..store import Store, store
from ..sweep.spec import Axis, SweepSpec, axes_to_json
from ..system import missing
from ..worker.messages import Command
from .admission import Admission
from .mysteries import HiddenSpecs, refuse_sweep
from .process_launcher import launcher
from .remote_runs import RemoteRuns
from .request_queue import Request
from .requests import Requests
from .run_log import SHARD, RunLog, RunLogs, poll_answer
from .run_monitor import RunMonitor
from .scheduler import Scheduler
from .structured_log import log_run_ended
from .sweep_log import SweepLog
from .theory_requests import Part, Theory
from .worker_handle import WorkerHandle, WorkerListener
from .worker_pool import WorkerPool
from .worker_process import WorkerProcess

DIED = (
    "The worker process that trained this run ended unexpectedly, twice: it may need more memory "
    "than there is. Nothing else is lost: use fewer rows or features, and press Train again."
)
TOO_LONG = "Stopped: a run may take {minutes} minutes on this server."
MONITOR_SECONDS = 2.0  # between two checks of the workers and the live runs
STOP_SECONDS = 3.0  # in which a worker ends a stopped run; then the service does


class Service:
    """Runs specs on workers and keeps their events.

    A `WorkerListener`: its `on_…` methods are called by the workers' threads.

    Args:
        workers: How many workers to keep running.
        store: Keeps every run, and knows those that are no longer in memory; None for no store.
        clock: Seconds that never go back.
        start_worker: Starts a worker; None for a process of this machine.

    Attributes:
        outcomes: How many runs have ended, by outcome.
        worker_deaths: How many workers have exited.
    """

    def __init__(
        self,
        workers: int,
        store: Store | None = None,
        clock: Callable[[], float] = time.monotonic,
        start_worker: Callable[[WorkerListener], WorkerHandle] | None = None,
    ):
        self._store = store
        self._remote_runs = RemoteRuns(store, self._adopt) if store else None
        self._hidden_specs = HiddenSpecs(store)
        if store:
            store.subscribe(self._on_command, self._on_run_lost)
        self._lock = threading.RLock()
        self._run_ended = threading.Condition(self._lock)
        self._logs = RunLogs()
        self._closed = threading.Event()
        self._clock, self._monitor = clock, RunMonitor(clock)
        limits = settings()
        self._admission = Admission(
            limits.runs * max(1, workers),
            limits.runs_per_learner,
            limits.queue,
            limits.queue_per_learner,
        )
        self._requests = Requests(lambda: self.workers, store)
        self.outcomes: Counter[str] = Counter()
        self.worker_deaths = 0
        self._launcher = launcher()
        with self._lock:  # a worker that exits at once waits for the rest
            self._pool = WorkerPool(workers, lambda: (start_worker or self._start_process)(self))
            self._scheduler = Scheduler(self._logs, self._pool, self._admission)
        threading.Thread(target=self._check_runs_regularly, daemon=True).start()

    # for pages and routes

    def submit(
        self,
        spec: Spec,
        *,
        pace: float | None = None,
        instead_of: str | None = None,
        learner: str | None = None,
        axes: Sequence[Axis] = (),
        stored: bool = True,
        advance: dict[str, int] | None = None,
    ) -> str:
        """Starts a run, or a sweep along some axes, or queues it.

        Args:
            spec: What to run.
            pace: Epochs a second, None for as fast as it goes.
            instead_of: Token of the same learner's run that this one replaces.
            learner: Whose run it is; one learner's runs have their share of the places.
            axes: Of a sweep; none for a run.
            stored: Whether the store keeps it; a trial that nobody sees is not kept.
            advance: `steps` or `epochs` behind which the run pauses; None to go on. A command that
                follows would come behind steps that the run has taken by then.

        Returns:
            The run's token.

        Raises:
            InputError: If the run, or one of a sweep's, is longer than this server allows, or the
                queue is full; or if its mystery is not one that this learner may run.
        """
        sweep = SweepSpec(spec=spec, axes=tuple(axes)) if axes else None
        for each in sweep.specs if sweep else (spec,):
            check_run(each, pace)
        if sweep:
            refuse_sweep(sweep)
        self._hidden_specs.check(spec, learner)
        hidden = self._hidden_specs.of(spec)
        token = secrets.token_urlsafe(16)
        if instead_of:
            self.send_command(instead_of, "stop")
        with self._lock:
            self._admission.check_room(learner)
            self._requests.give_up_searches(learner)
            log = (SweepLog if axes else RunLog)(spec, pace, axes=axes, learner=learner)
            log.hidden, log.advance, log.paused = hidden, advance, advance is not None
            self._monitor.on_watched(log)
            self._logs[token] = log
            self._evict_logs()
            if self._store and stored:
                self._store.add_run(token, spec, pace, axes_to_json(axes))
                if advance:
                    self._store.record_command(token, {"do": "advance"} | advance)
            self._scheduler.enqueue(token)
        return token

    def precompile(self, spec: Spec) -> None:
        """Lets a worker compile the program of a spec, if none has done so.

        Called when the knobs change: compiled while the learner reads the prediction, the run
        begins at once when Train is pressed.

        Raises:
            InputError: If there is no such mystery.
        """
        hidden = self._hidden_specs.of(spec)
        with self._lock:
            self._scheduler.precompile(hidden or spec)

    def send_command(self, token: str, do: str, **details: Any) -> None:
        """Commands a run to `pause`, `resume`, `stop`, `advance` or change its `pace`.

        It has no effect on a run that has ended, or that is not known.
        """
        with self._lock:
            log = self._logs.get(token)
            if log is None and self._store:  # another server may have it
                self._store.send_command(token, {"do": do} | details)
            if log is None or log.ended:
                return
            if do == "pace":
                log.pace = details["pace"]  # which leaves a paused run paused
            elif do == "stop":
                log.stop_reason = details.get("why", "Stopped by hand.")
                log.stop_at = self._clock()
            else:
                log.paused, log.pause_confirmed = do in ("pause", "advance"), False
                log.advance = log.advance if do == "advance" else None
            if self._store:
                self._store.record_command(token, {"do": do} | details)
            self._scheduler.send(log, do, **details)
            if do == "stop" and not log.workers:
                self._append(token, log, encode(log.stopped_event()))

    def log(self, token: str) -> RunLog:
        """A run's log. The caller counts as watching: an idle or suspended run goes on.

        Raises:
            InputError: If no run has this token.
        """
        log = self._logs.get(token)
        if log is None and self._remote_runs:
            log = self._remote_runs.log(token)
        if log is None:
            raise InputError("This run is not known here: it is no longer kept, or never was.")
        self._monitor.on_watched(log)
        if log.idle or log.suspended:
            with self._lock:
                self._scheduler.wake(token, log)
        return log

    def sources_in_use(self) -> set[str]:
        """The tables of the runs that have not ended."""
        with self._lock:
            return {log.spec.data.source for log in self._logs.values() if not log.ended}

    def in_memory(self, token: str) -> bool:
        """Whether a run's log is in memory, so that the store need not be read."""
        return token in self._logs or self._requests.has_ended(token) is not None

    def wait(self, token: str, seconds: float) -> bool:
        """Waits until a run has ended; False on timeout.

        Raises:
            InputError: If no run has this token.
        """
        log = self.log(token)
        with self._run_ended:
            return self._run_ended.wait_for(lambda: log.ended, seconds)

    def discard(self, token: str) -> None:
        """Stops a run and removes its log from memory."""
        with self._lock:
            self.send_command(token, "stop")
            self._logs.pop(token, None)
            self._scheduler.release(token)

    def events(self, token: str) -> list[Event]:
        """All events of a run so far."""
        return self.log(token).decoded()

    def diagnosis(self, token: str) -> Future[Diagnosis]:
        """A worker's diagnosis of a run; that of an ended run is made once and kept.

        The future fails with `InputError` where none can be made: the run's table is gone.

        Raises:
            InputError: If no run has this token, or the run is of a mystery.
        """
        return self._requests.diagnosis(token, self.log(token))

    def search(self, token: str, diagnosis: Diagnosis, learner: str | None) -> str:
        """Lets a worker look for what would mend an ended run; see `diagnosis` for the result.

        Args:
            token: The run's.
            diagnosis: Its own.
            learner: Who asks; a run of theirs ends the search.

        Returns:
            The search's token, which can be polled as a run's: it ends when the search does.

        Raises:
            InputError: If no run has this token, or the run is of a mystery.
        """
        return self._requests.search(token, self.log(token), diagnosis, learner)

    def evidence(self, token: str, piece: str, learner: str) -> list[Event]:
        """What a piece of evidence shows of a mystery's run.

        Args:
            token: The run's.
            piece: As `core.classroom.play.PIECES` names it.
            learner: Who asks, and has bought it.

        Raises:
            InputError: If it is another learner's run, or the piece was not bought.
        """
        return self._hidden_specs.evidence(self.log(token), piece, learner)

    def theory(self, part: Part, spec: Spec, learner: str | None) -> Request[Theory]:
        """Lets a worker compute what a page must not of a table with many columns, once.

        Args:
            part: `outlook`: the prediction, the directions and the range test; `best line`.
            spec: Of the run.
            learner: Who asks; None where that is not known.

        Returns:
            Its `future` holds the answer, or fails with `InputError`; its `token` can be polled as
            a run's.
        """
        return self._requests.theory(part, spec, learner)

    def poll(
        self, token: str, since: int, brief: bool = False, learner: str | None = None
    ) -> bytes:
        """The JSON answer to a poll.

        Args:
            token: The run's.
            since: Number of the first event that is asked for.
            brief: Whether to leave out the probes' arrays.
            learner: Who asks, and may not see all of it; None for who may.

        Raises:
            InputError: If no run has this token.
        """
        answered = self._requests.has_ended(token)
        if answered is not None:
            return poll_answer([], 0, answered, "ended" if answered else "running", 0)
        log = self.log(token)
        lines = log.brief if brief else log.events
        if learner is not None and log.is_private_from(learner):
            lines = log.public()
        until = len(lines)
        if self._store and (durable := self._store.durable_count(token)) is not None:
            until = min(until, max(durable, since, log.shown))  # what is shown is never lost
        first = min(max(since, 0), until)
        log.shown = max(log.shown, until if first < until else 0)
        ended = log.ended and until == len(lines)
        elsewhere = not ended and self._logs.get(token) is not log
        following = max(until, since) if elsewhere else until  # its server may have told more
        state = log.state if self.ready or log.events else "warming"
        position = 0 if log.worker else self._admission.position(token)
        return poll_answer(lines[first:until], following, ended, state, position)

    @property
    def workers(self) -> list[WorkerHandle]:
        """Those that run now."""
        return self._pool.workers

    @property
    def ready(self) -> bool:
        """Whether at least one worker has imported TensorFlow."""
        return self._pool.ready

    def health(self) -> dict[str, Any]:
        """Counts for `/api/health` and `/api/metrics`."""
        store = self._store.state if self._store else "none"
        with self._lock:
            status = "ok" if self.ready or not self.workers else "starting"
            return {
                "status": "degraded" if store == "unreachable" else status,
                "engine": settings().engine,
                "workers": len(self.workers),
                "workers_ready": sum(worker.ready.is_set() for worker in self.workers),
                "worker_deaths": self.worker_deaths,
                "runs": len(self._logs),
                "runs_live": sum(not log.ended for log in self._logs.values()),
                "runs_training": self._admission.running,
                "queue": len(self._admission),
                "log_bytes": self._logs.size,
                "store": store,
                "missing": missing(),
            }

    def close(self) -> None:
        """Ends every worker."""
        self._closed.set()
        self._requests.close()
        self._pool.terminate()
        self._launcher.close()

    def _start_process(self, listener: WorkerListener) -> WorkerHandle:
        return WorkerProcess(listener, self._launcher)

    # for workers

    def on_event(self, token: str, event: bytes) -> None:
        """Appends an event of a run, or of a shard of a sweep."""
        with self._lock:
            job, token = token, token.partition(SHARD)[0]
            log = self._logs.get(token)
            if log is not None and job in log.workers and (merged := log.merge(job, event)):
                self._append(token, log, merged)

    def on_paused(self, token: str) -> None:
        """Notes that a paused run stands still."""
        with self._lock:
            if log := self._logs.get(token.partition(SHARD)[0]):
                log.pause_confirmed, log.advance = True, None

    def on_checkpoint(self, token: str, checkpoint: bytes) -> None:
        """Keeps what a run is restored from, should its worker exit."""
        with self._lock:
            log = self._logs.get(token)
            if log is not None and log.worker and log.save_checkpoint(checkpoint) and self._store:
                self._store.save_checkpoint(token, log.checkpoint_events, checkpoint)

    def on_answer(self, token: str, answer: bytes) -> None:
        """Passes on the answer to a request for a diagnosis, for remedies or for theory."""
        self._requests.on_answer(token, answer)

    def on_exit(self, worker: WorkerHandle) -> None:
        """Replaces a worker that has exited; others restore its runs from their checkpoints."""
        with self._lock:
            if self._closed.is_set():
                return
            self.worker_deaths += 1
            self._pool.replace(worker)
            self._requests.on_exit(worker)
            for token, log in self._scheduler.restart_jobs_of(worker):
                event = log.stopped_event() if log.stop_reason else failed(DIED)
                self._append(token, log, encode(event))

    # for the monitor's thread

    def check_runs(self) -> None:
        """Replaces workers that hang, ends runs that do not stop, does what the monitor says."""
        with self._lock:
            now = self._clock()
            self._pool.kill_hung(now)
            self._scheduler.move_unplaced()
            for token, log in list(self._logs.items()):
                if log.stop_reason and not log.ended and now - log.stop_at > STOP_SECONDS:
                    self._append(token, log, encode(log.stopped_event()))
            for token, action in self._monitor.check(self._logs):
                match action:
                    case "stop":
                        why = TOO_LONG.format(minutes=settings().run_minutes)
                        self.send_command(token, "stop", why=why)
                    case "suspend":
                        self._scheduler.suspend(token, self._logs[token])
                    case "pause":
                        self._scheduler.pause_idle(self._logs[token])
                    case "forget":
                        self._forget(token)

    def _check_runs_regularly(self) -> None:
        while not self._closed.wait(MONITOR_SECONDS):
            self.check_runs()

    def _append(self, token: str, log: RunLog, event: bytes) -> None:
        """Appends an event; a run that has ended gives its place free."""
        if not log.append(event):
            return
        if self._store:
            self._store.append_event(token, event)
        if log.ended:
            self.outcomes[log_run_ended(log)] += 1
            log.checkpoint, log.replayed = b"", set()
            self._scheduler.drop(log)
            self._scheduler.release(token)
            self._run_ended.notify_all()

    def _forget(self, token: str) -> None:
        """Removes an ended run's log from memory, if it can be read from the store again."""
        if self._store and self._store.state == "ok":
            del self._logs[token]

    def _evict_logs(self) -> None:
        self._logs.evict(settings().log_megabytes * 1_000_000)

    # for other servers

    def _adopt(self, token: str, log: RunLog) -> RunLog:
        """Takes in a run from the store, and restarts it here if it has not ended."""
        with contextlib.suppress(InputError):  # a mystery that was deleted: the worker says so
            log.hidden = None if log.ended else self._hidden_specs.of(log.spec)
        with self._lock:
            log = self._logs.setdefault(token, log)
            if not (log.ended or log.worker or self._admission.position(token)):
                self._scheduler.enqueue(token)
            self._evict_logs()
        return log

    def _on_command(self, token: str, command: Command) -> None:
        """Carries out a command that another server's learner gave."""
        with contextlib.suppress(InputError):
            self.log(token)  # it is watched
            if command["do"] != "watch":
                self.send_command(token, **command)

    def _on_run_lost(self, token: str) -> None:
        """Drops a run that another server has taken over, because it held this one to be gone."""
        with self._lock:
            if log := self._logs.pop(token, None):
                self._scheduler.suspend(token, log)


@cache
def service() -> Service:
    """This process' service, started at first use."""
    if settings().engine == "ray":
        from .ray_worker import RayWorker, join_cluster

        return Service(join_cluster(), store(), start_worker=RayWorker)
    return Service(settings().workers, store())
