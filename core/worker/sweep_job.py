"""A shard of a sweep as a worker's job."""

import time
from collections.abc import Iterator

from ..data.uploads import TableFinder
from ..events import Event
from ..sweep.run import Sweep, Turn
from ..sweep.shard import Shard
from ..sweep.spec import SweepSpec
from ..training.trainer import Pace
from .messages import Command

RETRY_SECONDS = 0.05  # until its next turn, while a program is compiled


class SweepJob:
    """What `core.worker.run_job.RunJob` is for a run; the same names mean the same.

    Args:
        token: Of the job.
        sweep: What to run.
        used_seconds: What the job begins with.
        shard: Which of its batches of runs; None for all.
    """

    def __init__(
        self, token: str, sweep: SweepSpec, used_seconds: float, shard: Shard | None = None
    ):
        self.token, self.sweep, self.used_seconds = token, sweep, used_seconds
        self.shard = shard or Shard()
        self.pace = Pace(cold=False)  # a sweep compiles in a thread of its own
        self.ready = self.paused = self.dropped = False
        self.due_at = 0.0
        self._turns: Iterator[Turn] = iter(())

    def prepare(self, find_table: TableFinder) -> list[Event]:
        """Reads the table and plans the batches of runs; returns the sweep's first events."""
        table = find_table(self.sweep.spec.data.source)
        self._turns = Sweep(self.sweep, table, self.pace, self.shard).turns()
        return next(self._turns) or []

    def turn(self, tick: float = 0.0) -> list[Event] | None:
        """The events of the next turn, or None behind the last one; `tick` has no effect."""
        start = time.monotonic()
        for events in self._turns:
            self.used_seconds += time.monotonic() - start
            if events is None:
                self.due_at = time.monotonic() + RETRY_SECONDS
            return events or []
        return None

    def take_checkpoint(self) -> bytes:
        """Empty: another worker restores a shard from the cells that were sent."""
        return b""

    def handle(self, command: Command) -> None:
        """Pauses, resumes or stops; a sweep has no steps to advance by, and no pace."""
        match command["do"]:
            case "pause":
                self.paused = True
            case "resume":
                self.paused, self.due_at = False, 0.0
            case "stop":
                self.pace.stop, self.paused, self.due_at = True, False, 0.0
