"""What a worker does behind all training: one request after the other, in a thread."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import Any, ClassVar

import orjson

from ..data.uploads import TableFinder
from ..training.failure import in_words
from .messages import Command, Reply

HUNG_SECONDS = 300.0  # in one step, which takes some seconds at most, on a busy machine tens
PATIENCE = 0.2  # seconds that a request waits for runs that have a turn to take, at every step


class BehindTraining(ABC):
    """Answers requests of one kind.

    Between two runs' turns it takes a step of its own; where runs leave no time between them, one
    in `PATIENCE` seconds.

    Args:
        send: Takes a reply; from any thread.
        find_table: Gives the table behind a source.
        idle: Set while no run has a turn to take.
    """

    name: ClassVar[str]  # what failed, in words

    def __init__(
        self, send: Callable[[Reply], Any], find_table: TableFinder, idle: threading.Event
    ):
        self._send, self._find_table, self._idle = send, find_table, idle
        self._thread = ThreadPoolExecutor(1)
        self._wanted: set[str] = set()
        self._step_began: float | None = None  # on a clock that cannot jump; None between requests

    @abstractmethod
    def answer(self, command: Command) -> dict[str, Any]:
        """The answer to a command; it calls `_pause` between its steps."""

    def start(self, command: Command) -> None:
        """Works on a command, and sends the answer: see `core.worker.messages`."""
        self._wanted.add(command["token"])
        self._thread.submit(self._run, command)

    def cancel(self, token: str) -> None:
        """Ends a request without an answer, or forgets one that has not begun."""
        self._wanted.discard(token)

    def hangs(self, now: float) -> bool:
        """Whether the thread is in a step that will not end.

        Args:
            now: Monotonic seconds.
        """
        began = self._step_began
        return began is not None and now - began > HUNG_SECONDS

    def close(self) -> None:
        """Waits for the requests that were started."""
        self._thread.shutdown()

    def _run(self, command: Command) -> None:
        token = command["token"]
        try:
            self._pause(token)
            answer = self.answer(command)
        except CancelledError:
            return
        except Exception as error:
            answer = {"error": in_words(error, f"{self.name} failed: {type(error).__name__}.")}
        finally:
            self._step_began = None
        self._wanted.discard(token)
        self._send(Reply("answer", token, orjson.dumps(answer)))

    def _pause(self, token: str) -> None:
        if token not in self._wanted:
            raise CancelledError
        self._idle.wait(PATIENCE)
        self._step_began = time.monotonic()
