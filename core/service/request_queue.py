"""Requests that workers answer behind all training, one at a time on each."""

import secrets
import threading
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

import orjson

from ..errors import InputError
from ..worker.messages import Command
from .worker_handle import WorkerHandle

T = TypeVar("T")
REMEMBERED = 512  # requests that a browser may still ask for
MAX_DEATHS = 2  # workers that may exit with one request before it is given up


@dataclass(eq=False)
class Request(Generic[T]):
    """A request that is not answered yet.

    Attributes:
        key: Of what is asked for: who asks for the same waits for the same answer.
        learner: Who asked; None where that is not known.
        command: For the worker, without its token; made when it is sent, for it may be large.
        token: The request's own.
        future: Of the answer; cancelled where nobody waits for it any more.
        worker: Who works on it; None while it waits.
        deaths: How many workers have exited with it.
    """

    key: str
    learner: str | None
    command: Callable[[], Command]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    future: Future[T] = field(default_factory=Future)
    worker: WorkerHandle | None = None
    deaths: int = 0


class RequestQueue(ABC, Generic[T]):
    """Gives each worker one request at a time: of the learner with the fewest under way.

    Args:
        workers: Gives those that run now.
    """

    died: ClassVar[str]  # what is said of a request with which workers have exited

    def __init__(self, workers: Callable[[], Sequence[WorkerHandle]]):
        self._workers = workers
        self._lock = threading.RLock()
        self._pending: dict[str, Request[T]] = {}  # by their tokens, the oldest first
        self._ended: deque[str] = deque(maxlen=REMEMBERED)

    @abstractmethod
    def read(self, told: Mapping[str, Any]) -> T:
        """What a worker's answer says; raises `InputError` for one with an `error`."""

    def ask(self, key: str, learner: str | None, command: Callable[[], Command]) -> Request[T]:
        """Adds a request; joins one for the same that is pending."""
        with self._lock:
            for known in self._pending.values():
                if known.key == key:
                    return known
            request: Request[T] = Request(key, learner, command)
            self._pending[request.token] = request
            self._start()
        return request

    def has_ended(self, token: str) -> bool | None:
        """Whether a request has ended; None for one that is not known (any more)."""
        if token in self._pending:
            return False
        return True if token in self._ended else None

    def cancel(self, learner: str | None) -> None:
        """Gives up a learner's requests; nobody's are never given up."""
        if learner is None:
            return
        with self._lock:
            for request in [r for r in self._pending.values() if r.learner == learner]:
                self._give_up(request)
            self._start()

    def on_answer(self, token: str, answer: bytes) -> None:
        """Resolves a request's future, and lets the next one begin."""
        with self._lock:
            if request := self._pending.get(token):
                self._resolve(request, orjson.loads(answer))
                self._forget(request)  # what is kept is kept before a poll is told of the end
                self._start()

    def on_exit(self, worker: WorkerHandle) -> None:
        """Lets others work on what an exited worker was working on."""
        failed = []
        with self._lock:
            for request in [r for r in self._pending.values() if r.worker is worker]:
                request.worker, request.deaths = None, request.deaths + 1
                if request.deaths >= MAX_DEATHS:
                    self._forget(request)
                    failed.append(request)
            self._start()
        for request in failed:
            self._resolve(request, {"error": self.died})

    def close(self) -> None:
        """Cancels every request."""
        with self._lock:
            pending, self._pending = list(self._pending.values()), {}
        for request in pending:
            request.future.cancel()

    def _resolve(self, request: Request[T], told: Mapping[str, Any]) -> None:
        try:
            found = self.read(told)
        except InputError as error:
            request.future.set_exception(error)
        else:
            request.future.set_result(found)

    def _give_up(self, request: Request[T]) -> None:
        self._forget(request)
        if request.worker:
            request.worker.send(do="cancel", token=request.token)
        request.future.cancel()

    def _forget(self, request: Request[T]) -> None:
        del self._pending[request.token]
        self._ended.append(request.token)

    def _start(self) -> None:
        """Gives waiting requests to workers that have none, each learner in turn."""
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
            request.worker.send(token=request.token, **request.command())
