"""Many runs of one structure, step by step together: the host's side of a batched program."""

from collections.abc import Sequence

import numpy as np

from ..data.pipeline import Pipeline
from ..data.prepare import Prepared
from ..model.activations import ACROSS_UNITS
from ..spec import Spec, TrainingSpec
from ..theory.initial_weights import initial_weights
from ..theory.optimum import row_shares
from .batched_program import PER_RUN, BatchStructure, batched_program_for

MOST_RUNS = 256  # computed at once: more do not fit into a core's cache and are slower each
OUTPUT_CELLS = 1 << 22  # outputs of one batched step, at most (16 MB)
STACKED_CELLS = 1 << 24  # features of all runs' own tables together, at most (64 MB)
NO_STEP = -1


def can_be_batched(spec: Spec) -> bool:
    """Whether a run can be one of a layer's units.

    Not with a bug, with a rate that follows the losses, or where units change each other.
    """
    apart = spec.model.activation not in ACROSS_UNITS
    return spec.bug is None and not spec.schedule.follows_run and apart


def varied_among(specs: Sequence[Spec]) -> tuple[str, ...]:
    """The hyperparameters in which specs of one optimizer differ, of those in `PER_RUN`."""
    optimizers = [spec.optimizer for spec in specs]
    return tuple(
        name for name in PER_RUN if len({getattr(each, name, None) for each in optimizers}) > 1
    )


def runs_at_once(count: int, rows: int, features: int, stacked: bool) -> int:
    """How many of `count` runs are computed together: a power of two, so that programs are few."""
    room = min(MOST_RUNS, OUTPUT_CELLS // rows)
    if stacked:
        room = min(room, STACKED_CELLS // (rows * features))
    room = 1 << max(0, room.bit_length() - 1)
    return min(room, 1 << (count - 1).bit_length())


class BatchedRuns:
    """Runs that take their steps together.

    Args:
        specs: Of one structure, batch size, number of epochs; they may differ in numbers of the
            optimizer, in their schedules, initial weights and seeds.
        data: The table that all of them share, with its row order; or one for each.
        room: How many runs the program has room for, at least as many as there are.
        varied: Hyperparameters that the program takes for each run apart, of `PER_RUN`.

    Attributes:
        steps, taken: Steps of each run, and how many are done.
        loss, full_loss: Of each epoch and run, shape (epochs, runs), as the trainer tells them.
        non_finite: The step of each run's first value that is not finite, or `NO_STEP`.
    """

    def __init__(
        self, specs: Sequence[Spec], data: Sequence[Prepared], room: int, varied: tuple[str, ...]
    ):
        self.specs, self.count = specs, len(specs)
        self._padded = [*specs, *[specs[-1]] * (room - len(specs))]
        self._data = [*data, *[data[-1]] * (room - len(data))] if len(data) > 1 else list(data)
        spec, first = specs[0], data[0]
        self.rows, self.width = first.x_train.shape
        self.batch = min(spec.training.batch_size or self.rows, self.rows)
        self.steps_per_epoch = -(-self.rows // self.batch)
        self.epochs = spec.training.epochs
        self.steps, self.taken = self.epochs * self.steps_per_epoch, 0
        self.structure = self._structure(room, varied)
        shape = self.epochs, room
        self.loss, self.full_loss = np.full(shape, np.nan), np.full(shape, np.nan)
        self.non_finite = np.full(room, NO_STEP)
        self._sum = np.zeros(room)
        self._block: tuple[int, np.ndarray] = (-1, np.zeros((0, 0)))

    def prepare(self) -> None:
        """Puts everything in place and compiles: about a second, once for a structure."""
        self.program = batched_program_for(self.structure)
        weights = np.stack([initial_weights(spec, self.width) for spec in self._padded])
        self._state = self.program.start(weights)
        self._arrays = self._tables()
        self._hyper = tuple(self._values(name) for name in self.structure.varied)
        self.program.advance(
            self._arrays, self._feed(0), self._rates(0), self._hyper, self._state, 0
        )
        self.first_loss = self.program.evaluate(self._arrays, self._state)[: self.count]

    @property
    def epoch(self) -> int:
        """How many epochs have ended."""
        return self.taken // self.steps_per_epoch

    @property
    def over(self) -> bool:
        """Whether no run has a step left that would show anything."""
        return self.taken == self.steps or bool((self.non_finite[: self.count] >= 0).all())

    def advance(self) -> None:
        """Takes as many steps as fit into a time slice."""
        first = self.taken
        steps = min(self.steps - first, self.program.steps_per_slice)
        self._state, (losses, full, fine) = self.program.advance(
            self._arrays, self._feed(first), self._rates(first), self._hyper, self._state, steps
        )
        bad = ~fine[:steps]
        met = bad.any(axis=0) & (self.non_finite == NO_STEP)
        self.non_finite[met] = first + bad.argmax(axis=0)[met]
        self._count_epochs(first, losses[:steps].astype(np.float64), full)
        self.taken += steps
        if self.structure.full_batch:  # the loss before a step is the one behind the step before
            known = losses[:steps] if first else losses[1:steps]
            self.full_loss[self.taken - steps - bool(first) : self.taken - 1][: len(known)] = known
            if self.taken == self.steps:
                self.full_loss[-1] = self.program.evaluate(self._arrays, self._state)

    def _count_epochs(self, first: int, losses: np.ndarray, full: np.ndarray) -> None:
        """Adds the steps' losses to their epochs', weighted by rows as Keras does."""
        sizes = self._sizes(np.arange(first, first + len(losses)))
        for index, (size, loss) in enumerate(zip(sizes, losses, strict=True)):
            epoch, position = divmod(first + index, self.steps_per_epoch)
            self._sum = loss * size if position == 0 else self._sum + loss * size
            if position == self.steps_per_epoch - 1:
                self.loss[epoch] = self._sum / self.rows
                if not self.structure.full_batch:
                    self.full_loss[epoch] = full[index]

    def _structure(self, room: int, varied: tuple[str, ...]) -> BatchStructure:
        spec = self.specs[0]
        plain = {name: type(spec.optimizer).model_fields[name].default for name in varied}
        if "clip_norm" in varied:
            plain["clip_norm"] = 1.0
        kept = Spec(
            model=spec.model.model_copy(
                update={"initializer": "zeros", "initial_weights": None, "layer": "dense"}
            ),
            optimizer=spec.optimizer.model_copy(update={"learning_rate": 0.0, **plain}),
            loss=spec.loss.model_copy(update={"reduction": "mean"}),
            training=TrainingSpec(),
        )
        full = self.steps_per_epoch == 1
        batch = self.rows if full else min(self.rows - 1, 1 << (self.batch - 1).bit_length())
        stacked = len(self._data) > 1
        return BatchStructure(kept, varied, room, self.rows, self.width, batch, stacked)

    def _tables(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Features, targets, and how much each row counts in the loss of the whole table."""
        spec, first = self.specs[0], self._data[0]
        counts = row_shares(spec.loss, self.rows, self.batch) * self.rows
        counts = counts.astype(np.float32)[:, None]
        if not self.structure.stacked:
            return first.x_train, first.y_train, counts
        features = np.stack([data.x_train for data in self._data])
        return features, np.concatenate([data.y_train for data in self._data], axis=1), counts

    def _values(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        values = np.array([getattr(spec.optimizer, name) for spec in self._padded], np.float64)
        return values.astype(np.float32), (1 - values).astype(np.float32)

    def _rates(self, first: int) -> np.ndarray:
        """Learning rates of the steps from `first` on, (S, R)."""
        steps = np.arange(first, first + self.structure.steps)
        with np.errstate(over="ignore"):
            rates = [s.schedule.at(s.optimizer.learning_rate, steps) for s in self._padded]
            return np.stack(rates, axis=1).astype(np.float32)

    def _sizes(self, steps: np.ndarray) -> np.ndarray:
        """Rows of each step's batch."""
        last = steps % self.steps_per_epoch == self.steps_per_epoch - 1
        return np.where(last, self.rows - (self.steps_per_epoch - 1) * self.batch, self.batch)

    def _feed(self, first: int) -> tuple[np.ndarray, ...]:
        """Row numbers, sizes, divisors and epochs' ends of the steps from `first` on."""
        room = self.structure.steps
        steps = np.arange(first, first + room)
        sizes = self._sizes(steps).astype(np.int32)
        mean = self.specs[0].loss.reduction == "mean"
        divisors = sizes.astype(np.float32) if mean else np.ones(room, np.float32)
        ends = steps % self.steps_per_epoch == self.steps_per_epoch - 1
        if self.structure.full_batch:
            return np.zeros((room, 1), np.int32), sizes, divisors, ends
        last = min(steps[-1], self.steps - 1)
        epochs = range(first // self.steps_per_epoch, last // self.steps_per_epoch + 1)
        rows = np.concatenate([self._rows_of(epoch) for epoch in epochs])
        rows = rows[first % self.steps_per_epoch :][:room]
        missing = [(0, room - len(rows))] + [(0, 0)] * (rows.ndim - 1)
        return np.pad(rows, missing), sizes, divisors, ends

    def _rows_of(self, epoch: int) -> np.ndarray:
        """Row numbers of an epoch's batches, (steps, b) or (steps, R, b), filled up with zeros."""
        if self._block[0] != epoch:
            kept = len(self._data)
            orders = np.zeros((kept, self.steps_per_epoch * self.batch), np.int32)
            for run in range(kept):
                data, training = self._data[run], self._padded[run].training
                pipeline = Pipeline(data, training.shuffle, training.seed)
                orders[run, : self.rows] = pipeline.order(data.y_train, epoch)
            rows = orders.reshape(kept, self.steps_per_epoch, self.batch).swapaxes(0, 1)
            rows = np.pad(rows, [(0, 0), (0, 0), (0, self.structure.batch - self.batch)])
            self._block = epoch, rows if self.structure.stacked else rows[:, 0]
        return self._block[1]
