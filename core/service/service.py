"""Who trains what, where: workers, their runs, and the runs' event logs.

Lives in the web process and imports no TensorFlow. A page or a route asks it by a run's token.
"""

import contextlib
import secrets
import threading
import time
from collections import Counter, OrderedDict
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
from ..sweep.spec import Axis, axes_to_json
from .admission import Admission
from .diagnosis_requests import Inquiries
from .remote_runs import Elsewhere
from .run_log import PART, RunLog
from .structured_log import write_line
from .sweep_log import SweepLog
from .worker_handle import Listener, RemoteWorker
from .worker_pool import Staff, structure_of
from .worker_process import WorkerProcess

DIED = (
    "The worker process that trained this run ended unexpectedly, twice: it may need more memory "
    "than there is. Nothing else is lost: use fewer rows or features, and press Train again."
)
FULL = (
    "The server is full: {waiting:,} runs wait for their turn, and no more may. "
    "Wait until some have ended, then press Train again."
)
TOO_LONG = "Stopped: a run may take {minutes} minutes on this server."
DEATHS = 2  # workers that may die with one run before it is held to be the reason
PATROL_SECONDS = 5.0  # between two looks at who is away and what takes too long


class Service:
    """Runs specs on workers and keeps what they tell.

    Args:
        workers: How many workers to keep.
        store: Hears of every run, and knows those that are no longer in memory; None to keep none.
        clock: Seconds that never go back.
        hire: Starts a worker; None for a process of this machine.
    """

    def __init__(
        self,
        workers: int,
        store: Store | None = None,
        clock: Callable[[], float] = time.monotonic,
        hire: Callable[[Listener], RemoteWorker] | None = None,
    ):
        self._store = store
        self._elsewhere = Elsewhere(store, self._keep) if store else None
        if store:
            store.listen(self._obey, self._lost)
        self._lock = threading.RLock()
        self._logs: OrderedDict[str, RunLog] = OrderedDict()
        self._closed = threading.Event()
        self._clock, self._patrolled = clock, clock()
        self._admission = Admission(settings().runs * max(1, workers), settings().runs_per_learner)
        self._inquiries = Inquiries(lambda: self.workers, store)
        self.outcomes: Counter[str] = Counter()
        self.deaths = 0
        self._staff = Staff(workers, lambda: (hire or WorkerProcess)(self))
        threading.Thread(target=self._patrol_on, daemon=True).start()

    def train(
        self,
        spec: Spec,
        *,
        pace: float | None = None,
        instead_of: str | None = None,
        learner: str | None = None,
        axes: Sequence[Axis] = (),
    ) -> str:
        """Starts a run, or a sweep along some axes, or lets it wait for its turn.

        Args:
            spec: What to run.
            pace: Epochs a second, None for as fast as it goes.
            instead_of: Token of the same learner's run that this one replaces.
            learner: Whose run it is; one learner's runs have their share of the places.
            axes: Of a sweep; none for a run.

        Returns:
            The run's token.

        Raises:
            InputError: If the run is longer than this server allows, or too many wait already.
        """
        check_run(spec, pace)
        token = secrets.token_urlsafe(16)
        if instead_of:
            self.order(instead_of, "stop")
        with self._lock:
            if len(self._admission) >= settings().queue > 0:
                raise InputError(FULL.format(waiting=len(self._admission)))
            kind = SweepLog if axes else RunLog
            self._logs[token] = kind(spec, pace, axes=axes, learner=learner, seen=self._clock())
            self._forget_oldest()
            if self._store:
                self._store.started(token, spec, pace, axes_to_json(axes))
            self._admission.come(token, learner)
            self._fill_places()
        return token

    def rehearse(self, spec: Spec) -> None:
        """Lets a worker compile what a run of this spec will need, if none has done so yet.

        Asked as soon as the knobs say it: compiled while the learner reads what is predicted, the
        run begins at once when Train is pressed.
        """
        structure = structure_of(spec)
        with self._lock:
            if self.ready and not self._staff.knows(structure):
                worker = self._staff.choose(structure, self._live)
                worker.order(do="rehearse", spec=spec.model_dump(mode="json"))

    def order(self, token: str, do: str, **details: Any) -> None:
        """Tells a run to `pause`, `resume`, `stop`, `advance` or change its `pace`.

        An order to a run that has ended, or is not known, has no effect.
        """
        with self._lock:
            log = self._logs.get(token)
            if log is None and self._store:  # another server may have it
                self._store.order(token, {"do": do} | details)
            if log is None or log.ended:
                return
            if do == "pace":
                log.pace = details["pace"]  # which leaves a paused run paused
            elif do != "stop":
                log.paused, log.halted = do in ("pause", "advance"), False
            if self._store:
                self._store.ordered(token, {"do": do} | details)
            for job, worker in log.workers.items():
                worker.order(do=do, token=job, **details)
            if do == "stop" and not log.workers:
                self._tell(token, log, encode(stopped(details.get("why", "Stopped by hand."))))

    def log(self, token: str) -> RunLog:
        """What is known of a run.

        Who asks, watches: a run that went to sleep for want of watchers goes on.

        Raises:
            InputError: If no run has this token.
        """
        log = self._logs.get(token)
        if log is None and self._elsewhere:
            log = self._elsewhere.log(token)
        if log is None:
            raise InputError("This run is not known here: it is no longer kept, or never was.")
        log.seen = self._clock()
        if log.away or log.asleep:
            self._come_back(token, log)
        return log

    def sources_in_use(self) -> set[str]:
        """The tables of the runs that have not ended."""
        with self._lock:
            return {log.spec.data.source for log in self._logs.values() if not log.ended}

    def in_memory(self, token: str) -> bool:
        """Whether a run can be told of at once, without asking the store."""
        return token in self._logs

    def forget(self, token: str) -> None:
        """Stops a run and lets go of what is known of it."""
        with self._lock:
            self.order(token, "stop")
            self._logs.pop(token, None)
            self._admission.leave(token)
            self._fill_places()

    def events(self, token: str) -> list[Event]:
        """All events of a run so far."""
        return self.log(token).decoded()

    def diagnosis(self, token: str) -> Future[Diagnosis]:
        """What a worker finds in a run; of one that has ended it is kept, and found once.

        The answer is an `InputError` where nothing can be found: the run's table is gone.

        Raises:
            InputError: If no run has this token.
        """
        log = self.log(token)
        if not log.ended:
            return self._inquiries.ask(log)
        return self._inquiries.of(token, log)

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
        place = 0 if log.worker else self._admission.place(token)
        return b'{"events":[%b],"next":%d,"ended":%b,"state":"%b"%b}' % (
            b",".join(lines[since:until]),
            until,
            b"true" if ended else b"false",
            state.encode(),
            b',"queue":%d' % place if place else b"",
        )

    @property
    def workers(self) -> list[RemoteWorker]:
        """Those that there are."""
        return self._staff.workers

    @property
    def ready(self) -> bool:
        """Whether at least one worker has imported TensorFlow."""
        return self._staff.ready

    @property
    def _live(self) -> Counter[int]:
        """How many jobs each worker has, by its `id`."""
        return Counter(id(its) for log in self._logs.values() for its in log.workers.values())

    def health(self) -> dict[str, Any]:
        """Counts for `/api/health` and `/api/metrics`."""
        with self._lock:
            logs = list(self._logs.values())
            return {
                "status": "ok" if self.ready or not self.workers else "starting",
                "engine": settings().engine,
                "workers": len(self.workers),
                "workers_ready": sum(worker.ready.is_set() for worker in self.workers),
                "worker_deaths": self.deaths,
                "runs": len(logs),
                "runs_live": sum(not log.ended for log in logs),
                "runs_training": self._admission.inside,
                "queue": len(self._admission),
                "log_bytes": sum(log.size for log in logs),
                "store": self._store.state if self._store else "none",
            }

    def close(self) -> None:
        """Ends every worker."""
        self._closed.set()
        self._inquiries.close()
        self._staff.end()

    def told(self, token: str, line: bytes) -> None:
        """Keeps one event that a worker told of a run, or of a part of a sweep."""
        with self._lock:
            job, token = token, token.partition(PART)[0]
            log = self._logs.get(token)
            if log is not None and job in log.workers and (new := log.heard(job, line)):
                self._tell(token, log, new)

    def halted(self, token: str) -> None:
        """Notes that a paused run stands still: behind this no event of it comes."""
        with self._lock:
            if log := self._logs.get(token.partition(PART)[0]):
                log.halted = True

    def kept(self, token: str, checkpoint: bytes) -> None:
        """Keeps what a run can go on from, should its worker die."""
        with self._lock:
            log = self._logs.get(token)
            if log is not None and log.worker and log.keep(checkpoint) and self._store:
                self._store.checkpoint(token, log.held, checkpoint)

    def answered(self, token: str, told: bytes) -> None:
        """Hands on what a worker was asked for."""
        self._inquiries.answered(token, told)

    def died(self, worker: RemoteWorker) -> None:
        """Replaces a worker that is gone; its runs go on elsewhere, from their checkpoints."""
        with self._lock:
            if self._closed.is_set():
                return
            self.deaths += 1
            self._staff.replace(worker)
            self._inquiries.died(worker)
            for token, log in list(self._logs.items()):
                for job in [job for job, its in log.workers.items() if its is worker]:
                    log.deaths[job] += 1
                    if log.deaths[job] < DEATHS:
                        self._start(token, log, job)
                    elif not log.ended:
                        self._tell(token, log, encode(failed(DIED)))

    def patrol(self) -> None:
        """Looks after the runs that nobody watches, and those that take too long."""
        now, limits = self._clock(), settings()
        with self._lock:
            since, self._patrolled = now - self._patrolled, now
            for token, log in list(self._logs.items()):
                if log.ended or log.asleep:
                    continue
                for job, worker in list(log.workers.items()):
                    if self.ready and worker.take_back(job):
                        self._start(token, log, job)
                if log.worker and not (log.paused or log.away):
                    log.seconds += since
                if log.seconds > 60 * limits.run_minutes:
                    self.order(token, "stop", why=TOO_LONG.format(minutes=limits.run_minutes))
                elif now - log.seen > 60 * (limits.away_minutes + limits.asleep_minutes):
                    self._fall_asleep(token, log)
                elif now - log.seen > 60 * limits.away_minutes and not log.away:
                    log.away = True
                    for job, worker in log.workers.items():
                        if not log.paused:
                            worker.order(do="pause", token=job)

    def _patrol_on(self) -> None:
        while not self._closed.wait(PATROL_SECONDS):
            self.patrol()

    def _fall_asleep(self, token: str, log: RunLog) -> None:
        """Takes a run off its worker, so that others have its place."""
        log.asleep = True
        self._take_off(log)
        self._admission.leave(token)
        self._fill_places()

    @staticmethod
    def _take_off(log: RunLog) -> None:
        """Lets the workers that have jobs of a run leave them."""
        for job, worker in log.workers.items():
            worker.order(do="leave", token=job)
        log.workers = {}

    def _come_back(self, token: str, log: RunLog) -> None:
        """Somebody watches a run again: it goes on where it was."""
        with self._lock:
            asleep, log.away, log.asleep = log.asleep, False, False
            if log.ended:
                return
            if asleep:
                self._admission.come(token, log.learner)
                self._fill_places()
            for job, worker in log.workers.items():
                if not (asleep or log.paused):
                    worker.order(do="resume", token=job)

    def _fill_places(self) -> None:
        while token := self._admission.next():
            self._start(token, self._logs[token])

    def _start(self, token: str, log: RunLog, lost: str | None = None) -> None:
        """Gives a run's jobs to workers, from its checkpoint; or only the one that was lost."""
        structure = structure_of(log.spec)
        log.begin_again()
        for job, order in log.jobs(token, len(self.workers)).items():
            if lost in (None, job):
                log.workers.pop(job, None)
                worker = self._staff.choose(structure, self._live, log.workers.values())
                log.workers[job] = worker
                worker.order(do="start", token=job, **order)
                if log.paused or log.away:
                    worker.order(do="pause", token=job)

    def _tell(self, token: str, log: RunLog, line: bytes) -> None:
        """Adds an event; a run that has ended makes room for the next."""
        if not log.add(line):
            return
        if self._store:
            self._store.told(token, line)
        if log.ended:
            self.outcomes[write_line(log)] += 1
            log.checkpoint, log.again = b"", set()
            self._take_off(log)
            self._admission.leave(token)
            self._fill_places()

    def _keep(self, token: str, log: RunLog) -> RunLog:
        """Takes in a run that the store knows; one that has not ended goes on here."""
        with self._lock:
            log = self._logs.setdefault(token, log)
            if not (log.ended or log.worker or self._admission.place(token)):
                self._admission.come(token, log.learner)
                self._fill_places()
            self._forget_oldest()
        return log

    def _obey(self, token: str, order: dict[str, Any]) -> None:
        """Does what another server asks, where its learner's page is."""
        with contextlib.suppress(InputError):
            self.log(token)  # it is watched
            if order["do"] != "watch":
                self.order(token, **order)

    def _lost(self, token: str) -> None:
        """Lets go of a run that another server has taken over, holding this one to be gone."""
        with self._lock:
            if log := self._logs.pop(token, None):
                self._fall_asleep(token, log)

    def _forget_oldest(self) -> None:
        limit = settings().log_megabytes * 1_000_000
        total = sum(log.size for log in self._logs.values())
        for token, log in list(self._logs.items()):
            if total <= limit:
                return
            if log.ended or log.asleep:
                total -= log.size
                del self._logs[token]


def stopped(why: str) -> Event:
    """The `run_ended` of a run that was stopped before it had a worker."""
    return failed(why) | {"outcome": "stopped"}


@cache
def service() -> Service:
    """This process' service, started at first use."""
    if settings().engine == "ray":
        from .ray_worker import RayWorker, join_cluster

        return Service(join_cluster(), store(), hire=RayWorker)
    return Service(settings().workers, store())
