"""One run as a worker's job."""

import time
from collections.abc import Iterator

from ..data.prepare import prepare
from ..data.uploads import TableFinder
from ..events import Event
from ..limits import check_size
from ..spec import Spec
from ..training.trainer import Pace, turns
from .messages import Command

TICK_SECONDS = 0.1  # a paced run takes its steps this often, or one by one where slower
CHECKPOINT_SECONDS = 2.0  # between two checkpoints of a run


class RunJob:
    """A run's turns, and when the next one is due.

    Args:
        token: Of the run.
        spec: What to run.
        epochs_per_second: None for as fast as it goes.
        used_seconds: What the job begins with.
        checkpoint: To restore; empty to begin anew.
        replay_steps: Steps up to which the run's events are known: they take no time to be watched.
        even: Whether a turn takes one epoch at most. That of a run whose rows change does so
            anyway; now its speed does not tell what it is.
        advance: `steps` or `epochs` behind which it pauses; None to go on.

    Attributes:
        ready: Whether its data is prepared and its program compiled.
        paused: Whether it gets no turns.
        dropped: Whether it is to be forgotten.
        used_seconds: Time that its turns have taken; the job that has used least is next.
        due_at: Clock time of its next turn, at the earliest.
    """

    def __init__(
        self,
        token: str,
        spec: Spec,
        epochs_per_second: float | None,
        used_seconds: float,
        checkpoint: bytes = b"",
        replay_steps: int = 0,
        even: bool = False,
        advance: dict[str, int] | None = None,
    ):
        self.token, self.spec, self.used_seconds = token, spec, used_seconds
        self.pace = Pace(checkpoint=checkpoint)
        self.epochs_per_second = epochs_per_second
        self.ready = self.paused = self.dropped = False
        self.due_at = 0.0
        self._checkpoint_at = time.monotonic() + CHECKPOINT_SECONDS
        self._replay_steps, self._even = replay_steps, even
        self._advance: tuple[int, int] | None = None  # steps and epochs, until the next turn
        self._pause_at: int | None = None  # the step at which an advance ends
        self._turns: Iterator[list[Event]] = iter(())
        if advance:
            self.handle({"do": "advance"} | advance)

    def prepare(self, find_table: TableFinder) -> list[Event]:
        """Reads and prepares the table; returns the run's first events."""
        spec = self.spec
        data = prepare(find_table(spec.data.source), spec.data, spec.scaling, spec.training.seed)
        check_size(*data.x_raw_train.shape)
        spec.model.check_features(data.x_raw_train.shape[1])
        self._turns = turns(spec, data, self.pace)
        return next(self._turns)

    def turn(self, tick: float = TICK_SECONDS) -> list[Event] | None:
        """The events of the next turn, or None behind the last one.

        Args:
            tick: Seconds of a paced run's own time that one turn makes up for.
        """
        steps, per_second, taken = None, None, self.pace.taken
        if self._advance:
            self._pause_at, self._advance = self._target_step(*self._advance), None
        if self._pause_at is not None:
            steps = self._pause_at - taken
        elif taken < self._replay_steps:
            steps = self._replay_steps - taken
        elif self.epochs_per_second is not None:
            per_second = self.epochs_per_second * self.pace.steps_per_epoch
            steps = max(1, round(per_second * tick))
        replays = self._pause_at is None and taken < self._replay_steps
        self.pace.snapshot = steps == 1 and not replays
        if steps is None and self._even:
            steps = self.pace.steps_per_epoch - taken % self.pace.steps_per_epoch
        self.pace.steps = steps
        start = time.monotonic()
        self.pace.keep = start >= self._checkpoint_at
        events = next(self._turns, None)
        self.used_seconds += time.monotonic() - start
        if per_second:  # of the steps taken: a turn of changing rows ends with its epoch
            self.due_at = max(self.due_at, start - tick) + (self.pace.taken - taken) / per_second
        if self._pause_at is not None and self.pace.taken >= self._pause_at:
            self._pause_at, self.paused = None, True
        return events

    def take_checkpoint(self) -> bytes:
        """The checkpoint that the last turn made; empty if it made none."""
        if self.pace.checkpoint:
            self._checkpoint_at = time.monotonic() + CHECKPOINT_SECONDS
        return self.pace.checkpoint

    def handle(self, command: Command) -> None:
        """Carries out a command about this run."""
        match command["do"]:
            case "pause":
                self.paused, self._advance, self._pause_at = True, None, None
            case "resume":
                self.paused, self._advance, self._pause_at, self.due_at = False, None, None, 0.0
            case "pace":
                self.epochs_per_second, self.due_at = command["pace"], 0.0
            case "advance":
                self._advance = command.get("steps", 0), command.get("epochs", 0)
                self.paused, self.due_at = False, 0.0
            case "stop":
                self.pace.stop, self.paused, self.due_at = True, False, 0.0
                self.pace.why = command.get("why", self.pace.why)

    def _target_step(self, steps: int, epochs: int) -> int:
        """The step to advance to; only a run that has begun knows how long its epochs are."""
        taken, per_epoch = self.pace.taken, self.pace.steps_per_epoch
        return (taken // per_epoch + epochs) * per_epoch if epochs else taken + steps
