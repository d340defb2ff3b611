"""What workers are asked beside training: diagnoses, searches for remedies, and theory."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace

from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.finding import Search
from ..spec import Spec
from ..store import Store
from .diagnosis_requests import DiagnosisRequests
from .mysteries import refuse_diagnosis
from .remedy_requests import RemedyRequests
from .request_queue import Request
from .run_log import RunLog
from .theory_requests import Part, Theory, TheoryRequests
from .worker_handle import WorkerHandle


class Requests:
    """All requests of one service.

    Args:
        workers: Gives those that run now.
        store: Keeps the diagnoses of ended runs; None to keep them in memory alone.
    """

    def __init__(self, workers: Callable[[], Sequence[WorkerHandle]], store: Store | None):
        self._diagnoses = DiagnosisRequests(workers, store)
        self._remedies = RemedyRequests(workers)
        self._theory = TheoryRequests(workers)

    def diagnosis(self, token: str, log: RunLog) -> Future[Diagnosis]:
        """A run's diagnosis; that of an ended run is made once and kept.

        Raises:
            InputError: If the run is of a mystery.
        """
        refuse_diagnosis(log)
        return self._diagnoses.submit_once(token, log) if log.ended else self._diagnoses.submit(log)

    def search(self, token: str, log: RunLog, diagnosis: Diagnosis, learner: str | None) -> str:
        """Searches for what mends an ended run, and keeps it with the run's diagnosis.

        Returns:
            The search's token.

        Raises:
            InputError: If the run is of a mystery.
        """
        refuse_diagnosis(log)
        request = self._remedies.submit(token, log, diagnosis, learner)

        def keep(future: Future[Search]) -> None:
            if not future.cancelled():
                self._diagnoses.keep(token, replace(diagnosis, search=future.result()))

        request.future.add_done_callback(keep)
        return request.token

    def theory(self, part: Part, spec: Spec, learner: str | None) -> Request[Theory]:
        """What a page must not compute of a table with many columns."""
        return self._theory.submit(part, spec, learner)

    def has_ended(self, token: str) -> bool | None:
        """Whether a search or a request for theory has ended; None for one that is not known."""
        searched = self._remedies.has_ended(token)
        return self._theory.has_ended(token) if searched is None else searched

    def give_up_searches(self, learner: str | None) -> None:
        """Gives up a learner's searches."""
        self._remedies.cancel(learner)

    def on_answer(self, token: str, answer: bytes) -> None:
        """Resolves the request of that token."""
        for requests in (self._diagnoses, self._remedies, self._theory):
            requests.on_answer(token, answer)

    def on_exit(self, worker: WorkerHandle) -> None:
        """Lets other workers do what an exited one was at."""
        for requests in (self._diagnoses, self._remedies, self._theory):
            requests.on_exit(worker)

    def close(self) -> None:
        """Ends every request."""
        for requests in (self._diagnoses, self._remedies, self._theory):
            requests.close()
