"""Executes a sweep: a sweep's spec in, a stream of events out.

- `sweep_started`: the sweep's spec, its number of runs and how many of them are batched.
- `border`: the predicted border of stability as a line, see `core.sweep.stability_border`.
- `cells`: the outcome of some cells; interim where it is not `final`.
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
from ..limits import check_size
from ..spec import Spec
from ..theory.critical import critical_rate, has_critical_rate
from ..theory.problem import Problem
from ..theory.spectrum import spectrum_of
from ..training.trainer import Pace
from .batch_runner import BatchedRunner, BatchRunner, SingleRunner
from .plan import RunBatch, plan_batches
from .shard import Shard, remaining_batches, shard_batches
from .spec import SweepSpec
from .stability_border import stability_border

MAX_MINIBATCH_RATES = 64  # critical rates of mini-batches, which take about 0.1 s each
MAX_CACHED_TABLES = 64
Turn = list[Event] | None  # None while a program is compiled in the background


def sweep_events(sweep: SweepSpec, table: pd.DataFrame) -> Iterator[Event]:
    """Runs a sweep to its end; `InputError` if it cannot be run or is too large."""
    for turn in Sweep(sweep, table, Pace()).turns(wait=True):
        yield from turn or []


class Sweep:
    """Trains the cells of a sweep or of a shard of it, one run batch after the other.

    Args:
        sweep: What to run.
        table: The table that its source names.
        pace: Its `stop` ends the sweep before its next turn.
        shard: Which run batches to train, all by default; the first shard sends the border.

    Raises:
        InputError: If the sweep cannot be run or is too large.
    """

    def __init__(
        self, sweep: SweepSpec, table: pd.DataFrame, pace: Pace, shard: Shard | None = None
    ):
        self.sweep, self.pace, self.shard = sweep, pace, shard or Shard()
        self._table = table
        self._tables: dict[str, Prepared] = {}
        self._start_time = time.monotonic()
        self.batches = plan_batches(sweep, self.data_of)
        own_batches = shard_batches(self.batches, self.shard)
        self.remaining = remaining_batches(own_batches, sweep.indices, self.shard)
        minibatch = filter(_may_have_minibatch_rate, sweep.specs)
        keys = dict.fromkeys(map(self._minibatch_key, minibatch))
        self._minibatch_keys = set(list(keys)[:MAX_MINIBATCH_RATES])

    def turns(self, wait: bool = False) -> Iterator[Turn]:
        """Runs the sweep in turns of some 0.04 s, so that runs can share a process.

        A background thread compiles programs one run batch ahead.

        Args:
            wait: Whether to block until a program is compiled, instead of yielding None.
        """
        yield [self._started_event()]
        with ThreadPoolExecutor(1) as background:
            border = background.submit(self._border_event) if self.shard.index == 0 else None
            batches = iter(self.remaining)
            runners = [background.submit(self._make_runner, batch) for batch in islice(batches, 1)]
            if border:
                yield from self._wait_for(border, wait)
                yield [border.result()]
            while runners:
                yield from self._wait_for(runners[-1], wait)
                if self.pace.stop:
                    break
                runner = runners.pop().result()
                runners += [
                    background.submit(self._make_runner, batch) for batch in islice(batches, 1)
                ]
                yield from runner.turns(self.pace)
            background.shutdown(wait=False, cancel_futures=True)
        outcome = "stopped" if self.pace.stop else "completed"
        seconds = round(time.monotonic() - self._start_time, 4)
        yield [failed("") | {"outcome": outcome, "seconds": seconds}]

    def data_of(self, spec: Spec) -> Prepared:
        """The spec's table, prepared; cached, first in, first out.

        Raises:
            InputError: As `prepare` does, and for a table that is too large for this server.
        """
        key = self._table_key(spec)
        if key not in self._tables:
            if len(self._tables) >= MAX_CACHED_TABLES:
                self._tables.pop(next(iter(self._tables)))
            data = prepare(self._table, spec.data, spec.scaling, spec.training.seed)
            check_size(*data.x_raw_train.shape)
            spec.model.check_features(data.x_raw_train.shape[1])
            self._tables[key] = data
        return self._tables[key]

    def critical_rate_of(self, spec: Spec, data: Prepared) -> float | None:
        """A cell's critical learning rate; None where theory has none, or it takes too long."""
        spectrum = spectrum_of(data, spec.model.use_bias)
        if spectrum is None:
            return None
        problem = Problem(spec, data, spectrum)
        if not has_critical_rate(problem):
            return None
        fast = problem.full_batch or self._minibatch_key(spec) in self._minibatch_keys
        return critical_rate(problem) if fast else None

    def _wait_for(self, future: Future[Any], wait: bool) -> Iterator[Turn]:
        """Yields None until the future is done or the sweep is stopped; nothing with `wait`."""
        while not (wait or future.done() or self.pace.stop):
            yield None

    def _make_runner(self, batch: RunBatch) -> BatchRunner:
        """The runner of a run batch, its program compiled."""
        specs = [self.sweep.specs[number] for number in batch.cells]
        runner_class = BatchedRunner if batch.capacity else SingleRunner
        data = [self.data_of(spec) for spec in (specs if batch.stacked else specs[:1])]
        return runner_class(batch, specs, data, self._cell_header, self.critical_rate_of)

    def _started_event(self) -> Event:
        batched = sum(len(batch.cells) for batch in self.batches if batch.capacity)
        return {
            "event": "sweep_started",
            "sweep": self.sweep.model_dump(mode="json"),
            "runs": self.sweep.runs,
            "shape": list(self.sweep.shape),
            "batched": batched,
            "one_by_one": self.sweep.runs - batched,
        }

    def _border_event(self) -> Event:
        critical_rates: list[float | None] = [None] * self.sweep.runs
        if len(set(map(self._table_key, self.sweep.specs))) <= MAX_CACHED_TABLES:
            critical_rates = [self.critical_rate_of(s, self.data_of(s)) for s in self.sweep.specs]
        x, y = stability_border(self.sweep, critical_rates)
        return {"event": "border", "x": x, "y": y}

    def _cell_header(self, number: int) -> dict[str, Any]:
        """The fields `at` (a cell's index along each axis) and `knobs` (the values there)."""
        index = self.sweep.indices[number]
        values = self.sweep.values_at(index)
        paths = [axis.path for axis in self.sweep.axes]
        return {"at": list(index), "knobs": dict(zip(paths, values, strict=True))}

    @classmethod
    def _minibatch_key(cls, spec: Spec) -> tuple[object, ...]:
        """What the critical rate of mini-batches depends on."""
        training, momentum = spec.training, getattr(spec.optimizer, "momentum", None)
        nesterov = getattr(spec.optimizer, "nesterov", None)
        order = training.shuffle, training.seed
        return cls._table_key(spec), training.batch_size, momentum, nesterov, *order

    @staticmethod
    def _table_key(spec: Spec) -> str:
        """What a prepared table depends on."""
        seed = spec.training.seed if spec.data.validation_fraction > 0 else 0
        return f"{spec.data.model_dump_json()}{spec.scaling.model_dump_json()}{seed}"


def _may_have_minibatch_rate(spec: Spec) -> bool:
    return spec.optimizer.key == "sgd" and spec.training.batch_size is not None
