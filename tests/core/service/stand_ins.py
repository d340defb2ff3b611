"""What stands for a worker and for a clock, where a test wants to say itself what happens."""

from concurrent.futures import Future
from typing import Any

from core.data.prepare import prepare
from core.data.uploads import find_table
from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.service.run_log import RunLog
from core.service.worker_handle import WorkerHandle, WorkerListener


class RecordingWorker(WorkerHandle):
    """A worker that is ready at once, trains nothing, and only writes down its orders.

    Attributes:
        orders: What it was told, in order.
    """

    def __init__(self, listener: WorkerListener):
        super().__init__(listener)
        self.commands: list[dict[str, Any]] = []
        self.ready.set()

    def send(self, **command: Any) -> None:
        self.commands.append(command)

    def terminate(self) -> None:
        pass

    def received(self, token: str = "") -> list[str]:
        """The orders' kinds, of one run or of all."""
        return [o["do"] for o in self.commands if token in ("", o.get("token"))]


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
