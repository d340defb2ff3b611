"""Who trains what, where: worker processes, their runs, and the runs' event logs.

Lives in the web process and imports no TensorFlow. A page or a route asks it by a run's token.
"""

import contextlib
import os
import secrets
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from core.errors import InputError
from core.events import Event, decode, encode, failed
from core.settings import settings
from core.spec import Spec
from core.store import Store, store
from core.sweep.spec import Axis

ROOT = Path(__file__).parents[2]
DIED = (
    "The worker process that trained this run ended unexpectedly. Nothing else is lost: "
    "press Train to run it again."
)
BULKY = ("rows", "features", "targets", "outputs", "gradients", "weights_before", "weights_after")
AFFINITY = 2  # runs more than elsewhere that a worker which knows the structure may have


@dataclass
class RunLog:
    """What is known of one run: its events, as they go out.

    Attributes:
        spec: What it runs.
        events: One JSON text per event.
        brief: The same without the probes' arrays, which charts do not need.
        state: `waiting` (for a worker), `running`, `paused` or `ended`.
        pace: Epochs a second, None for as fast as it goes.
    """

    spec: Spec
    pace: float | None
    worker: "WorkerProcess | None" = None
    events: list[bytes] = field(default_factory=list)
    brief: list[bytes] = field(default_factory=list)
    paused: bool = False
    ended: bool = False
    size: int = 0

    @property
    def state(self) -> str:
        if self.ended:
            return "ended"
        if self.paused:
            return "paused"
        return "running" if self.events else "waiting"

    def decoded(self) -> list[Event]:
        """All events so far."""
        return [decode(line) for line in self.events]

    def add(self, line: bytes) -> None:
        """Adds one event as its worker told it."""
        brief = line
        if line.startswith(b'{"event":"probe"'):
            event = decode(line)
            brief = encode({k: v for k, v in event.items() if k not in BULKY})
        self.brief.append(brief)
        self.events.append(line)
        self.size += len(line) + len(brief)
        self.ended = self.ended or line.startswith(b'{"event":"run_ended"')


class WorkerProcess:
    """One worker, as the service sees it.

    Attributes:
        ready: Set once it has imported TensorFlow.
        structures: Specs without their numbers that it has compiled already.
    """

    def __init__(self, service: "Service"):
        threads = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
        quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.training.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=os.environ | threads | quiet | {"OMP_NUM_THREADS": "1"},
        )
        self.pid = self._process.pid
        self.ready = threading.Event()
        self.structures: set[str] = set()
        self._service = service
        threading.Thread(target=self._listen, daemon=True).start()

    def order(self, **order: Any) -> None:
        """Sends an order; a worker that has died is found out by its listener."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(orjson.dumps(order) + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):  # ValueError: its listener has closed the pipe
            return

    def end(self) -> None:
        """Ends the process and waits for it."""
        self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            token, _, event = line.rstrip(b"\n").partition(b" ")
            if event:
                self._service.told(token.decode(), event)
            else:
                self.ready.set()
        self._process.wait()
        self._process.stdout.close()
        with contextlib.suppress(OSError):  # an order that did not reach the process
            self._process.stdin.close()
        self._service.died(self)


class Service:
    """Runs specs on worker processes and keeps what they tell.

    Args:
        workers: How many worker processes to keep.
        store: Hears of every run, and knows those that are no longer in memory; None to keep none.
    """

    def __init__(self, workers: int, store: Store | None = None):
        self._store = store
        self._lock = threading.RLock()
        self._logs: OrderedDict[str, RunLog] = OrderedDict()
        self._closed = False
        self.workers = [WorkerProcess(self) for _ in range(workers)]

    def train(
        self,
        spec: Spec,
        *,
        pace: float | None = None,
        instead_of: str | None = None,
        axes: Sequence[Axis] = (),
    ) -> str:
        """Starts a run, or a sweep along some axes.

        Args:
            spec: What to run.
            pace: Epochs a second, None for as fast as it goes.
            instead_of: Token of the same learner's run that this one replaces.
            axes: Of a sweep; none for a run.

        Returns:
            The run's token.
        """
        if instead_of:
            self.order(instead_of, "stop")
        token = secrets.token_urlsafe(16)
        structure = structure_of(spec)
        with self._lock:
            worker = self._choose(structure)
            worker.structures.add(structure)
            self._logs[token] = RunLog(spec, pace, worker)
            self._forget_oldest()
            if self._store and not axes:  # a sweep is no run, and is not kept
                self._store.started(token, spec)
            values = spec.model_dump(mode="json")
            along = [axis.model_dump(mode="json") for axis in axes]
            worker.order(do="start", token=token, spec=values, pace=pace, axes=along)
        return token

    def order(self, token: str, do: str, **details: Any) -> None:
        """Tells a run to `pause`, `resume`, `stop`, `advance` or change its `pace`.

        An order to a run that has ended, or is not known, has no effect.
        """
        with self._lock:
            log = self._logs.get(token)
            if log is None or log.ended or log.worker is None:
                return
            if do == "pace":
                log.pace = details["pace"]  # which leaves a paused run paused
            else:
                log.paused = do in ("pause", "advance")
            log.worker.order(do=do, token=token, **details)

    def log(self, token: str) -> RunLog:
        """What is known of a run.

        Raises:
            InputError: If no run has this token.
        """
        log = self._logs.get(token) or self._recalled(token)
        if log is None:
            raise InputError("This run is not known here: it is no longer kept, or never was.")
        return log

    def in_memory(self, token: str) -> bool:
        """Whether a run can be told of at once, without asking the store."""
        return token in self._logs

    def forget(self, token: str) -> None:
        """Stops a run and lets go of what is known of it."""
        self.order(token, "stop")
        with self._lock:
            self._logs.pop(token, None)

    def events(self, token: str) -> list[Event]:
        """All events of a run so far."""
        return self.log(token).decoded()

    def answer(self, token: str, since: int, brief: bool = False) -> bytes:
        """The JSON answer to a poll: events from number `since` on."""
        log = self.log(token)
        lines = log.brief if brief else log.events
        until = len(lines)
        if self._store and (safe := self._store.safe(token)) is not None:
            until = min(until, max(safe, since))  # what is shown is never lost
        since = min(max(since, 0), until)
        ended = log.ended and until == len(lines)
        state = log.state if self.ready or log.events else "warming"
        return b'{"events":[%b],"next":%d,"ended":%b,"state":"%b"}' % (
            b",".join(lines[since:until]),
            until,
            b"true" if ended else b"false",
            state.encode(),
        )

    @property
    def ready(self) -> bool:
        """Whether at least one worker has imported TensorFlow."""
        return any(worker.ready.is_set() for worker in self.workers)

    def health(self) -> dict[str, Any]:
        """Counts for `/api/health`."""
        logs = list(self._logs.values())
        return {
            "status": "ok",
            "workers": len(self.workers),
            "workers_ready": sum(worker.ready.is_set() for worker in self.workers),
            "runs": len(logs),
            "runs_live": sum(not log.ended for log in logs),
        }

    def close(self) -> None:
        """Ends every worker."""
        self._closed = True
        for worker in self.workers:
            worker.end()

    def told(self, token: str, line: bytes) -> None:
        """Keeps one event that a worker told."""
        with self._lock:
            log = self._logs.get(token)
            if log is not None and not log.ended:
                self._add(token, log, line)

    def died(self, worker: WorkerProcess) -> None:
        """Replaces a worker that is gone and ends its runs with a plain reason."""
        with self._lock:
            if self._closed:
                return
            for token, log in self._logs.items():
                if log.worker is worker and not log.ended:
                    self._add(token, log, encode(failed(DIED)))
            self.workers[self.workers.index(worker)] = WorkerProcess(self)

    def _add(self, token: str, log: RunLog, line: bytes) -> None:
        log.add(line)
        if self._store:
            self._store.told(token, line)

    def _recalled(self, token: str) -> RunLog | None:
        """A run that the store knows; an ended one stays in memory from now on."""
        kept = self._store.recall(token) if self._store else None
        if kept is None:
            return None
        log = RunLog(kept.spec, None)
        for line in kept.lines:
            log.add(line)
        with self._lock:
            if log.ended:
                log = self._logs.setdefault(token, log)
                self._forget_oldest()
        return log

    def _choose(self, structure: str) -> WorkerProcess:
        """The worker with the fewest live runs, or one that knows the structure if not far off."""
        live = {id(worker): 0 for worker in self.workers}
        for log in self._logs.values():
            if not log.ended and id(log.worker) in live:
                live[id(log.worker)] += 1
        return min(
            self.workers,
            key=lambda worker: (
                not worker.ready.is_set() and self.ready,
                live[id(worker)] - AFFINITY * (structure in worker.structures),
            ),
        )

    def _forget_oldest(self) -> None:
        limit = settings().log_megabytes * 1_000_000
        total = sum(log.size for log in self._logs.values())
        for token, log in list(self._logs.items()):
            if total <= limit:
                return
            if log.ended:
                total -= log.size
                del self._logs[token]


def structure_of(spec: Spec) -> str:
    """A name for what a worker compiles for a spec; close enough to choose a worker by."""
    values = spec.model_dump(mode="json", exclude={"schedule", "scaling"})
    values["optimizer"]["learning_rate"] = values["model"]["initializer"] = None
    values["training"] = values["training"]["batch_size"]
    return orjson.dumps(values).decode()


@cache
def service() -> Service:
    """This process' service, started at first use."""
    return Service(settings().workers, store())
