"""Short runs of a model with its own code: as it is, and changed."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..lazy import keras, tf
from .arrays import mapped
from .compiled import own_step
from .measuring import Measure, baseline_of, evaluated, level_of, some_of, with_scaling
from .probing import copy_of, tensors
from .rows import Rows
from .unchanged import optimizer_variables

DIVERGED = 2.0  # times both its start and the baseline: a loss that ends above has diverged
SECONDS_PER_STEP = 2.5e-4  # of a graph's loop, beside its arithmetic; measured
FLOPS = 1.5e10  # a second
STAYS = 2  # points at which a run that has arrived must be there
POINTS = 40  # of a curve, at most


@dataclass(frozen=True, eq=False)
class Trial:
    """A run that was tried.

    Attributes:
        level: Its loss over that of predicting a constant: before the first step, then along the
            way, shape (k + 1,); 1 is no better than a constant.
        steps: Taken at each of them.
        complete: Whether it ran for as long as it was asked to.
    """

    level: np.ndarray
    steps: np.ndarray
    complete: bool

    @property
    def last(self) -> float:
        """The last level; infinite where it is not finite."""
        return float(self.level[-1]) if np.isfinite(self.level[-1]) else float("inf")

    @property
    def finite(self) -> bool:
        """Whether it stayed so."""
        return bool(np.isfinite(self.level).all())

    @property
    def diverged(self) -> bool:
        """Whether it broke, or ended far above its start and the constant."""
        return not self.finite or self.last > DIVERGED * max(float(self.level[0]), 1.0)

    def steps_to(self, level: float) -> int | None:
        """The first step at which it was as low; None if it never was."""
        with np.errstate(invalid="ignore"):
            found = np.flatnonzero(self.level <= level)
        return int(self.steps[found[0]]) if len(found) else None


@dataclass(frozen=True, eq=False)
class Changed:
    """What is different in a trial.

    Attributes:
        factor: Of the learning rate.
        optimizer: Another one; None for the model's own.
        features, target: Whether they are standardized.
        epochs: How many times as long.
        set_up: Called before it, and what undoes it after; with it the graph is built anew.
    """

    factor: float = 1.0
    optimizer: Any = None
    features: bool = False
    target: bool = False
    epochs: float = 1.0
    set_up: Callable[[], Callable[[], None]] | None = None


AS_IT_IS = Changed()


class Trials:
    """Runs a model; to be used where everything is put back afterwards.

    Args:
        model: Built and compiled.
        rows: All finite; of more than 5 million numbers, some rows stand for all.
        epochs: Of a whole run.
        seconds: What one trial may take, about.
        measure: Of targets and outputs, the loss of each row by which it is measured on the way.
        shuffle: Whether `fit` would.
    """

    def __init__(
        self,
        model: Any,
        rows: Rows,
        epochs: int,
        seconds: float,
        measure: Measure,
        shuffle: bool = True,
    ):
        self.model, self.rows, self.shuffle = model, rows, shuffle
        self.measure = measure
        self.own = own_step(model)
        self.variables = list(model.variables)
        self.first = [np.asarray(v) for v in self.variables]
        self.fed = some_of(rows)
        self.steps_per_epoch = -(-rows.count // rows.batch)
        self.planned = epochs * self.steps_per_epoch
        weights = sum(v.size for v in self.first)
        cost = SECONDS_PER_STEP + 6 * weights * rows.batch / FLOPS
        self.affordable = max(8, int(seconds / cost))
        self.batch_norm = any(
            type(each).__name__ == "BatchNormalization" for each in flat_layers(model)
        )
        self._runs: dict[Any, Any] = {}
        self._known: dict[Changed, Trial] = {}
        self._scaled: dict[tuple[bool, bool], Any] = {}

    def run(self, changed: Changed = AS_IT_IS, until: float | None = None) -> Trial:
        """Tries it, once.

        Args:
            changed: What is different.
            until: The level at which it has arrived and is stopped; None to run to its end.
        """
        if changed not in self._known:
            self._known[changed] = self._try(changed, until)
        return self._known[changed]

    def _try(self, changed: Changed, until: float | None) -> Trial:
        undo = changed.set_up() if changed.set_up else None
        try:
            for variable, value in zip(self.variables, self.first, strict=True):
                variable.assign(value)
            return self._train(changed, until)
        finally:
            if undo:
                undo()

    def _train(self, changed: Changed, until: float | None) -> Trial:
        run, state, factor = self._compiled(changed)
        x, y, weights, baseline = self._fed(changed)
        factor.assign(changed.factor)
        for variable, value in state:
            variable.assign(value)
        planned = max(1, int(self.planned * changed.epochs))
        steps = min(planned, int(self.affordable * max(changed.epochs, 1.0)))
        chunk = max(1, -(-steps // POINTS))
        mixed, random = self.shuffle and not self.rows.ordered, np.random.default_rng(0)
        rows = self.fed.count
        per_epoch = -(-rows // self.fed.batch)
        order = random.permutation(rows) if mixed else np.arange(rows)
        levels, at, taken, there = [run(x, y, weights, order, 0, 0) / baseline], [0], 0, 0
        while taken < steps and np.isfinite(levels[-1]) and there < STAYS:
            place = taken % per_epoch
            count = min(chunk, steps - taken, per_epoch - place)
            loss = run(x, y, weights, order, place, count)
            taken += count
            if taken % per_epoch == 0 and mixed:
                order = random.permutation(rows)
            if taken - at[-1] >= chunk or taken == steps or not np.isfinite(loss):
                levels.append(loss / baseline)
                at.append(taken)
                there = there + 1 if until is not None and levels[-1] <= until else 0
        return Trial(np.array(levels), np.array(at), taken >= planned)

    def _fed(self, changed: Changed) -> tuple[Any, Any, Any, float]:
        key = changed.features, changed.target
        if key not in self._scaled:
            rows = with_scaling(self.fed, *key)
            x, y = tensors(rows)
            weights = (
                None if rows.weights is None else tf.constant(rows.weights, keras.config.floatx())
            )
            self._scaled[key] = x, y, weights, baseline_of(rows, self.measure)
        return self._scaled[key]

    def _compiled(self, changed: Changed) -> Any:
        key = (
            None if changed.optimizer is None else id(changed.optimizer),
            None if changed.set_up is None else changed,
        )
        if key not in self._runs:
            source = changed.optimizer or self.model.optimizer
            optimizer = copy_of(source, self.model.trainable_variables)
            factor: Any = tf.Variable(tf.constant(1.0), trainable=False)
            _scale_rate(optimizer, factor)
            state = [(v, np.asarray(v)) for v in optimizer_variables(optimizer)]
            self._runs[key] = _looped(self, optimizer), state, factor, changed.optimizer
        return self._runs[key][:3]


def _looped(trials: Trials, optimizer: Any) -> Callable[..., float]:
    """A model's training step in a loop, and then its loss, as one of TensorFlow's graphs."""
    model, batch, own = trials.model, trials.rows.batch, trials.own
    norm, measure, weighted = trials.batch_norm, trials.measure, trials.rows.weights is not None
    some = evaluated(trials.fed)

    def one(x: Any, y: Any, w: Any) -> None:
        if own:
            model.train_step((x, y, w) if weighted else (x, y))
            return
        with tf.GradientTape() as tape:
            outputs = model(x, training=True)
            loss = model.compute_loss(x=x, y=y, y_pred=outputs, sample_weight=w)
            loss = optimizer.scale_loss(loss)
        weights = model.trainable_weights
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))

    @tf.function(autograph=False, reduce_retracing=True)
    def steps(x: Any, y: Any, w: Any, order: Any, place: Any, count: Any) -> Any:
        def body(step: Any) -> Any:
            which = order[step * batch : (step + 1) * batch]
            part = mapped(x, lambda each: tf.gather(each, which))
            one(part, tf.gather(y, which), tf.gather(w, which) if weighted else None)
            return (step + 1,)

        done = tf.while_loop(lambda step: step < place + count, body, (place,))
        with tf.control_dependencies(done):
            part = mapped(x, lambda each: tf.gather(each, some))
            outputs = tf.cast(model(part, training=norm), "float32")
            targets = tf.cast(tf.gather(y, some), "float32")
            losses = measure(tf.reshape(targets, (-1, 1)), tf.reshape(outputs, (len(some), -1)))
            return level_of(losses, tf.gather(w, some) if weighted else None)

    def run(x: Any, y: Any, w: Any, order: np.ndarray, place: int, count: int) -> float:
        kept = model.optimizer
        model.optimizer = optimizer
        try:
            numbers = (tf.constant(n, tf.int64) for n in (place, count))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return float(steps(x, y, w, tf.constant(order, tf.int64), *numbers))
        finally:
            model.optimizer = kept

    return run


def flat_layers(model: Any) -> list[Any]:
    """Every layer, those inside of others too."""
    return list(model._flatten_layers(include_self=False))


def _scale_rate(optimizer: Any, factor: Any) -> None:
    """Makes an optimizer's rate its own times a factor that can be set."""
    target = getattr(optimizer, "inner_optimizer", optimizer)
    own = target._learning_rate

    class Scaled(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            schedule = isinstance(own, keras.optimizers.schedules.LearningRateSchedule)
            value = own(step) if schedule else own() if not hasattr(own, "value") else own.value
            return keras.ops.cast(value, "float32") * factor

        def get_config(self) -> dict[str, Any]:
            return {}

    target._learning_rate = Scaled()
