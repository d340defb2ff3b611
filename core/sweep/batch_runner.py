"""Trains one run batch of a sweep and judges each of its cells."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from ..data.prepare import Prepared
from ..events import Event, from_number, number
from ..spec import Spec
from ..training.batched import BatchedRuns
from ..training.trainer import Pace, turns
from .outcome import CellOutcome, Criteria, epochs_to_optimum, judge_cell
from .plan import RunBatch

UPDATE_SECONDS = 0.3  # between two interim events of cells that are still being trained
CellHeader = Callable[[int], dict[str, Any]]  # from a cell's position
CriticalRate = Callable[[Spec, Prepared], float | None]


class BatchRunner(Protocol):
    """Trains a run batch in time slices."""

    def turns(self, pace: Pace) -> Iterator[list[Event]]:
        """Trains the run batch; yields the events of each turn."""
        ...


class BatchedRunner:
    """Runs that take their steps together in one compiled program.

    Args:
        batch: The run batch.
        specs: Of each cell.
        data: The prepared table that all cells share, or one for each.
        cell_header: Gives the fields `at` and `knobs` of a cell's events.
        critical_rate: Gives a cell's critical learning rate, where theory has one.
    """

    def __init__(
        self,
        batch: RunBatch,
        specs: Sequence[Spec],
        data: Sequence[Prepared],
        cell_header: CellHeader,
        critical_rate: CriticalRate,
    ):
        self.batch, self.specs, self._cell_header = batch, specs, cell_header
        self.runs = BatchedRuns(specs, data, batch.capacity, batch.varied)
        self.runs.prepare()
        tables = data if len(data) > 1 else [data[0]] * len(specs)
        losses = map(float, self.runs.first_loss)
        self.criteria = [Criteria.of(*each) for each in zip(specs, tables, losses, strict=True)]
        self.critical_rates = [critical_rate(*each) for each in zip(specs, tables, strict=True)]
        self._sent_regimes: dict[int, str] = {}

    def turns(self, pace: Pace) -> Iterator[list[Event]]:
        runs, last_update = self.runs, time.monotonic()
        yield self._interim_events(dict.fromkeys(range(len(self.specs)), ("running", None)))
        while not (runs.over or pace.stop):
            runs.advance()
            update_due = time.monotonic() - last_update > UPDATE_SECONDS
            if update_due and not runs.over:
                last_update = time.monotonic()
            yield self._interim_events(self._changed()) if update_due and not runs.over else []
        if runs.over:
            yield self._final_events()

    def _changed(self) -> dict[int, tuple[str, int | None]]:
        """The cells whose regime has changed since it was sent: non-finite, or near the optimum."""
        regimes: dict[int, tuple[str, int | None]] = {}
        for run, criteria in enumerate(self.criteria):
            if self.runs.non_finite[run] >= 0:
                regimes[run] = "diverges", None
            elif epochs := epochs_to_optimum(criteria, self.runs.full_loss[: self.runs.epoch, run]):
                regimes[run] = "converges", epochs
        return {run: new for run, new in regimes.items() if self._sent_regimes.get(run) != new[0]}

    def _interim_events(self, regimes: dict[int, tuple[str, int | None]]) -> list[Event]:
        self._sent_regimes |= {run: regime for run, (regime, _) in regimes.items()}
        cells = [
            self._cell_header(self.batch.cells[run])
            | {"final": False, "regime": regime, "epochs_to_optimum": epochs}
            for run, (regime, epochs) in regimes.items()
        ]
        return [{"event": "cells", "cells": cells}] if cells else []

    def _final_events(self) -> list[Event]:
        cells = []
        for run, (criteria, rate) in enumerate(
            zip(self.criteria, self.critical_rates, strict=True)
        ):
            outcome = judge_cell(criteria, self._curve(run), self._non_finite_epoch(run), rate)
            header = self._cell_header(self.batch.cells[run])
            cells.append(_final_cell(header, outcome, rate, criteria))
        return [{"event": "cells", "cells": cells}]

    def _non_finite_epoch(self, run: int) -> int | None:
        step = int(self.runs.non_finite[run])
        return step // self.runs.steps_per_epoch if step >= 0 else None

    def _curve(self, run: int) -> np.ndarray:
        """The run's loss at each epoch's end, up to its first non-finite epoch, if there is one."""
        epoch = self._non_finite_epoch(run)
        return self.runs.full_loss[: None if epoch is None else epoch + 1, run]


class SingleRunner:
    """One run by the ordinary trainer; arguments as for `BatchedRunner`."""

    def __init__(
        self,
        batch: RunBatch,
        specs: Sequence[Spec],
        data: Sequence[Prepared],
        cell_header: CellHeader,
        critical_rate: CriticalRate,
    ):
        self._header = cell_header(batch.cells[0])
        self._spec, self._data = specs[0], data[0]
        self._pace = Pace()
        self._turns = turns(self._spec, self._data, self._pace)
        self._first_events = [*next(self._turns), *next(self._turns, [])]  # compiles
        self._critical_rate = critical_rate(self._spec, self._data)

    def turns(self, pace: Pace) -> Iterator[list[Event]]:
        run_events = list(self._first_events)
        interim = self._header | {"final": False, "regime": "running", "epochs_to_optimum": None}
        yield [{"event": "cells", "cells": [interim]}]
        for events in self._turns:
            run_events += [event for event in events if event["event"] != "probe"]
            self._pace.stop = pace.stop
            yield []
        if not pace.stop:
            yield [{"event": "cells", "cells": [self._judge(run_events)]}]

    def _judge(self, events: list[Event]) -> dict[str, Any]:
        epochs = [event for event in events if event["event"] == "epoch_ended"]
        curve = np.array([from_number(event["full_loss"]) for event in epochs])
        criteria = Criteria.of(self._spec, self._data, from_number(events[0]["full_loss"]))
        end = events[-1]
        if end["outcome"] == "failed":
            return self._header | {"final": True, "regime": "unknown", "reason": end["reason"]}
        non_finite_epoch = end["non_finite"]["epoch"] if end["non_finite"] else None
        outcome = judge_cell(criteria, curve, non_finite_epoch, self._critical_rate)
        return _final_cell(self._header, outcome, self._critical_rate, criteria)


def _final_cell(
    header: dict[str, Any], outcome: CellOutcome, critical_rate: float | None, criteria: Criteria
) -> dict[str, Any]:
    """The JSON of a cell whose run has ended."""
    optimal = criteria.goal.optimal if criteria.goal else None
    theory = {"critical_learning_rate": number(critical_rate), "optimal_loss": number(optimal)}
    return header | {"final": True} | outcome.to_json() | theory
