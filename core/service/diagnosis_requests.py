"""Diagnoses that workers are asked for: who looks for which cause, and who waits for it."""

import contextlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import orjson

from ..diagnosis.diagnosis import Diagnosis
from ..errors import InputError
from ..store import Store
from .run_log import RunLog
from .worker_handle import RemoteWorker

KEPT = 512  # answers in memory; who was not asked for longest goes first
DEATHS = 2  # workers that may die with one question before it is held to be the reason
DIED = "The worker process that looked for the cause ended unexpectedly, twice: ask again."
CLOSED = "The server ended while it looked for the cause: ask again."


@dataclass(eq=False)
class Inquiry:
    """A question that is not answered yet."""

    order: dict[str, Any]
    worker: RemoteWorker
    answer: Future[Diagnosis]
    deaths: int = 0


class Inquiries:
    """Asks the worker that has the fewest open questions; one that dies has others asked.

    Args:
        workers: Gives those that there are.
        store: Keeps what was found; None to keep it in memory alone.
    """

    def __init__(self, workers: Callable[[], Sequence[RemoteWorker]], store: Store | None):
        self._workers, self._store = workers, store
        self._lock = threading.RLock()
        self._open: dict[str, Inquiry] = {}
        self._kept: OrderedDict[str, Future[Diagnosis]] = OrderedDict()

    def ask(self, log: RunLog) -> Future[Diagnosis]:
        """What is found in what a run has told so far; an `InputError` if nothing can be."""
        order = {
            "do": "diagnose",
            "token": secrets.token_urlsafe(16),
            "spec": log.spec.model_dump(mode="json"),
            "events": [line.decode() for line in log.events],
        }
        answer: Future[Diagnosis] = Future()
        with self._lock:
            inquiry = Inquiry(order, self._choose(), answer)
            self._open[order["token"]] = inquiry
        inquiry.worker.order(**order)
        return answer

    def of(self, token: str, log: RunLog) -> Future[Diagnosis]:
        """The same of a run that has ended: asked for once, and again where nothing was found.

        Args:
            token: The run's.
            log: What it told.
        """
        with self._lock:
            answer = self._kept.get(token)
        if answer is None or (answer.done() and answer.exception()):
            answer = self._recalled(token) or self._asked(token, log)
        with self._lock:
            self._kept[token] = answer
            self._kept.move_to_end(token)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return answer

    def _recalled(self, token: str) -> Future[Diagnosis] | None:
        """The diagnosis that the store has, and can be reached for."""
        told = None
        if self._store:
            with contextlib.suppress(InputError):
                told = self._store.diagnosis(token)
        if told is None:
            return None
        answer: Future[Diagnosis] = Future()
        answer.set_result(Diagnosis.from_json(told))
        return answer

    def _asked(self, token: str, log: RunLog) -> Future[Diagnosis]:
        """A new one, which the store will have."""

        def keep(answer: Future[Diagnosis]) -> None:
            if self._store and not answer.exception():
                self._store.diagnosed(token, answer.result().to_json())

        answer = self.ask(log)
        answer.add_done_callback(keep)
        return answer

    def answered(self, name: str, told: bytes) -> None:
        """A worker's answer; a second one to the same question is let go."""
        with self._lock:
            inquiry = self._open.pop(name, None)
        if inquiry:
            found = orjson.loads(told)
            if "error" in found:
                inquiry.answer.set_exception(InputError(found["error"]))
            else:
                inquiry.answer.set_result(Diagnosis.from_json(found))

    def died(self, worker: RemoteWorker) -> None:
        """Asks others what a worker that is gone was asked."""
        with self._lock:
            lost = [name for name, each in self._open.items() if each.worker is worker]
            given_up = []
            for name in lost:
                inquiry = self._open[name]
                inquiry.deaths += 1
                if inquiry.deaths < DEATHS:
                    inquiry.worker = self._choose()
                    inquiry.worker.order(**inquiry.order)
                else:
                    given_up.append(self._open.pop(name))
        for inquiry in given_up:
            inquiry.answer.set_exception(InputError(DIED))

    def close(self) -> None:
        """Lets nobody wait any longer."""
        with self._lock:
            waiting, self._open = list(self._open.values()), {}
        for inquiry in waiting:
            inquiry.answer.set_exception(InputError(CLOSED))

    def _choose(self) -> RemoteWorker:
        asked = [id(inquiry.worker) for inquiry in self._open.values()]
        return min(
            self._workers(), key=lambda worker: (not worker.ready.is_set(), asked.count(id(worker)))
        )
