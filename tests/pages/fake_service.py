"""A service for the tests of pages: it records what it is asked, and trains nothing."""

from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.finding import Search
from core.errors import InputError
from core.events import Event, encode
from core.service.mysteries import HiddenSpecs, refuse_diagnosis
from core.service.request_queue import Request
from core.service.run_log import RunLog
from core.service.theory_requests import Part, Theory
from core.spec import Spec
from core.store import Store
from core.sweep.spec import Axis, SweepSpec
from core.theory.equation import least_squares
from core.theory.outlook import outlook_of
from tests.conftest import data_of
from tests.core.service.stand_ins import answer_of


class FakeService:
    """What pages call of `core.service.service.Service`.

    Attributes:
        logs: Of the runs and sweeps that were submitted, by token; a test may add events and logs.
        commands: Token, command and its details, in the order they came.
        found: What the search for a run's remedies came to, by token; a test may add some.
        searched: Tokens of the runs for which remedies were looked for.
        precompiled: Specs whose programs were to be compiled ahead.
        store: Keeps the mysteries; None for none.
        answers: Whether what theory says of a table with many columns comes at once, or never.
    """

    def __init__(self) -> None:
        self.logs: dict[str, RunLog] = {}
        self.commands: list[tuple[str, str, dict[str, Any]]] = []
        self.precompiled: list[Spec] = []
        self.searched: list[str] = []
        self.found: dict[str, Search] = {}
        self.answers = True
        self.store: Store | None = None

    def precompile(self, spec: Spec) -> None:
        self.precompiled.append(spec)

    def submit(
        self,
        spec: Spec,
        *,
        pace: float | None = None,
        instead_of: str | None = None,
        axes: tuple[Axis, ...] = (),
        learner: str | None,
        stored: bool = True,
        advance: dict[str, int] | None = None,
    ) -> str:
        token = f"{'sweep' if axes else 'run'}-{len(self.logs)}"
        self.logs[token] = RunLog(spec, pace, axes=axes)
        details: dict[str, Any] = {"instead_of": instead_of}
        self.commands.append((token, "submit", details | ({"advance": advance} if advance else {})))
        if axes:
            sweep = SweepSpec(spec=spec, axes=axes).model_dump(mode="json")
            self.logs[token].append(encode({"event": "sweep_started", "sweep": sweep}))
        return token

    @staticmethod
    def sources_in_use() -> set[str]:
        return set()

    def send_command(self, token: str, do: str, **details: Any) -> None:
        self.commands.append((token, do, details))

    def discard(self, token: str) -> None:
        self.logs.pop(token)

    def wait(self, token: str, seconds: float) -> bool:
        return self.logs[token].ended

    def log(self, token: str) -> RunLog:
        if token not in self.logs:
            raise InputError("This run is not known here.")
        return self.logs[token]

    def evidence(self, token: str, piece: str, learner: str) -> list[Event]:
        return HiddenSpecs(self.store).evidence(self.log(token), piece, learner)

    def diagnosis(self, token: str) -> Future[Diagnosis]:
        refuse_diagnosis(self.log(token))
        answer = answer_of(self.log(token))
        if token in self.found:
            known: Future[Diagnosis] = Future()
            known.set_result(replace(answer.result(), search=self.found[token]))
            return known
        return answer

    def theory(self, part: Part, spec: Spec, learner: str | None) -> Request[Theory]:
        request: Request[Theory] = Request(part, learner, dict, token=f"theory-{part}")
        if self.answers:
            data = data_of(spec)
            found = least_squares(data) if part == "best line" else outlook_of(spec, data)
            request.future.set_result(found)
        return request

    def search(self, token: str, diagnosis: Diagnosis, learner: str | None) -> str:
        self.searched.append(token)
        return f"search-{token}"
