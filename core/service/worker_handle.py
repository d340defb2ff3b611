"""One worker as the service sees it, wherever it runs: orders in, events out."""

import threading
from typing import Any, Protocol

from .run_log import ANSWER, HALTED

THREADS = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}


class Listener(Protocol):
    """Who hears what a worker says; called from the worker's own thread."""

    def told(self, token: str, line: bytes) -> None:
        """An event of a run."""

    def kept(self, token: str, checkpoint: bytes) -> None:
        """What a run can go on from."""

    def halted(self, token: str) -> None:
        """A paused run stands still."""

    def answered(self, token: str, told: bytes) -> None:
        """The answer to a question, as JSON."""

    def died(self, worker: "RemoteWorker") -> None:
        """The worker is gone."""


class RemoteWorker:
    """One worker.

    Args:
        listener: Who hears it.

    Attributes:
        ready: Set once it has imported TensorFlow.
        structures: Specs without their numbers that it has compiled already.
    """

    def __init__(self, listener: Listener):
        self.ready = threading.Event()
        self.structures: set[str] = set()
        self._listener = listener

    def order(self, **order: Any) -> None:
        """Sends an order and does not wait; a worker that has died is found out by its listener."""
        raise NotImplementedError

    def take_back(self, token: str) -> bool:
        """Whether a run has not reached this worker yet, and now never will."""
        return False

    def end(self) -> None:
        """Ends the worker and waits for it."""
        raise NotImplementedError

    def _hear(self, line: bytes) -> None:
        """Passes on one line that the worker said, without its end."""
        token, _, said = line.partition(b" ")
        if said.startswith(b"!"):
            self._listener.kept(token.decode(), said[1:])
        elif said == HALTED:
            self._listener.halted(token.decode())
        elif said.startswith(ANSWER):
            self._listener.answered(token.decode(), said[1:])
        elif said:
            self._listener.told(token.decode(), said)
        else:
            self.ready.set()
