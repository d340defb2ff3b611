"""What stands for a worker and for a clock, where a test wants to say itself what happens."""

from typing import Any

from core.training.remote_worker import Listener, RemoteWorker


class Obedient(RemoteWorker):
    """A worker that is ready at once, trains nothing, and only writes down its orders.

    Attributes:
        orders: What it was told, in order.
    """

    def __init__(self, listener: Listener):
        super().__init__(listener)
        self.orders: list[dict[str, Any]] = []
        self.ready.set()

    def order(self, **order: Any) -> None:
        self.orders.append(order)

    def end(self) -> None:
        pass

    def said(self, token: str = "") -> list[str]:
        """The orders' kinds, of one run or of all."""
        return [o["do"] for o in self.orders if token in ("", o.get("token"))]


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
