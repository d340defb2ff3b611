"""A service whose every word can be waited for, and the runs that tests give it."""

import secrets
import threading
from collections.abc import Callable
from typing import Any

import orjson

from core.events import Event
from core.service.service import Service
from core.service.worker_handle import WorkerHandle
from core.spec import Spec

LIMIT = 60  # seconds; nothing waits for it when all is well
SHORT = Spec().patched(
    {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "training": {"epochs": 20},
    }
)
LONG = SHORT.patched({"training": {"epochs": 4000}})
SLOW = 2.0  # epochs a second


class Watched(Service):
    """`heard` has every event's token and kind, in their order."""

    def __init__(self, workers: int, *others: Any, **named: Any):
        self.changed = threading.Condition()
        self.heard: list[tuple[str, str]] = []
        super().__init__(workers, *others, **named)

    def on_event(self, token: str, line: bytes) -> None:
        super().on_event(token, line)
        with self.changed:
            self.heard.append((token, orjson.loads(line)["event"]))
            self.changed.notify_all()

    def on_checkpoint(self, token: str, checkpoint: bytes) -> None:
        super().on_checkpoint(token, checkpoint)
        with self.changed:
            self.changed.notify_all()

    def on_paused(self, token: str) -> None:
        super().on_paused(token)
        with self.changed:
            self.changed.notify_all()

    def on_exit(self, worker: WorkerHandle) -> None:
        super().on_exit(worker)
        with self.changed:
            self.changed.notify_all()

    def until(self, condition: Callable[[], Any]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, LIMIT)

    def ended(self, token: str) -> Event:
        self.until(lambda: self.log(token).ended)
        return self.events(token)[-1]

    def on_answer(self, token: str, answer: bytes) -> None:
        super().on_answer(token, answer)
        with self.changed:
            self.heard.append((token, "answer"))
            self.changed.notify_all()

    def until_answered(self, token: str) -> None:
        """Waits for the answer to a request."""
        self.until(lambda: (token, "answer") in self.heard)

    def count(self, token: str) -> int:
        return len(self.log(token).events)

    def told_since(self, token: str, since: int, kind: str = "") -> None:
        """Waits for an event of a kind, or any, from number `since` on."""
        self.until(lambda: any(kind in e["event"] for e in self.events(token)[since:]))

    def grown(self, token: str, by: int) -> int:
        """Waits for `by` more events; returns how many there were before."""
        before = self.count(token)
        self.until(lambda: self.count(token) >= before + by)
        return before

    def paused(self, token: str) -> list[Event]:
        """Pauses a run; returns its events once no more can come."""
        self.send_command(token, "pause")
        self.round(self.log(token).worker)
        return self.events(token)

    def round(self, worker: WorkerHandle | None) -> None:
        """Waits until a worker has obeyed every order so far: it takes them one by one."""
        assert worker
        token = secrets.token_hex()
        worker.send(do="start", token=token, spec={"data": {"source": "none"}}, pace=None)
        self.until(lambda: (token, "run_ended") in self.heard)
