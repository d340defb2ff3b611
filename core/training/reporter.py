"""What a compiled program measured, worded as events."""

from typing import Any

import numpy as np

from ..data.prepare import Prepared
from ..events import Event, number, numbers
from ..spec import Spec
from ..theory.optimum import Anchors, anchors
from ..theory.problem import Problem
from ..theory.spectrum import MOST_FEATURES_AT_ONCE, folded_table, spectrum_of
from .feed import Feed
from .probe import MAX_CELLS, in_brief, numbers_told, probe_event
from .program import Program
from .projection import Projection
from .telemetry import Telemetry

STEPPED_NUMBERS = 40_000  # told of single steps: of the first half's whole batches, then one row
STEPS_SHOWN = 2000  # per-step values told in a whole run, about


def started_event(spec: Spec, data: Prepared) -> Event:
    """`run_started`: the run's sizes, names and reference losses."""
    rows = len(data.x_train)
    batch = min(spec.training.batch_size or rows, rows)
    reference = _anchors(spec, data, batch)
    linear = spec.model.activation == "linear"
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


def _anchors(spec: Spec, data: Prepared, batch: int) -> Anchors:
    """The run's reference losses, by the decomposition that its coordinates need anyhow."""
    if len(data.features) <= MOST_FEATURES_AT_ONCE:
        spectrum = spectrum_of(data, spec.model.use_bias)
        known = spectrum is not None
        return Problem(spec, data, spectrum).anchors if known else Anchors(None, None)
    triangle = folded_table(data, spec.model.use_bias)
    if triangle is None:
        return Anchors(None, None)
    best = triangle.least_squares()
    return anchors(spec.loss, data.x_train, data.y_train, batch, spec.model.use_bias, best)


class Reporter:
    """Words the steps of one run.

    Args:
        epochs: Of the whole run.
        feed: What the run is fed.
        program: What runs it.
        projection: What is told of its weights.
    """

    def __init__(self, epochs: int, feed: Feed, program: Program, projection: Projection):
        self.feed, self.program, self.projection = feed, program, projection
        self.steps_shown = min(feed.steps_per_epoch, STEPS_SHOWN // epochs)
        self._window, self._measured = -1, np.zeros((0, 4))
        self._numbers_left = STEPPED_NUMBERS

    def events(
        self,
        first: int,
        last: int,
        seen: Telemetry,
        probes: list[tuple[int, str]],
        rates: np.ndarray,
    ) -> list[Event]:
        """The events of the steps from `first` to `last`, in their order.

        Args:
            first, last: Counted from the first epoch that the feed has in place, as all steps here.
            seen: What was measured of them.
            probes: The steps whose snapshots were kept, in their order, and why; the one that was
                not planned is the last.
            rates: The learning rate of every step in place, float32.
        """
        per_epoch = self.feed.steps_per_epoch
        epochs, steps = np.array(seen.epochs), self._steps(first, last, np.array(seen.steps))
        told: list[tuple[int, Event]] = []
        if probes:
            made = np.array(seen.probes)
        for slot, (step, why) in enumerate(probes):
            if step <= last:
                row = made[slot if why != "non-finite" else -1]
                told.append((step, self._probe(step, why, rates[step], row, steps[step, 0])))
        for row in range(first // per_epoch, (last + 1) // per_epoch):
            end = (row + 1) * per_epoch - 1
            told.append((end, self._epoch(row, epochs[row], steps, rates)))
        return [event for _, event in sorted(told, key=lambda item: item[0])]

    def _steps(self, first: int, last: int, steps: np.ndarray) -> np.ndarray:
        """What was measured of every step so far of the epochs in place, shape (S, 4)."""
        if self._window != self.feed.first_epoch:
            self._window, self._measured = self.feed.first_epoch, np.zeros_like(steps)
        self._measured[first : last + 1] = steps[first : last + 1]
        return self._measured

    def _probe(self, step: int, why: str, rate: Any, made: np.ndarray, loss: Any) -> Event:
        per_epoch = self.feed.steps_per_epoch
        absolute = step + self.feed.first_epoch * per_epoch
        fed = self.feed.batch_of(absolute)
        many = why == "stepped" and self._numbers_left < STEPPED_NUMBERS // 2
        event = probe_event(
            position=(absolute // per_epoch, absolute),
            why=why,
            rate=rate,
            fed=fed,
            most_cells=0 if many else MAX_CELLS,
            layout=self.program.layout,
            snapshot=(*self.program.cut(made), float(loss)),
        )
        if why == "stepped":
            self._numbers_left -= numbers_told(event)
            if self._numbers_left < 0:
                event = in_brief(event)
        return event

    def _epoch(self, row: int, told: np.ndarray, steps: np.ndarray, rates: np.ndarray) -> Event:
        """`epoch_ended` of the epoch in place at `row`."""
        per_epoch = self.feed.steps_per_epoch
        epoch, last = self.feed.first_epoch + row, (row + 1) * per_epoch - 1
        event: dict[str, Any] = {
            "event": "epoch_ended",
            "epoch": epoch,
            "step": (epoch + 1) * per_epoch - 1,
            "loss": number(told[0]),
            "val_loss": number(told[2]) if len(self.feed.validation[0]) else None,
            "full_loss": number(told[1]),
            "learning_rate": number(float(rates[last])),
            "gradient_norm": number(steps[last, 1]),
            "update_norm": number(steps[last, 2]),
            "weight_norm": number(steps[last, 3]),
            **self.projection.of(*np.split(told[3:], [len(self.program.shown)])),
        }
        if self.steps_shown > 1:
            chosen = np.linspace(last - per_epoch + 1, last, self.steps_shown).astype(int)
            table = steps[chosen]
            event["steps"] = {
                "step": (chosen + self.feed.first_epoch * per_epoch).tolist(),
                "loss": numbers(table[:, 0].tolist()),
                "gradient_norm": numbers(table[:, 1].tolist()),
                "update_norm": numbers(table[:, 2].tolist()),
                "weight_norm": numbers(table[:, 3].tolist()),
                "learning_rate": numbers(rates[chosen].tolist()),
            }
        return event
