"""Requests for remedies: which worker searches for whom, one search at a time on each."""

from collections.abc import Mapping
from typing import Any

from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.finding import Search
from ..worker.messages import Command
from .request_queue import Request, RequestQueue
from .run_log import RunLog


class RemedyRequests(RequestQueue[Search]):
    """Searches for what would mend runs; a learner who trains again gives up theirs."""

    died = "The worker process that looked for what would help ended unexpectedly, twice."

    def submit(
        self, run: str, log: RunLog, diagnosis: Diagnosis, learner: str | None
    ) -> Request[Search]:
        """Searches for what would mend an ended run; joins a search for it that is pending.

        Args:
            run: Token of the run.
            log: Of the run.
            diagnosis: Of the run.
            learner: Who asks; None where that is not known.
        """

        def command() -> Command:
            return {
                "do": "search",
                "spec": log.spec.model_dump(mode="json"),
                "events": [line.decode() for line in log.events],
                "diagnosis": diagnosis.to_json(),
            }

        return self.ask(run, learner, command)

    def read(self, told: Mapping[str, Any]) -> Search:
        """What was found; of a search that failed, why."""
        error = told.get("error")
        return Search(why_none=error) if error else Search.from_json(told)
