"""A run: a spec and its data in, a stream of events out."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.prepare import Prepared
from ..events import Event, from_number, number
from ..spec import Spec
from .checkpoint import Checkpoint
from .failure import plain_reason
from .feed import Feed
from .probe import affordable, probed_steps
from .program import program_for
from .projection import Projection
from .rates import Rates
from .reporter import Reporter, started_event
from .structure import Structure
from .telemetry import Progress, Telemetry
from .thinning import Thinning

EPOCH_BYTES = 500  # of an epoch's event besides its weights, about
DIVERGED_FACTOR = 2.0  # a loss that ends this much above both its start and the baseline


@dataclass
class Pace:
    """How far the next turn may go; whoever drives the turns may change it between them.

    Attributes:
        steps: Steps of the next turn, at most; None for as many as fit into a time slice.
        snapshot: Whether the turn's last step is to be probed.
        stop: Whether the run is to end before its next turn, as `stopped`.
        why: The reason that is told then.
        keep: Whether to make a checkpoint as soon as an epoch ends.
        taken: Steps taken so far; the trainer keeps it.
        steps_per_epoch: Steps of one epoch; the trainer keeps it.
        cold: Whether the first turn must compile; the trainer keeps it.
        checkpoint: What to go on from; later what the last turn kept, empty if it kept nothing.
    """

    steps: int | None = None
    snapshot: bool = False
    stop: bool = False
    why: str = "Stopped by hand."
    keep: bool = False
    taken: int = 0
    steps_per_epoch: int = 1
    cold: bool = True
    checkpoint: bytes = b""


def train(spec: Spec, data: Prepared) -> Iterator[Event]:
    """Runs a spec to its end.

    Divergence, and a layer that cannot be built, are outcomes and not errors.

    Args:
        spec: What to run.
        data: The table, prepared by the same spec.

    Yields:
        Events in order: one `run_started`, then epochs and probes, then one `run_ended`.
    """
    rounds = turns(spec, data, Pace())
    del data  # a large table is not held once it is fed
    for events in rounds:
        yield from events


def turns(spec: Spec, data: Prepared, pace: Pace) -> Iterator[list[Event]]:
    """Runs a spec as `train` does, in turns of some 0.04 s, so that runs can share a process.

    Yields:
        The events of each turn.
    """
    trainer = Trainer(spec, data, pace)
    try:
        feed = Feed(spec, data)
        del data
        begun = trainer.start(feed)
        if pace.checkpoint:
            trainer.restore(Checkpoint.from_bytes(pace.checkpoint))
        yield [] if pace.checkpoint else [begun]
        while not (trainer.over or pace.stop):
            events = trainer.turn()
            checkpoint = trainer.checkpoint() if pace.keep else None
            pace.checkpoint = checkpoint.to_bytes() if checkpoint else b""
            yield events
        if not trainer.over:
            trainer.outcome, trainer.reason = "stopped", pace.why
    except Exception as error:  # whatever the learner's program raised is the run's outcome
        trainer.outcome, trainer.reason = "failed", plain_reason(error)
        if not trainer.begun:
            yield [trainer.started]
    yield [*trainer.thinning.rest(), trainer.ended_event()]


class Trainer:
    """Drives one run's compiled program, turn by turn, and words what it measured as events."""

    def __init__(self, spec: Spec, data: Prepared, pace: Pace):
        self.spec, self.pace = spec, pace
        self.projection = Projection(spec, data)
        self.thinning = Thinning(spec.training.epochs, EPOCH_BYTES + self.projection.size)
        self.started = started_event(spec, data)
        self.outcome, self.reason = "completed", ""
        self.non_finite: dict[str, Any] | None = None
        self.begun = False
        self.over = False
        self.full_loss = self.first_loss = float("nan")
        self.began = time.monotonic()

    def start(self, feed: Feed) -> Event:
        """Puts the initial weights in place; returns `run_started`."""
        spec, self.feed = self.spec, feed
        self.rates = Rates(spec)
        structure = Structure.of(spec, feed.rows, len(feed.validation[0]), feed.width)
        self.program = program_for(structure)
        self.progress = self.program.start(spec)
        self.reporter = Reporter(spec.training.epochs, feed, self.program, self.projection)
        self.steps = feed.steps_per_epoch * spec.training.epochs
        probed = probed_steps(feed.steps_per_epoch, self.steps)
        self.probed = affordable(probed, feed.width, feed.batch)
        x, y, x_val, y_val = feed.tensors
        self.first_loss = self.full_loss = self.program.evaluate(self.progress, x, y)
        val_loss = self.program.evaluate(self.progress, x_val, y_val) if len(x_val) else None
        self.begun, self.pace.steps_per_epoch = True, feed.steps_per_epoch
        self.pace.cold = not self.program.compiled
        flat = np.concatenate(
            [np.ravel(w) for w in self.progress.state[: self.program.weight_count]]
        )
        return self.started | {
            "full_loss": number(self.first_loss),
            "val_loss": number(val_loss),
            **self.projection.of(flat[self.program.shown], self.program.outputs(self.progress, x)),
        }

    def checkpoint(self) -> Checkpoint | None:
        """The run's state; None in the middle of an epoch, and after the run's end."""
        if self.over or self.pace.taken % self.feed.steps_per_epoch:
            return None
        return Checkpoint(
            self.pace.taken,
            self.full_loss,
            self.seconds,
            [np.asarray(value) for value in self.progress.state],
            self.rates.memory(),
            self.thinning.held,
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Puts a started run into the state of a checkpoint."""
        zero = np.float32(0)
        self.progress = Progress(checkpoint.state, total=zero, count=zero)
        self.pace.taken = checkpoint.taken
        self.full_loss = checkpoint.full_loss
        self.began = time.monotonic() - checkpoint.seconds
        self.rates.remember(checkpoint.rates)
        self.thinning.held = checkpoint.thinning

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return round(time.monotonic() - self.began, 4)

    def turn(self) -> list[Event]:
        """Takes some steps; returns what is to be told of them."""
        feed, program = self.feed, self.program
        feed.move_to(self.pace.taken // feed.steps_per_epoch, program.epochs_per_call)
        first = self.pace.taken - feed.first_epoch * feed.steps_per_epoch
        stop, probes = self._plan(first)
        seen, rates = self._advance(first, stop, probes, halt=True)
        last, finite = first + int(seen.done) - 1, bool(seen.finite)
        planned = {step: slot for slot, (step, _) in enumerate(probes)}
        if not finite and last not in planned:
            probes.append((last, "non-finite"))
        events = self._tell(first, last, seen, probes, rates)
        self.pace.taken += last - first + 1
        if not finite:
            made = np.array(seen.probes)[planned.get(last, program.probes_per_call)]
            stage = first_not_finite(*program.cut(made), np.array(seen.steps)[last, 0])
            events += self._not_finite(stage, last)
        elif self.pace.taken == self.steps:
            self._complete()
        return events

    def ended_event(self) -> Event:
        """`run_ended`: what became of the run, and why."""
        return {
            "event": "run_ended",
            "outcome": self.outcome,
            "epoch": max(0, (self.pace.taken - 1)) // self.feed.steps_per_epoch
            if self.begun
            else 0,
            "step": max(0, self.pace.taken - 1),
            "reason": self.reason,
            "non_finite": self.non_finite,
            "seconds": self.seconds,
        }

    def _plan(self, first: int) -> tuple[int, list[tuple[int, str]]]:
        """Where the turn stops, and which of its steps are probed, why; counted as `first` is."""
        feed, program = self.feed, self.program
        offset = feed.first_epoch * feed.steps_per_epoch
        limits = [
            program.epochs_per_call * feed.steps_per_epoch,
            self.steps - offset,
            first + program.steps_per_slice(),
        ]
        if feed.pipeline.changes or self.rates.follows_run or self.pace.keep:
            limits.append((first // feed.steps_per_epoch + 1) * feed.steps_per_epoch)
        if self.pace.steps is not None:
            limits.append(first + max(1, self.pace.steps))
        stop = min(limits)
        probes = [(s - offset, "scheduled") for s in self.probed if first <= s - offset < stop]
        if self.pace.snapshot and all(step != stop - 1 for step, _ in probes):
            probes.append((stop - 1, "stepped"))
        if len(probes) > program.probes_per_call:
            probes = probes[: program.probes_per_call]
            stop = probes[-1][0] + 1
        return stop, probes

    def _advance(self, first, stop, probes, halt) -> tuple[Telemetry, np.ndarray]:
        """Takes the steps from `first` up to `stop`; returns what was measured and the rates."""
        feed, program = self.feed, self.program
        steps = np.arange(program.epochs_per_call * feed.steps_per_epoch)
        rates = self.rates.at(steps + feed.first_epoch * feed.steps_per_epoch)
        slots = np.full(len(steps), program.probes_per_call, np.int32)
        for slot, (step, _) in enumerate(probes):
            slots[step] = slot
        self.progress, seen = program.advance(
            feed.tensors, feed.order_tensor, rates, slots, self.progress, first, stop, halt
        )
        return seen, rates

    def _not_finite(self, stage: str, last: int) -> list[Event]:
        """Ends the run at its first value that is not finite, with the epoch it happened in.

        The rest of the epoch is run, so that its loss is the one `keras.Model.fit` would show.
        """
        per_epoch = self.feed.steps_per_epoch
        step, position = self.pace.taken - 1, (last + 1) % per_epoch
        _, features, targets = self.feed.batch_of(step)
        if not np.isfinite(features).all():
            stage = "features"
        elif stage == "loss" and not np.isfinite(targets).all():
            stage = "targets"
        self.over, self.outcome = True, "diverged"
        at = f"At step {step} (epoch {step // per_epoch + 1})"  # as Keras counts for a reader
        self.reason = f"{at} {not_finite_in_words(stage)}."
        self.non_finite = {"stage": stage, "step": step, "epoch": step // per_epoch}
        if position == 0:
            return []
        first, stop = last + 1, last + 1 + per_epoch - position
        seen, rates = self._advance(first, stop, [], halt=False)
        self.pace.taken += stop - first
        return self._tell(first, stop - 1, seen, [], rates)

    def _tell(self, first, last, seen, probes, rates) -> list[Event]:
        """The events of the steps from `first` to `last`, thinned; the run's loss is kept."""
        told: list[Event] = []
        for event in self.reporter.events(first, last, seen, probes, rates):
            if event["event"] != "epoch_ended":
                told.append(event)
                continue
            self.full_loss = from_number(event["full_loss"])
            self.rates.epoch_ended(event)
            told += self.thinning.pass_on(event)
        return told

    def _complete(self) -> None:
        """Names the outcome of a run that took all its steps."""
        self.over = True
        height = max(self.first_loss, from_number(self.started["baseline_loss"]))
        if self.full_loss > DIVERGED_FACTOR * height:
            self.outcome = "diverged"
            start = f"its start, {self.first_loss:.3g}"
            if self.first_loss:
                start = f"{self.full_loss / self.first_loss:.3g} times {start}"
            else:
                start = f"above {start}"
            self.reason = f"The loss ended at {self.full_loss:.3g}, {start}."


def not_finite_in_words(stage: str) -> str:
    """What happened at the first step with a value that is not finite."""
    if stage in ("features", "targets"):
        return f"the {stage} fed held a value that is infinite or not a number"
    name = "updated weights" if stage == "update" else stage
    return f"the {name} became infinite or not a number"


def first_not_finite(before, gradients, after, outputs, loss) -> str:
    """The first stage of a step whose values are not all finite."""
    made = {
        "weights": before,
        "outputs": outputs,
        "loss": loss,
        "gradients": gradients,
        "update": after,
    }
    return next(stage for stage, values in made.items() if not np.isfinite(values).all())
