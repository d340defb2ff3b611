"""One run in a worker."""

import time
from collections.abc import Iterator
from typing import Any

from ..data.prepare import prepare
from ..data.uploads import TableFinder
from ..events import Event
from ..limits import check_size
from ..spec import Spec
from ..training.trainer import Pace, turns

TICK_SECONDS = 0.1  # a paced run takes its steps this often, or one by one where slower
KEEP_SECONDS = 2.0  # between two checkpoints of a run


class Job:
    """Its turns, and when the next one is due.

    Attributes:
        ready: Whether its data is prepared and its program compiled.
        used: Seconds of work it has had; the run that had least goes next.
        due: Clock time before which it does not go on.
        ahead: Steps and epochs that it was told to advance, until its next turn sees to it.
        until: The step at which it pauses again, if it was told to advance only so far.
        left: Whether it was told to leave.
    """

    def __init__(
        self,
        token: str,
        spec: Spec,
        epochs_per_second: float | None,
        used: float,
        checkpoint: bytes = b"",
    ):
        self.token, self.spec, self.used = token, spec, used
        self.pace = Pace(checkpoint=checkpoint)
        self.epochs_per_second = epochs_per_second
        self.ready = self.paused = self.left = False
        self.due = 0.0
        self.keeps = time.monotonic() + KEEP_SECONDS
        self.ahead: tuple[int, int] | None = None
        self.until: int | None = None
        self._turns: Iterator[list[Event]] = iter(())

    def prepare(self, find_table: TableFinder) -> list[Event]:
        """Reads and prepares the table; returns what the run's beginning tells."""
        spec = self.spec
        data = prepare(find_table(spec.data.source), spec.data, spec.scaling, spec.training.seed)
        check_size(*data.x_raw_train.shape)
        self._turns = turns(spec, data, self.pace)
        return next(self._turns)

    def turn(self, tick: float = TICK_SECONDS) -> list[Event] | None:
        """The events of the next turn, or None behind the last one.

        Args:
            tick: Seconds of a paced run's own time that one turn makes up for.
        """
        steps = None
        if self.ahead:
            self.until, self.ahead = self._goal(*self.ahead), None
        if self.until is not None:
            steps = self.until - self.pace.taken
        elif self.epochs_per_second is not None:
            per_second = self.epochs_per_second * self.pace.steps_per_epoch
            steps = max(1, round(per_second * tick))
            self.due = max(self.due, time.monotonic() - tick) + steps / per_second
        self.pace.steps, self.pace.snapshot = steps, steps == 1
        began = time.monotonic()
        self.pace.keep = began >= self.keeps
        events = next(self._turns, None)
        self.used += time.monotonic() - began
        if self.until is not None and self.pace.taken >= self.until:
            self.until, self.paused = None, True
        return events

    def checkpoint(self) -> bytes:
        """What the last turn kept; empty if it kept nothing."""
        if self.pace.checkpoint:
            self.keeps = time.monotonic() + KEEP_SECONDS
        return self.pace.checkpoint

    def obey(self, order: dict[str, Any]) -> None:
        """Carries out an order about this run."""
        match order["do"]:
            case "pause":
                self.paused, self.ahead, self.until = True, None, None
            case "resume":
                self.paused, self.ahead, self.until, self.due = False, None, None, 0.0
            case "pace":
                self.epochs_per_second, self.due = order["pace"], 0.0
            case "advance":
                self.ahead = order.get("steps", 0), order.get("epochs", 0)
                self.paused, self.due = False, 0.0
            case "stop":
                self.pace.stop, self.paused, self.due = True, False, 0.0
                self.pace.why = order.get("why", self.pace.why)

    def _goal(self, steps: int, epochs: int) -> int:
        """The step to advance to; only a run that has begun knows how long its epochs are."""
        taken, per_epoch = self.pace.taken, self.pace.steps_per_epoch
        return (taken // per_epoch + epochs) * per_epoch if epochs else taken + steps
