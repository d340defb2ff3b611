"""A run: a spec and its data in, a stream of events out."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.data.prepare import Prepared
from core.events import Event, number, numbers
from core.spec import Spec
from core.theory.optimum import anchors
from core.training.failure import plain_reason
from core.training.feed import Feed
from core.training.probe import probe_event, probed_steps
from core.training.program import STAGES, Structure, Telemetry, program_for
from core.training.rates import Rates
from core.training.thinning import Thinning

DIVERGED_FACTOR = 2.0  # a loss that ends this much above both its start and the baseline
STEPS_SHOWN = 2000  # per-step values told in a whole run, about


@dataclass
class Pace:
    """How far the next turn may go; whoever drives the turns may change it between them.

    Attributes:
        steps: Steps of the next turn, at most; None for as many as fit into a time slice.
        snapshot: Whether the turn's last step is to be probed.
        stop: Whether the run is to end before its next turn, as `stopped`.
        taken: Steps taken so far; the trainer keeps it.
        steps_per_epoch: Steps of one epoch; the trainer keeps it.
    """

    steps: int | None = None
    snapshot: bool = False
    stop: bool = False
    taken: int = 0
    steps_per_epoch: int = 1


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
        yield [trainer.start(feed)]
        while not (trainer.over or pace.stop):
            yield trainer.turn()
        if not trainer.over:
            trainer.outcome, trainer.reason = "stopped", "Stopped by hand."
    except Exception as error:  # whatever the learner's program raised is the run's outcome
        trainer.outcome, trainer.reason = "failed", plain_reason(error)
        if not trainer.begun:
            yield [trainer.started]
    yield [*trainer.thinning.rest(), trainer.ended_event()]


class Trainer:
    """Drives one run's compiled program, turn by turn, and words what it measured as events."""

    def __init__(self, spec: Spec, data: Prepared, pace: Pace):
        self.spec, self.pace = spec, pace
        self.thinning = Thinning(spec.training.epochs)
        self.outcome, self.reason = "completed", ""
        self.non_finite: dict[str, Any] | None = None
        self.begun = False
        self.over = False
        self.steps_window, self.steps_measured = -1, np.zeros((0, 4))
        self.full_loss = self.first_loss = float("nan")
        self._clock = time.monotonic()
        self.started = self._started(data)

    def start(self, feed: Feed) -> Event:
        """Puts the initial weights in place; returns `run_started`."""
        spec, self.feed = self.spec, feed
        self.rates = Rates(spec)
        structure = Structure.of(spec, feed.rows, len(feed.validation[0]), feed.width)
        self.program = program_for(structure)
        self.progress = self.program.start(spec)
        self.steps = feed.steps_per_epoch * spec.training.epochs
        self.probed = probed_steps(feed.steps_per_epoch, self.steps)
        x, y, x_val, y_val = feed.tensors
        self.first_loss = self.full_loss = self.program.evaluate(self.progress, x, y)
        val_loss = self.program.evaluate(self.progress, x_val, y_val) if len(x_val) else None
        self.begun, self.pace.steps_per_epoch = True, feed.steps_per_epoch
        flat = np.concatenate(
            [np.ravel(w) for w in self.progress.state[: self.program.weight_count]]
        )
        return self.started | {
            "full_loss": number(self.first_loss),
            "val_loss": number(val_loss),
            "weights": numbers(flat[self.program.shown].tolist()),
        }

    def _started(self, data: Prepared) -> Event:
        """`run_started`: the run's sizes, names and reference losses."""
        spec = self.spec
        rows = len(data.x_train)
        batch = min(spec.training.batch_size or rows, rows)
        reference = anchors(spec.loss, data.x_train, data.y_train, batch, spec.model.use_bias)
        linear = spec.model.activation == "linear"
        self.baseline_loss = reference.baseline_loss
        return {
            "event": "run_started",
            "spec": spec.model_dump(mode="json"),
            "rows": rows,
            "validation_rows": 0 if data.x_val is None else len(data.x_val),
            "features": list(data.features),
            "target": data.target,
            "epochs": spec.training.epochs,
            "steps_per_epoch": -(-rows // batch),
            "optimal_loss": number(reference.optimal_loss) if linear else None,
            "baseline_loss": number(reference.baseline_loss),
            "full_loss": None,
            "val_loss": None,
            "weights": [],
        }

    def turn(self) -> list[Event]:
        """Takes some steps; returns what is to be told of them."""
        feed, program = self.feed, self.program
        feed.move_to(self.pace.taken // feed.steps_per_epoch, program.epochs_per_call)
        first = self.pace.taken - feed.first_epoch * feed.steps_per_epoch
        stop, probes = self._plan(first)
        seen, rates = self._advance(first, stop, probes, halt=True)
        done, bad = int(seen.done), int(seen.bad)
        last = first + done - 1
        if bad >= 0 and all(step != last for step, _ in probes):
            probes.append((last, "non-finite"))  # the last row of the tables holds it
        events = self._told(first, last, seen, probes, rates)
        self.pace.taken += done
        if bad >= 0:
            events += self._not_finite(STAGES[bad], last)
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
            "seconds": round(time.monotonic() - self._clock, 4),
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
        if feed.pipeline.changes or self.rates.follows_run:
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

    def _told(self, first, last, seen, probes, rates) -> list[Event]:
        """Events of the steps from `first` to `last`, in their order."""
        per_epoch = self.feed.steps_per_epoch
        epochs, weights = np.array(seen.epochs), np.array(seen.weights)
        steps = self._measured(first, last, np.array(seen.steps))
        told: list[tuple[int, list[Event]]] = []
        if probes:
            tables = [np.array(t) for t in (seen.before, seen.gradients, seen.after, seen.outputs)]
        for slot, (step, why) in enumerate(probes):
            if step <= last:
                row = slot if why != "non-finite" else -1
                snapshot = (*(table[row] for table in tables), steps[step, 0])
                told.append((step, [self._probe(step, why, rates[step], snapshot)]))
        for row in range(first // per_epoch, (last + 1) // per_epoch):
            told.append(
                (
                    (row + 1) * per_epoch - 1,
                    self._epoch(row, epochs[row], weights[row], steps, rates),
                )
            )
        return [event for _, events in sorted(told, key=lambda item: item[0]) for event in events]

    def _measured(self, first: int, last: int, steps: np.ndarray) -> np.ndarray:
        """What was measured of every step so far in this window of epochs, shape (S, 4)."""
        if self.steps_window != self.feed.first_epoch:
            self.steps_window, self.steps_measured = self.feed.first_epoch, np.zeros_like(steps)
        self.steps_measured[first : last + 1] = steps[first : last + 1]
        return self.steps_measured

    def _probe(self, step, why, rate, snapshot) -> Event:
        per_epoch = self.feed.steps_per_epoch
        absolute = step + self.feed.first_epoch * per_epoch
        return probe_event(
            position=(absolute // per_epoch, absolute),
            why=why,
            rate=rate,
            fed=self.feed.batch_of(absolute),
            layout=self.program.layout,
            snapshot=snapshot,
        )

    def _epoch(self, row, losses, weights, steps, rates) -> list[Event]:
        """What is to be told of one epoch: itself, or nothing yet where a run is thinned."""
        per_epoch = self.feed.steps_per_epoch
        epoch = self.feed.first_epoch + row
        loss, full_loss, val_loss = (float(value) for value in losses)
        has_validation = len(self.feed.validation[0]) > 0
        self.full_loss = full_loss
        self.rates.epoch_ended(epoch, loss, val_loss if has_validation else None)
        last = (row + 1) * per_epoch - 1
        event = {
            "event": "epoch_ended",
            "epoch": epoch,
            "step": (epoch + 1) * per_epoch - 1,
            "loss": number(loss),
            "val_loss": number(val_loss) if has_validation else None,
            "full_loss": number(full_loss),
            "learning_rate": number(rates[last]),
            "gradient_norm": number(steps[last, 1]),
            "update_norm": number(steps[last, 2]),
            "weight_norm": number(steps[last, 3]),
            "weights": numbers(weights.tolist()),
        }
        shown = min(per_epoch, STEPS_SHOWN // self.spec.training.epochs)
        if shown > 1:
            chosen = np.unique(np.linspace(last - per_epoch + 1, last, shown).astype(int))
            table = steps[chosen]
            event["steps"] = {
                "step": (chosen + self.feed.first_epoch * per_epoch).tolist(),
                "loss": numbers(table[:, 0].tolist()),
                "gradient_norm": numbers(table[:, 1].tolist()),
                "update_norm": numbers(table[:, 2].tolist()),
                "weight_norm": numbers(table[:, 3].tolist()),
                "learning_rate": numbers(rates[chosen].tolist()),
            }
        return self.thinning.pass_on(event)

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
        self.reason = (
            f"First value that is not finite: in the {stage}, at step {step} "
            f"(epoch {step // per_epoch})."
        )
        self.non_finite = {"stage": stage, "step": step, "epoch": step // per_epoch}
        if position == 0:
            return []
        first, stop = last + 1, last + 1 + per_epoch - position
        seen, rates = self._advance(first, stop, [], halt=False)
        self.pace.taken += stop - first
        return self._told(first, stop - 1, seen, [], rates)

    def _complete(self) -> None:
        """Names the outcome of a run that took all its steps."""
        self.over = True
        height = max(self.first_loss, self.baseline_loss or 0.0)
        if self.full_loss > DIVERGED_FACTOR * height:
            self.outcome = "diverged"
            start = f"its start, {self.first_loss:.3g}"
            if self.first_loss:
                start = f"{self.full_loss / self.first_loss:.3g} times {start}"
            else:
                start = f"above {start}"
            self.reason = f"The loss ended at {self.full_loss:.3g}, {start}."
