"""A sweep: its spec in, a stream of events out.

- `sweep_started`: the sweep, how many runs it has and how many of them are trained together.
- `border`: the predicted border of stability as a line, see `core.sweep.stability_border`.
- `cells`: what became of some cells; those that are not `final` are as they look so far.
- `run_ended`: completed, stopped or failed, as of a run.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

import pandas as pd

from ..data.prepare import Prepared, prepare
from ..events import Event, failed
from ..spec import Spec
from ..theory.critical import critical_rate, has_critical_rate
from ..theory.problem import Problem
from ..theory.spectrum import spectrum_of
from ..training.trainer import Pace
from .batch_runner import BatchedCrew, Crew, SingleCrew
from .plan import Lot, lots_of
from .shard import Shard, share_of, unfinished
from .spec import SweepSpec
from .stability_border import border_of

MOST_BATCH_LIMITS = 64  # critical rates of mini-batches, which take about 0.1 s each
TABLES_KEPT = 64
Turn = list[Event] | None  # None: nothing to do until a program is compiled


def sweep_events(sweep: SweepSpec, table: pd.DataFrame) -> Iterator[Event]:
    """Runs a sweep to its end; `InputError` if it cannot be run or is too large."""
    for turn in Sweep(sweep, table, Pace()).turns(wait=True):
        yield from turn or []


class Sweep:
    """Trains the cells of a sweep or of a part of it, lot after lot.

    Args:
        sweep: What to run.
        table: The table that its source names.
        pace: Its `stop` ends the sweep before its next turn.
        part: Which lots it trains; the first part tells the border.

    Raises:
        InputError: If the sweep cannot be run or is too large.
    """

    def __init__(self, sweep: SweepSpec, table: pd.DataFrame, pace: Pace, part: Shard | None = None):
        self.sweep, self.pace, self.part = sweep, pace, part or Shard()
        self._table = table
        self._prepared: dict[str, Prepared] = {}
        self._clock = time.monotonic()
        self.lots = lots_of(sweep, self.data_of)
        self.share = unfinished(share_of(self.lots, self.part), sweep.places, self.part)
        limits = dict.fromkeys(map(self._limit, filter(_may_have_limit, sweep.specs)))
        self._limits = set(list(limits)[:MOST_BATCH_LIMITS])

    def turns(self, wait: bool = False) -> Iterator[Turn]:
        """Runs the sweep in turns of some 0.04 s, so that runs can share a process.

        Programs are compiled beside, one lot ahead.

        Args:
            wait: Whether to wait for a program; else a turn that would is None.
        """
        yield [self._started()]
        with ThreadPoolExecutor(1) as beside:
            border = beside.submit(self._border) if self.part.index == 0 else None
            lots = iter(self.share)
            crews = [beside.submit(self._crew, lot) for lot in islice(lots, 1)]
            if border:
                yield from self._until(border, wait)
                yield [border.result()]
            while crews:
                yield from self._until(crews[-1], wait)
                if self.pace.stop:
                    break
                crew = crews.pop().result()
                crews += [beside.submit(self._crew, lot) for lot in islice(lots, 1)]
                yield from crew.turns(self.pace)
            beside.shutdown(wait=False, cancel_futures=True)
        outcome = "stopped" if self.pace.stop else "completed"
        seconds = round(time.monotonic() - self._clock, 4)
        yield [failed("") | {"outcome": outcome, "seconds": seconds}]

    def data_of(self, spec: Spec) -> Prepared:
        """The spec's table, prepared; the latest ones are kept."""
        key = self._key(spec)
        if key not in self._prepared:
            if len(self._prepared) >= TABLES_KEPT:
                self._prepared.pop(next(iter(self._prepared)))
            self._prepared[key] = prepare(self._table, spec.data, spec.scaling, spec.training.seed)
        return self._prepared[key]

    def critical_of(self, spec: Spec, data: Prepared) -> float | None:
        """The critical learning rate of a cell, where theory gives one in good time."""
        spectrum = spectrum_of(data, spec.model.use_bias)
        if spectrum is None:
            return None
        problem = Problem(spec, data, spectrum)
        if not has_critical_rate(problem):
            return None
        known = problem.full_batch or self._limit(spec) in self._limits
        return critical_rate(problem) if known else None

    def _until(self, future: Future[Any], wait: bool) -> Iterator[Turn]:
        while not (wait or future.done() or self.pace.stop):
            yield None

    def _crew(self, lot: Lot) -> Crew:
        """The runs of a lot, ready to take their first steps."""
        specs = [self.sweep.specs[number] for number in lot.cells]
        kind = BatchedCrew if lot.room else SingleCrew
        data = [self.data_of(spec) for spec in (specs if lot.stacked else specs[:1])]
        return kind(lot, specs, data, self._cell, self.critical_of)

    def _started(self) -> Event:
        together = sum(len(lot.cells) for lot in self.lots if lot.room)
        return {
            "event": "sweep_started",
            "sweep": self.sweep.model_dump(mode="json"),
            "runs": self.sweep.runs,
            "shape": list(self.sweep.shape),
            "batched": together,
            "one_by_one": self.sweep.runs - together,
        }

    def _border(self) -> Event:
        critical: list[float | None] = [None] * self.sweep.runs
        if len(set(map(self._key, self.sweep.specs))) <= TABLES_KEPT:
            critical = [self.critical_of(s, self.data_of(s)) for s in self.sweep.specs]
        x, y = border_of(self.sweep, critical)
        return {"event": "border", "x": x, "y": y}

    def _cell(self, number: int) -> dict[str, Any]:
        """Where a cell is, and what its knobs are set to."""
        place = self.sweep.places[number]
        values = self.sweep.values_at(place)
        paths = [axis.path for axis in self.sweep.axes]
        return {"at": list(place), "knobs": dict(zip(paths, values, strict=True))}

    @classmethod
    def _limit(cls, spec: Spec) -> tuple[object, ...]:
        """What the critical rate of mini-batches depends on."""
        training, momentum = spec.training, getattr(spec.optimizer, "momentum", None)
        nesterov = getattr(spec.optimizer, "nesterov", None)
        order = training.shuffle, training.seed
        return cls._key(spec), training.batch_size, momentum, nesterov, *order

    @staticmethod
    def _key(spec: Spec) -> str:
        seed = spec.training.seed if spec.data.validation_fraction > 0 else 0
        return f"{spec.data.model_dump_json()}{spec.scaling.model_dump_json()}{seed}"


def _may_have_limit(spec: Spec) -> bool:
    return spec.optimizer.key == "sgd" and spec.training.batch_size is not None
