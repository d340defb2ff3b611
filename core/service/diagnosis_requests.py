"""Diagnosis requests: which worker diagnoses which run, and the futures of the answers."""

import contextlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import orjson

from ..diagnosis.diagnosis import Diagnosis
from ..errors import InputError
from ..store import Store
from ..worker.messages import Command
from .run_log import RunLog
from .worker_handle import WorkerHandle

CACHED = 512  # diagnoses in memory; the least recently asked for goes first
MAX_DEATHS = 2  # workers that may exit with one request before it is given up
DIED = "The worker process that looked for the cause ended unexpectedly, twice: ask again."
CLOSED = "The server ended while it looked for the cause: ask again."


@dataclass(eq=False)
class DiagnosisRequest:
    """A request that is not answered yet."""

    command: Command
    worker: WorkerHandle
    future: Future[Diagnosis]
    deaths: int = 0


class DiagnosisRequests:
    """Sends each request to the worker with the fewest pending ones, and again where one exits.

    Args:
        workers: Gives those that run now.
        store: Keeps the diagnoses of ended runs; None to keep them in memory alone.
    """

    def __init__(self, workers: Callable[[], Sequence[WorkerHandle]], store: Store | None):
        self._workers, self._store = workers, store
        self._lock = threading.RLock()
        self._pending: dict[str, DiagnosisRequest] = {}
        self._cache: OrderedDict[str, Future[Diagnosis]] = OrderedDict()

    def submit(self, log: RunLog) -> Future[Diagnosis]:
        """Diagnoses a run by its events so far; fails with `InputError` if that is not possible."""
        command = {
            "do": "diagnose",
            "token": secrets.token_urlsafe(16),
            "spec": log.spec.model_dump(mode="json"),
            "events": [line.decode() for line in log.events],
        }
        future: Future[Diagnosis] = Future()
        with self._lock:
            request = DiagnosisRequest(command, self._least_busy(), future)
            self._pending[command["token"]] = request
        request.worker.send(**command)
        return future

    def submit_once(self, token: str, log: RunLog) -> Future[Diagnosis]:
        """The same for a run that has ended: from memory, from the store, or by a new request.

        Args:
            token: The run's.
            log: Its events.
        """
        with self._lock:
            future = self._cache.get(token)
        if future is None or (future.done() and future.exception()):
            future = self._load(token) or self._submit_and_save(token, log)
        with self._lock:
            self._cache[token] = future
            self._cache.move_to_end(token)
            while len(self._cache) > CACHED:
                self._cache.popitem(last=False)
        return future

    def _load(self, token: str) -> Future[Diagnosis] | None:
        """The diagnosis in the store; None where it has none, or is out of reach."""
        stored = None
        if self._store:
            with contextlib.suppress(InputError):
                stored = self._store.load_diagnosis(token)
        if stored is None:
            return None
        future: Future[Diagnosis] = Future()
        future.set_result(Diagnosis.from_json(stored))
        return future

    def _submit_and_save(self, token: str, log: RunLog) -> Future[Diagnosis]:
        def save(future: Future[Diagnosis]) -> None:
            if self._store and not future.exception():
                self._store.save_diagnosis(token, future.result().to_json())

        future = self.submit(log)
        future.add_done_callback(save)
        return future

    def keep(self, token: str, diagnosis: Diagnosis) -> None:
        """Keeps an ended run's diagnosis, with the remedies that were found since."""
        future: Future[Diagnosis] = Future()
        future.set_result(diagnosis)
        with self._lock:
            self._cache[token] = future
        if self._store:
            self._store.save_diagnosis(token, diagnosis.to_json())

    def on_answer(self, request_token: str, answer: bytes) -> None:
        """Resolves a request's future; a second answer to the same request is ignored."""
        with self._lock:
            request = self._pending.pop(request_token, None)
        if request:
            found = orjson.loads(answer)
            if "error" in found:
                request.future.set_exception(InputError(found["error"]))
            else:
                request.future.set_result(Diagnosis.from_json(found))

    def on_exit(self, worker: WorkerHandle) -> None:
        """Sends what an exited worker had pending to others."""
        with self._lock:
            lost = [token for token, each in self._pending.items() if each.worker is worker]
            failed = []
            for token in lost:
                request = self._pending[token]
                request.deaths += 1
                if request.deaths < MAX_DEATHS:
                    request.worker = self._least_busy()
                    request.worker.send(**request.command)
                else:
                    failed.append(self._pending.pop(token))
        for request in failed:
            request.future.set_exception(InputError(DIED))

    def close(self) -> None:
        """Fails every pending request."""
        with self._lock:
            pending, self._pending = list(self._pending.values()), {}
        for request in pending:
            request.future.set_exception(InputError(CLOSED))

    def _least_busy(self) -> WorkerHandle:
        busy = [id(request.worker) for request in self._pending.values()]
        return min(
            self._workers(), key=lambda worker: (not worker.ready.is_set(), busy.count(id(worker)))
        )
