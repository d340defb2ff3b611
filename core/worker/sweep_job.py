"""A part of a sweep as a worker's job: it takes turns with the runs beside it."""

import time
from collections.abc import Iterator
from typing import Any

from ..data.uploads import TableFinder
from ..events import Event
from ..sweep.run import Sweep, Turn
from ..sweep.shard import Part
from ..sweep.spec import SweepSpec
from ..training.trainer import Pace

PATIENCE = 0.05  # seconds until it is asked again, while a program is compiled


class SweepJob:
    """What `core.worker.worker.Job` is for a run; the same names mean the same."""

    def __init__(self, token: str, sweep: SweepSpec, used: float, part: Part | None = None):
        self.token, self.sweep, self.used, self.part = token, sweep, used, part or Part()
        self.pace = Pace(cold=False)  # a sweep compiles beside its own turns
        self.ready = self.paused = self.left = False
        self.due = 0.0
        self._turns: Iterator[Turn] = iter(())

    def prepare(self, find_table: TableFinder) -> list[Event]:
        """Reads the table and sorts the cells; returns what the sweep's beginning tells."""
        table = find_table(self.sweep.spec.data.source)
        self._turns = Sweep(self.sweep, table, self.pace, self.part).turns()
        return next(self._turns) or []

    def turn(self, tick: float = 0.0) -> list[Event] | None:
        """The events of the next turn, or None behind the last one; a sweep has no pace."""
        began = time.monotonic()
        for events in self._turns:
            self.used += time.monotonic() - began
            if events is None:
                self.due = time.monotonic() + PATIENCE
            return events or []
        return None

    def checkpoint(self) -> bytes:
        """Nothing: the cells that were told are what another worker goes on from."""
        return b""

    def obey(self, order: dict[str, Any]) -> None:
        """Pauses, goes on or stops; it has no steps to advance by, and no pace."""
        match order["do"]:
            case "pause":
                self.paused = True
            case "resume":
                self.paused, self.due = False, 0.0
            case "stop":
                self.pace.stop, self.paused, self.due = True, False, 0.0
