"""A run computed again: what its sentences are held against.

All of it is NumPy on the run's events and its table, but where rounding alone takes a changed run
from its optimum: that one is run. The rows, split and filled as the run had them, come from the
preparation; the optimizers' and schedules' formulas are those that tests hold against Keras step by
step.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from core.data.prepare import Prepared, prepare
from core.events import Event, from_number
from core.spec import Spec
from core.theory.initial_weights import initial_weights
from core.theory.plateau import Plateau
from core.theory.updates import update_rule

NEAR, SETTLED = 0.01, 0.05  # of the way, DESIGN's words for near the optimum and for staying there
LARGEST = float(np.finfo(np.float32).max)
MOST_STEPS = 400_000  # that are followed again


def scaled(kind: str, raw: np.ndarray) -> np.ndarray:
    """Columns scaled as scikit-learn's scalers do, rounded as the layer gets them."""
    low, high = raw.min(axis=0), raw.max(axis=0)
    quartiles = np.percentile(raw, [25, 50, 75], axis=0)
    center, spread = {
        "none": (0.0, np.ones(raw.shape[1])),
        "standard": (raw.mean(axis=0), raw.std(axis=0)),
        "minmax": (low, high - low),
        "robust": (quartiles[1], quartiles[2] - quartiles[0]),
    }[kind]
    rounding = len(raw) * np.finfo(float).eps * np.abs(raw).max(axis=0)  # of a constant column
    spread = np.where(spread <= rounding, 1.0, spread)
    return ((raw - center) / spread).astype(np.float32).astype(np.float64)


class Course:
    """What a correct program does with a spec on its table.

    Args:
        spec: Without a bug.
        data: Its rows, of which the raw ones are used.
    """

    def __init__(self, spec: Spec, data: Prepared):
        self.spec, self.data = spec, data
        self.n, self.d = data.x_raw_train.shape
        self.batch = min(spec.training.batch_size or self.n, self.n)
        self.per_epoch = -(-self.n // self.batch)
        self.steps = spec.training.epochs * self.per_epoch
        self._growth: dict[float, float] = {}

    @cached_property
    def finite(self) -> bool:
        rows = self.data.x_raw_train, self.data.y_raw_train
        return all(bool(np.isfinite(part.astype(np.float32)).all()) for part in rows)

    @cached_property
    def x(self) -> np.ndarray:
        return scaled(self.spec.scaling.features, self.data.x_raw_train)

    @cached_property
    def y(self) -> np.ndarray:
        return scaled(self.spec.scaling.target, self.data.y_raw_train)[:, 0]

    @cached_property
    def a(self) -> np.ndarray:
        """Features with a column of ones, if there is a bias."""
        return np.c_[self.x, np.ones(self.n)] if self.spec.model.use_bias else self.x

    @cached_property
    def singular(self) -> tuple[np.ndarray, np.ndarray]:
        """Singular values of A, descending, and directions."""
        _, values, directions = np.linalg.svd(np.linalg.qr(self.a)[1])
        return np.where(values <= 1e-13 * values[0], 0.0, values), directions

    @property
    def scale(self) -> float:
        """The loss of all rows is scale · Σ r², on average over batches."""
        rows = self.batch if self.spec.loss.reduction == "sum" else 1
        return self.factor * rows / self.n

    @property
    def factor(self) -> float:
        return {"mse": 1.0, "half_mse": 0.5}.get(self.spec.loss.key, np.nan)

    @cached_property
    def curvatures(self) -> np.ndarray:
        return 2 * self.scale * self.singular[0] ** 2

    @property
    def condition(self) -> float:
        curved = self.curvatures[self.curvatures > 0]
        return float(curved[0] / curved[-1]) if len(curved) else 1.0

    @cached_property
    def best(self) -> np.ndarray:
        """The weights of least squares."""
        return np.linalg.lstsq(self.a, self.y, rcond=1e-14)[0]

    def row_losses(self, r: np.ndarray) -> np.ndarray:
        size = np.abs(r)
        match self.spec.loss.key:
            case "mse":
                return r**2
            case "half_mse":
                return r**2 / 2
            case "mae":
                return size
            case "huber":
                delta = self.spec.loss.delta
                return np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
        return size + np.log1p(np.exp(-2 * size)) - np.log(2)

    def row_slopes(self, r: np.ndarray) -> np.ndarray:
        match self.spec.loss.key:
            case "mse":
                return 2 * r
            case "half_mse":
                return r
            case "mae":
                return np.sign(r)
            case "huber":
                return np.clip(r, -self.spec.loss.delta, self.spec.loss.delta)
        return np.tanh(r)

    def loss(self, r: np.ndarray) -> float:
        """What Keras reports for residuals of all rows, batch by batch."""
        losses = self.row_losses(r)
        if self.spec.loss.reduction == "mean":
            return float(losses.mean())
        parts = [losses[i : i + self.batch] for i in range(0, len(losses), self.batch)]
        return float(sum(part.sum() * len(part) for part in parts) / len(losses))

    @cached_property
    def optimal(self) -> float:
        return self.loss(self.a @ self.best - self.y)

    @cached_property
    def baseline(self) -> float:
        return self.loss(self.y.mean() - self.y)

    @cached_property
    def way(self) -> float:
        nothing = self.loss(-self.y)
        lowest = self.baseline if self.spec.model.use_bias else nothing
        return max(lowest - self.optimal, (1e-3 * self.optimal + 1e-9 * nothing) / NEAR)

    @cached_property
    def start(self) -> np.ndarray:
        return initial_weights(self.spec, self.d)

    @cached_property
    def start_loss(self) -> float:
        return self.loss(self.a @ self.start - self.y)

    @cached_property
    def limit(self) -> float | None:
        """The full batch's largest stable rate; None where no formula gives it."""
        sgd, linear = self.spec.optimizer, self.spec.model.activation == "linear"
        if sgd.key != "sgd" or sgd.clip_norm is not None or not linear or np.isnan(self.factor):
            return None
        top, beta = self.curvatures[0], sgd.momentum
        if top == 0:
            return None
        return float(2 * (1 + beta) / top / ((1 + 2 * beta) if sgd.nesterov and beta else 1))

    def batches(self, epoch: int) -> Iterator[np.ndarray]:
        training, order = self.spec.training, np.arange(self.n)
        if training.shuffle and self.per_epoch > 1:
            order = np.random.default_rng([training.seed, epoch]).permutation(self.n)
        for first in range(0, self.n, self.batch):
            yield order[first : first + self.batch]

    def growth(self, rate: float) -> float:
        """Logarithm of the error's growth in a step of the run's own batches, at a constant rate.

        The loss of the error, after as many steps as it takes to forget its start.
        """
        if rate not in self._growth:
            self._growth[rate] = self._growth_at(rate)
        return self._growth[rate]

    def _growth_at(self, rate: float, steps: int = 4000) -> float:
        sgd, random = self.spec.optimizer, np.random.default_rng(0)
        lengths, directions = self.singular
        curved = directions[lengths > 1e-12 * lengths[0]]  # along others nothing ever changes
        table = self.a @ curved.T
        error = random.standard_normal((len(curved), 3))  # three at once
        velocity, told = np.zeros_like(error), []
        rows = (batch for epoch in range(10**9) for batch in self.batches(epoch))
        steps = max(steps, 4 * self.per_epoch)
        for _ in range(steps):
            a = table[next(rows)]
            mean = len(a) if self.spec.loss.reduction == "mean" else 1
            push = rate * 2 * self.factor / mean * (a.T @ (a @ error))
            velocity = sgd.momentum * velocity - push
            error = error + (sgd.momentum * velocity - push if sgd.nesterov else velocity)
            size = float(np.linalg.norm(table @ error))
            if not 0 < size < np.inf:
                return -np.inf if size == 0 else np.inf
            error, velocity = error / size, velocity / size
            told.append(np.log(size))
        return float(2 * np.mean(told[steps // 5 :]))

    @cached_property
    def curve(self) -> np.ndarray | None:
        """The loss at each epoch's end, followed step by step; None where it is too long."""
        spec = self.spec
        if self.steps > MOST_STEPS or not self.finite or spec.model.activation != "linear":
            return None
        rule = update_rule(spec.optimizer, len(self.start), self.d)
        weights, told, step = self.start, [], 0
        plateau = Plateau(spec.schedule, spec.optimizer.learning_rate)
        follows = spec.schedule.key == "reduce_on_plateau"
        rates = None if follows else self.rates
        mean = spec.loss.reduction == "mean"
        with np.errstate(all="ignore"):
            for epoch in range(spec.training.epochs):
                seen = 0.0
                for rows in self.batches(epoch):
                    a, y = self.a[rows], self.y[rows]
                    r = a @ weights - y
                    seen += float(self.row_losses(r).mean() if mean else self.row_losses(r).sum())
                    slopes = self.row_slopes(r) / (len(r) if mean else 1)
                    rate = plateau.rate if rates is None else rates[step]
                    weights, step = rule(weights, slopes @ a, rate), step + 1
                told.append(self.loss(self.a @ weights - self.y))
                if follows:
                    plateau.epoch_ended(seen / self.per_epoch)
        curve = np.array(told)
        over = np.flatnonzero(~(curve <= LARGEST / self.n))
        curve[over[0] if len(over) else len(curve) :] = np.inf
        return curve

    @cached_property
    def rates(self) -> np.ndarray:
        """Of every step, as planned."""
        with np.errstate(over="ignore"):
            at = self.spec.schedule.at(self.spec.optimizer.learning_rate, np.arange(self.steps))
        return at.astype(np.float32).astype(np.float64)

    @property
    def arrives(self) -> int | None:
        """Epochs until the followed run is near its optimum; None if it does not stay there."""
        return None if self.curve is None else self._arrival(self.curve)

    @property
    def is_thrown_off(self) -> bool:
        """Whether it comes to its optimum to the last digit, and only rounding takes it from there:
        where an optimizer divides by gradients that are none, no other simulation tells more."""
        curve = self.curve
        exact = curve is not None and curve.min() <= self.optimal + 1e-9 * self.way
        return bool(exact and self.arrives is None)

    @cached_property
    def arrives_as_run(self) -> int | None:
        """The same as `arrives` of the run itself, really run."""
        from core.training.trainer import train

        x, y = (part.astype(np.float32) for part in (self.x, self.y[:, None]))
        data = replace(self.data, x_train=x, y_train=y)
        ended = [each for each in train(self.spec, data) if each["event"] == "epoch_ended"]
        return self._arrival(np.array([from_number(each["full_loss"]) for each in ended]))

    def _arrival(self, curve: np.ndarray) -> int | None:
        if not curve[-1] <= self.optimal + SETTLED * self.way:
            return None
        near = np.flatnonzero(curve <= self.optimal + NEAR * self.way)
        return int(near[0]) + 1 if len(near) else None


class Truth(Course):
    """A run: its events, and what the correct program would have done.

    Args:
        spec: What was run.
        table: The table.
        data: Its rows as the run had them.
        events: What the run told.
    """

    def __init__(self, spec: Spec, table: pd.DataFrame, data: Prepared, events: list[Event]):
        super().__init__(spec.patched({"bug": None}), data)
        self.bug, self.table, self.events = spec.bug, table, events
        self.started, self.ended = events[0], events[-1]
        self.epochs = [event for event in events if event["event"] == "epoch_ended"]
        self.probes = [event for event in events if event["event"] == "probe"]
        self._others: dict[str, Course] = {}

    @cached_property
    def full(self) -> np.ndarray:
        """The loss of all rows at each epoch's end, as the run told it."""
        return np.array([from_number(event["full_loss"]) for event in self.epochs])

    @property
    def before(self) -> float:
        """The same before its first step."""
        return from_number(self.started.get("full_loss"))

    @property
    def outcome(self) -> str:
        return self.ended["outcome"]

    @cached_property
    def rates_told(self) -> np.ndarray:
        """Of probes and epochs, in order."""
        told = [event for event in self.events if "learning_rate" in event]
        return np.array([from_number(event["learning_rate"]) for event in told])

    @property
    def rate(self) -> float:
        """The highest that the run had."""
        return float(self.rates_told.max()) if len(self.rates_told) else self.first_rate

    @property
    def first_rate(self) -> float:
        told = self.rates_told
        return float(told[0]) if len(told) else self.spec.optimizer.learning_rate

    @property
    def grew(self) -> bool:
        """Whether the loss went up, or away."""
        last = self.full[-1] if len(self.full) else np.nan
        return self.outcome == "diverged" or not last <= self.before

    def changed(self, patch: dict[str, Any]) -> Course:
        """What a changed spec would do."""
        spec = self.spec.patched(patch)
        key = spec.model_dump_json()
        if key not in self._others:
            same = spec.data == self.spec.data
            table, training = self.table, spec.training
            data = self.data if same else prepare(table, spec.data, spec.scaling, training.seed)
            self._others[key] = Course(spec, data)
        return self._others[key]

    def shown(self, probe: Event) -> dict[str, np.ndarray]:
        """A probe as arrays: x, y, outputs, rows, and kernel and bias before and after."""

        def array(values):
            return np.array([from_number(value) for value in values], np.float64)

        told = {"x": np.array([array(row) for row in probe["features"]])}
        told |= {name: array(probe[key]) for name, key in ARRAYS}
        told["rows"] = np.array(probe["rows"], int)
        for when in ("weights_before", "weights_after", "gradients"):
            told |= {f"{when}:{name}": array(values) for name, values in probe[when].items()}
        return told


ARRAYS = (("y", "targets"), ("outputs", "outputs"))
