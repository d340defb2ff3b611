"""What stands for a worker and for a clock, where a test wants to say itself what happens."""

from concurrent.futures import Future
from typing import Any

from core.data.prepare import prepare
from core.data.uploads import find_table
from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.service.run_log import RunLog
from core.service.worker_handle import Listener, RemoteWorker


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


def answer_of(log: RunLog) -> Future[Diagnosis]:
    """What a worker would answer to who asks for a run's cause, found in this process."""
    spec, answer = log.spec, Future()
    data = prepare(find_table(spec.data.source), spec.data, spec.scaling, spec.training.seed)
    answer.set_result(diagnose(spec, data, log.decoded()))
    return answer
