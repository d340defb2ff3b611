"""Requests for remedies: which worker searches for whom, one search at a time on each."""

import secrets
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import orjson

from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.finding import Search
from ..worker.messages import Command
from .run_log import RunLog
from .worker_handle import WorkerHandle

REMEMBERED = 512  # searches that a browser may still ask for
MAX_DEATHS = 2  # workers that may exit with one search before it is given up
DIED = "The worker process that looked for what would help ended unexpectedly, twice."


@dataclass(eq=False)
class RemedyRequest:
    """A search that is not answered yet.

    Attributes:
        run: Token of the run.
        learner: Who asked; None where that is not known.
        log: Of the run.
        diagnosis: Of the run.
        token: The search's own.
        future: Of the search; cancelled where the learner trains again.
        worker: Who searches; None while it waits.
        deaths: How many workers have exited with it.
    """

    run: str
    learner: str | None
    log: RunLog
    diagnosis: Diagnosis
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    future: Future[Search] = field(default_factory=Future)
    worker: WorkerHandle | None = None
    deaths: int = 0

    @property
    def command(self) -> Command:
        """For the worker; made when it is sent, as a run's events may be many."""
        return {
            "do": "search",
            "token": self.token,
            "spec": self.log.spec.model_dump(mode="json"),
            "events": [line.decode() for line in self.log.events],
            "diagnosis": self.diagnosis.to_json(),
        }


class RemedyRequests:
    """Gives each worker one search at a time: of the learner with the fewest under way.

    Args:
        workers: Gives those that run now.
    """

    def __init__(self, workers: Callable[[], Sequence[WorkerHandle]]):
        self._workers = workers
        self._lock = threading.RLock()
        self._pending: dict[str, RemedyRequest] = {}  # by the searches' tokens, the oldest first
        self._ended: deque[str] = deque(maxlen=REMEMBERED)

    def submit(
        self, run: str, log: RunLog, diagnosis: Diagnosis, learner: str | None
    ) -> RemedyRequest:
        """Searches for what would mend an ended run; joins a search for it that is pending."""
        with self._lock:
            for known in self._pending.values():
                if known.run == run:
                    return known
            request = RemedyRequest(run, learner, log, diagnosis)
            self._pending[request.token] = request
            self._start()
        return request

    def has_ended(self, token: str) -> bool | None:
        """Whether a search has ended; None for one that is not known (any more)."""
        if token in self._pending:
            return False
        return True if token in self._ended else None

    def cancel(self, learner: str | None) -> None:
        """Gives up a learner's searches: they train again, and look at another run."""
        if learner is None:
            return
        with self._lock:
            for request in [r for r in self._pending.values() if r.learner == learner]:
                self._forget(request)
                if request.worker:
                    request.worker.send(do="cancel", token=request.token)
                request.future.cancel()
            self._start()

    def on_answer(self, token: str, answer: bytes) -> None:
        """Resolves a search's future, and lets the next one begin."""
        with self._lock:
            if request := self._pending.get(token):
                told = orjson.loads(answer)
                error = told.get("error")
                search = Search(why_none=error) if error else Search.from_json(told)
                request.future.set_result(search)  # is kept, before a poll is told of the end
                self._forget(request)
                self._start()

    def on_exit(self, worker: WorkerHandle) -> None:
        """Lets others search for what an exited worker was searching for."""
        failed = []
        with self._lock:
            for request in [r for r in self._pending.values() if r.worker is worker]:
                request.worker, request.deaths = None, request.deaths + 1
                if request.deaths >= MAX_DEATHS:
                    self._forget(request)
                    failed.append(request)
            self._start()
        for request in failed:
            request.future.set_result(Search(why_none=DIED))

    def close(self) -> None:
        """Cancels every search."""
        with self._lock:
            pending, self._pending = list(self._pending.values()), {}
        for request in pending:
            request.future.cancel()

    def _forget(self, request: RemedyRequest) -> None:
        del self._pending[request.token]
        self._ended.append(request.token)

    def _start(self) -> None:
        """Gives waiting searches to workers that have none, each learner in turn."""
        while True:
            under_way = [r for r in self._pending.values() if r.worker]
            waiting = [r for r in self._pending.values() if not r.worker]
            busy = {id(r.worker) for r in under_way}
            free = [w for w in self._workers() if id(w) not in busy and w.ready.is_set()]
            if not free or not waiting:
                return
            shares = Counter(r.learner for r in under_way)
            request = min(waiting, key=lambda r: shares[r.learner])
            request.worker = free[0]
            request.worker.send(**request.command)
