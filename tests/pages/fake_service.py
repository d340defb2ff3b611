"""A service for the tests of pages: it records what it is asked, and trains nothing."""

from concurrent.futures import Future
from typing import Any

from core.diagnosis.diagnosis import Diagnosis
from core.errors import InputError
from core.events import encode
from core.service.run_log import RunLog
from core.spec import Spec
from core.sweep.spec import Axis, SweepSpec
from tests.core.service.stand_ins import answer_of


class FakeService:
    """What pages call of `core.service.service.Service`.

    Attributes:
        logs: Of the runs and sweeps that were submitted, by token; a test may add events and logs.
        commands: Token, command and its details, in the order they came.
        precompiled: Specs whose programs were to be compiled ahead.
    """

    def __init__(self) -> None:
        self.logs: dict[str, RunLog] = {}
        self.commands: list[tuple[str, str, dict[str, Any]]] = []
        self.precompiled: list[Spec] = []

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
    ) -> str:
        token = f"{'sweep' if axes else 'run'}-{len(self.logs)}"
        self.logs[token] = RunLog(spec, pace, axes=axes)
        self.commands.append((token, "submit", {"instead_of": instead_of}))
        if axes:
            sweep = SweepSpec(spec=spec, axes=axes).model_dump(mode="json")
            self.logs[token].append(encode({"event": "sweep_started", "sweep": sweep}))
        return token

    def send_command(self, token: str, do: str, **details: Any) -> None:
        self.commands.append((token, do, details))

    def discard(self, token: str) -> None:
        self.logs.pop(token)

    def log(self, token: str) -> RunLog:
        if token not in self.logs:
            raise InputError("This run is not known here.")
        return self.logs[token]

    def diagnosis(self, token: str) -> Future[Diagnosis]:
        return answer_of(self.log(token))
