"""A worker's searches for remedies: one after the other, in a thread behind all training."""

from collections.abc import Iterator
from typing import Any

from ..data.prepare import Prepared
from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.remedies.search import search
from ..events import Event, decode
from ..limits import check_size
from ..settings import settings
from ..spec import Spec
from ..training.trainer import Pace, turns
from .behind_training import BehindTraining
from .messages import Command
from .tables import prepared


class Searches(BehindTraining):
    """Searches for remedies."""

    name = "The search"

    def answer(self, command: Command) -> dict[str, Any]:
        """What helps the run of a `search` command."""
        spec, token = Spec.of(command["spec"]), command["token"]
        table = self._find_table(spec.data.source)
        data = prepared(spec, table)
        found = search(
            spec,
            table,
            data,
            [decode(event) for event in command["events"]],
            Diagnosis.from_json(command["diagnosis"]),
            lambda changed, rows: self._train(token, changed, rows),
            lambda: self._pause(token),
            settings().epochs,
        )
        return found.to_json()

    def _train(self, token: str, spec: Spec, data: Prepared) -> Iterator[Event]:
        check_size(*data.x_raw_train.shape)
        for events in turns(spec, data, Pace()):
            yield from events
            self._pause(token)
