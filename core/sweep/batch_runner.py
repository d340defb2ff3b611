"""The runs of one lot, from their first step to what became of each."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from ..data.prepare import Prepared
from ..events import Event, from_number, number
from ..spec import Spec
from ..training.batched import BatchedRuns
from ..training.trainer import Pace, turns
from .outcome import Aim, Outcome, outcome_of, reached_epoch
from .plan import Lot

TOLD_SECONDS = 0.3  # between two looks at cells that are still being trained
Describe = Callable[[int], dict[str, Any]]
Critical = Callable[[Spec, Prepared], float | None]


class Crew(Protocol):
    """What a sweep drives."""

    def turns(self, pace: Pace) -> Iterator[list[Event]]:
        """Trains the lot; the events of each turn."""
        ...


class BatchedCrew:
    """Runs that take their steps together.

    Args:
        lot: Which cells they are.
        specs: What each runs.
        data: The table they share, or one for each.
        describe: What a cell's event says of its place.
        critical: A cell's critical learning rate.
    """

    def __init__(
        self,
        lot: Lot,
        specs: Sequence[Spec],
        data: Sequence[Prepared],
        describe: Describe,
        critical: Critical,
    ):
        self.lot, self.specs, self._describe = lot, specs, describe
        self.runs = BatchedRuns(specs, data, lot.room, lot.varied)
        self.runs.prepare()
        tables = data if len(data) > 1 else [data[0]] * len(specs)
        losses = self.runs.first_loss
        self.aims = [Aim.of(*each) for each in zip(specs, tables, map(float, losses), strict=True)]
        self.critical = [critical(*each) for each in zip(specs, tables, strict=True)]
        self._told: dict[int, str] = {}

    def turns(self, pace: Pace) -> Iterator[list[Event]]:
        runs, looked = self.runs, time.monotonic()
        yield self._cells(dict.fromkeys(range(len(self.specs)), ("running", None)))
        while not (runs.over or pace.stop):
            runs.advance()
            late = time.monotonic() - looked > TOLD_SECONDS
            if late and not runs.over:
                looked = time.monotonic()
            yield self._cells(self._so_far()) if late and not runs.over else []
        if runs.over:
            yield self._ended()

    def _so_far(self) -> dict[int, tuple[str, int | None]]:
        """The cells that look different now: broken, or near their optimum."""
        seen: dict[int, tuple[str, int | None]] = {}
        for run, aim in enumerate(self.aims):
            if self.runs.non_finite[run] >= 0:
                seen[run] = "diverges", None
            elif reached := reached_epoch(aim, self.runs.full_loss[: self.runs.epoch, run]):
                seen[run] = "converges", reached
        return {run: what for run, what in seen.items() if self._told.get(run) != what[0]}

    def _cells(self, seen: dict[int, tuple[str, int | None]]) -> list[Event]:
        self._told |= {run: regime for run, (regime, _) in seen.items()}
        cells = [
            self._describe(self.lot.cells[run])
            | {"final": False, "regime": regime, "epochs_to_optimum": reached}
            for run, (regime, reached) in seen.items()
        ]
        return [{"event": "cells", "cells": cells}] if cells else []

    def _ended(self) -> list[Event]:
        cells = []
        for run, (aim, critical) in enumerate(zip(self.aims, self.critical, strict=True)):
            outcome = outcome_of(aim, self._curve(run), self._broken_epoch(run), critical)
            cells.append(_final(self._describe(self.lot.cells[run]), outcome, critical, aim))
        return [{"event": "cells", "cells": cells}]

    def _broken_epoch(self, run: int) -> int | None:
        step = int(self.runs.non_finite[run])
        return step // self.runs.steps_per_epoch if step >= 0 else None

    def _curve(self, run: int) -> np.ndarray:
        """The run's losses up to its end, which is the epoch it broke in, if it did."""
        broken = self._broken_epoch(run)
        return self.runs.full_loss[: None if broken is None else broken + 1, run]


class SingleCrew:
    """One run that the ordinary trainer trains; arguments as for `BatchedCrew`."""

    def __init__(
        self,
        lot: Lot,
        specs: Sequence[Spec],
        data: Sequence[Prepared],
        describe: Describe,
        critical: Critical,
    ):
        self._place = describe(lot.cells[0])
        self._spec, self._data = specs[0], data[0]
        self._pace = Pace()
        self._turns = turns(self._spec, self._data, self._pace)
        self._begun = [*next(self._turns), *next(self._turns, [])]  # the first turn compiles
        self._critical = critical(self._spec, self._data)

    def turns(self, pace: Pace) -> Iterator[list[Event]]:
        told = list(self._begun)
        waiting = self._place | {"final": False, "regime": "running", "epochs_to_optimum": None}
        yield [{"event": "cells", "cells": [waiting]}]
        for events in self._turns:
            told += [event for event in events if event["event"] != "probe"]
            self._pace.stop = pace.stop
            yield []
        if not pace.stop:
            yield [{"event": "cells", "cells": [self._judged(told)]}]

    def _judged(self, told: list[Event]) -> dict[str, Any]:
        curve = np.array([from_number(e["full_loss"]) for e in told if e["event"] == "epoch_ended"])
        aim = Aim.of(self._spec, self._data, from_number(told[0]["full_loss"]))
        ended = told[-1]
        if ended["outcome"] == "failed":
            return self._place | {"final": True, "regime": "unknown", "reason": ended["reason"]}
        broken = ended["non_finite"]["epoch"] if ended["non_finite"] else None
        outcome = outcome_of(aim, curve, broken, self._critical)
        return _final(self._place, outcome, self._critical, aim)


def _final(
    place: dict[str, Any], outcome: Outcome, critical: float | None, aim: Aim
) -> dict[str, Any]:
    """A cell as it travels when its run has ended."""
    optimal = aim.goal.optimal if aim.goal else None
    told = {"critical_learning_rate": number(critical), "optimal_loss": number(optimal)}
    return place | {"final": True} | outcome.to_json() | told
