"""A worker that only writes down its orders."""

from typing import Any

from core.training.remote_worker import Listener, RemoteWorker


class Obedient(RemoteWorker):
    """Ready at once; trains nothing.

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

    @property
    def said(self) -> list[str]:
        """The orders' kinds."""
        return [order["do"] for order in self.orders]
