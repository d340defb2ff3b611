"""Stand-ins for a worker, where a test decides what it replies."""

from concurrent.futures import Future
from typing import Any

from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.service.process_launcher import Launcher
from core.service.run_log import RunLog
from core.service.worker_handle import WorkerHandle, WorkerListener
from tests.conftest import data_of


class RecordingWorker(WorkerHandle):
    """A worker that is ready at once, trains nothing, and only writes down its orders.

    Attributes:
        commands: What it was sent, in order, without pings.
        killed: Whether it was.
        answers: Whether it answers pings.
    """

    def __init__(self, listener: WorkerListener, launcher: Launcher | None = None):
        super().__init__(listener)
        self.commands: list[dict[str, Any]] = []
        self.killed, self.answers = False, True
        self.ready.set()

    def send(self, **command: Any) -> None:
        if command["do"] != "ping":
            self.commands.append(command)
        elif self.answers:
            self.pinged_at = None

    def kill(self) -> None:
        self.killed = True

    def terminate(self) -> None:
        pass

    def received(self, token: str = "") -> list[str]:
        """The orders' kinds, of one run or of all."""
        return [o["do"] for o in self.commands if token in ("", o.get("token"))]


def answer_of(log: RunLog) -> Future[Diagnosis]:
    """What a worker would answer to who asks for a run's cause, found in this process."""
    answer: Future[Diagnosis] = Future()
    answer.set_result(diagnose(log.spec, data_of(log.spec), log.decoded()))
    return answer
