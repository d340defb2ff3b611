"""A worker's searches for remedies: one after the other, in a thread behind all training."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import Any

import orjson

from ..data.prepare import Prepared, prepare
from ..data.uploads import TableFinder
from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.remedies.search import search
from ..events import Event, decode
from ..limits import check_size
from ..settings import settings
from ..spec import Spec
from ..training.failure import in_words
from ..training.trainer import Pace, turns
from .messages import Command, Reply

PATIENCE = 0.2  # seconds that a search waits for runs that have a turn to take, at every step


class Searches:
    """Searches for remedies.

    Between two runs' turns a search takes one of its own; where runs leave no time between them,
    one in `PATIENCE` seconds.

    Args:
        send: Takes a reply; from any thread.
        find_table: Gives the table behind a source.
        idle: Set while no run has a turn to take.
    """

    def __init__(
        self, send: Callable[[Reply], Any], find_table: TableFinder, idle: threading.Event
    ):
        self._send, self._find_table, self._idle = send, find_table, idle
        self._thread = ThreadPoolExecutor(1)
        self._wanted: set[str] = set()

    def start(self, command: Command) -> None:
        """Searches, and sends the answer: see `core.worker.messages`."""
        self._wanted.add(command["token"])
        self._thread.submit(self._run, command)

    def cancel(self, token: str) -> None:
        """Ends a search without an answer, or forgets one that has not begun."""
        self._wanted.discard(token)

    def close(self) -> None:
        """Waits for the searches that were started."""
        self._thread.shutdown()

    def _run(self, command: Command) -> None:
        token = command["token"]
        try:
            self._pause(token)
            answer = self._search(command)
        except CancelledError:
            return
        except Exception as error:
            answer = {"error": in_words(error, f"The search failed: {type(error).__name__}.")}
        self._wanted.discard(token)
        self._send(Reply("answer", token, orjson.dumps(answer)))

    def _search(self, command: Command) -> dict[str, Any]:
        spec, token = Spec.of(command["spec"]), command["token"]
        table = self._find_table(spec.data.source)
        data = prepare(table, spec.data, spec.scaling, spec.training.seed)
        found = search(
            spec,
            table,
            data,
            [decode(event) for event in command["events"]],
            Diagnosis.from_json(command["diagnosis"]),
            lambda changed, prepared: self._train(token, changed, prepared),
            lambda: self._pause(token),
            settings().epochs,
        )
        return found.to_json()

    def _train(self, token: str, spec: Spec, data: Prepared) -> Iterator[Event]:
        check_size(*data.x_raw_train.shape)
        for events in turns(spec, data, Pace()):
            yield from events
            self._pause(token)

    def _pause(self, token: str) -> None:
        if token not in self._wanted:
            raise CancelledError
        self._idle.wait(PATIENCE)
