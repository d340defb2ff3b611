"""The trainer against `keras.Model.fit` on the same batches, and against float64 NumPy."""

import itertools
import os
from functools import lru_cache, partial
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.data.prepare import Prepared
from core.model.losses import LOSSES
from core.model.optimizers import OPTIMIZERS
from core.model.schedules import SCHEDULES, Schedule
from core.spec import Spec
from core.training.build import make_layer, make_loss
from core.training.trainer import train
from tests.conftest import column, data_of

EPOCHS = 25
FEATURES = 3
# noise enough for losses that are not near zero: there float32 has rounded log_cosh away
ROWS = {"source": "synthetic:rows=53,features=3,noise=1,seed=3", "target": "y"}
RATES = {"mean": 0.01, "sum": 1e-3}  # of a sum smaller: a run that diverges magnifies rounding
BATCHES = [16, None, 14]  # 42 training rows: a remainder of 10, full batch, no remainder


def is_of_the_step(schedule: Schedule | type[Schedule]) -> bool:
    """Whether Keras has it as a function of the step, which compiled programs follow."""
    return bool(schedule.keras_name) and not schedule.follows_run


PAIRS = sorted(SCHEDULES, key=is_of_the_step)  # two and two: a program of Keras follows both
# Every optimizer with every loss, schedule and batch size; two schedules to a structure, which is
# compiled once for both. Reductions go round beside them, so that each loss meets both.
CASES = [
    (
        optimizer.name(),
        loss.name(),
        list(RATES)[(i + j) % 2],
        BATCHES[(i + j) % 3],
        PAIRS[(2 * j + k) % len(PAIRS)].name(),
    )
    for i, optimizer in enumerate(OPTIMIZERS)
    for j, loss in enumerate(LOSSES)
    for k in range(2)
]
if os.environ.get("PARITY") == "full":  # `make parity`: every combination
    CASES = list(
        itertools.product(
            [optimizer.name() for optimizer in OPTIMIZERS],
            [loss.name() for loss in LOSSES],
            RATES,
            BATCHES,
            [schedule.name() for schedule in SCHEDULES],
        )
    )


def options_of(schedule: str, rate: float) -> dict[str, Any]:
    """What a schedule is given so that it shows within a run, beside a learning rate."""
    options = {
        "exponential_decay": {"decay_steps": 10},
        "piecewise_constant": {"boundaries": [15, 30], "values": [5 * rate, 2 * rate, rate]},
        "polynomial_decay": {"decay_steps": 40},
        "inverse_time_decay": {"decay_steps": 10},
        "cosine_decay": {"decay_steps": 50, "warmup_target": 4 * rate, "warmup_steps": 10},
        "cosine_restarts": {"first_decay_steps": 15},
        "reduce_on_plateau": {
            "patience": 1,
            "min_delta": 0.5,
            "factor": 0.7,
            "monitor": "val_loss",
        },
    }
    return options.get(schedule, {})


def spec_of(optimizer="sgd", loss="mse", reduction="mean", batch=16, schedule="constant", **more):
    return Spec().patched(
        {
            "data": ROWS,
            # a target with a mean: else the bias' first gradient is rounding, which Adam magnifies
            "scaling": {"features": "standard", "target": "minmax"},
            "optimizer": {"key": optimizer, "learning_rate": RATES[reduction]},
            "schedule": {"key": schedule, **options_of(schedule, RATES[reduction])},
            "loss": {"key": loss, "reduction": reduction},
            "training": {"epochs": EPOCHS, "batch_size": batch},
            **more,
        }
    )


class AnySchedule(keras.optimizers.schedules.LearningRateSchedule):
    """Keras' own schedules in one compiled program, of which it follows the chosen one.

    Args:
        schedules: Ours, of which Keras has an object each.
        rate: Where those begin that begin at the optimizer's learning rate.
    """

    def __init__(self, schedules: list[Schedule], rate: float):
        self._schedules = [self._of_keras(schedule, rate) for schedule in schedules]
        self._keys = [schedule.key for schedule in schedules]
        self._chosen = tf.Variable(0)

    @staticmethod
    def _of_keras(schedule: Schedule, rate: float):
        start = {"initial_learning_rate": rate} if schedule.starts_at_rate else {}
        given = schedule.arguments().items()
        options = {k: list(v) if isinstance(v, tuple) else v for k, v in given}
        return getattr(keras.optimizers.schedules, schedule.keras_name)(**options, **start)

    def choose(self, key: str) -> None:
        self._chosen.assign(self._keys.index(key))

    def __call__(self, step):
        return tf.switch_case(
            self._chosen.read_value(), [partial(s, step) for s in self._schedules]
        )


class Fit:
    """`keras.Model.fit` of one structure, compiled once for all runs that differ in schedule.

    Args:
        spec: The structure, and the learning rate.
        steps: Steps of an epoch.
        scheduled: Whether it is for the schedules that are functions of the step.
    """

    def __init__(self, spec: Spec, steps: int, scheduled: bool):
        rate = spec.optimizer.learning_rate
        keys = [item.name() for item in SCHEDULES]
        items = [
            spec.patched({"schedule": {"key": k, **options_of(k, rate)}}).schedule for k in keys
        ]
        functions = [item for item in items if is_of_the_step(item)]
        self.schedule = AnySchedule(functions, rate) if scheduled else None
        arguments = spec.optimizer.arguments() | {"learning_rate": self.schedule or rate}
        self.steps = steps
        self.optimizer = getattr(keras.optimizers, spec.optimizer.keras_name)(**arguments)
        self.model = keras.Sequential([make_layer(spec)])
        self.model.build((None, FEATURES))
        self.optimizer.build(self.model.trainable_variables)
        self.model.compile(self.optimizer, make_loss(spec), steps_per_execution=steps)
        own = vars(self.optimizer).values()  # Nadam keeps one that it does not list
        held = [*self.model.weights, *self.optimizer.variables, *own]
        self.initial = [(v, v.numpy()) for v in held if isinstance(v, keras.Variable)]

    def history(self, spec: Spec, data: Prepared) -> dict[str, list[float]]:
        """What a run of this structure gives, from the initial state on."""
        for variable, value in self.initial:
            variable.assign(value)
        schedule, callbacks = spec.schedule, []
        if schedule.follows_run:
            callbacks = [getattr(keras.callbacks, schedule.keras_name)(**schedule.arguments())]
        elif self.schedule:
            self.schedule.choose(schedule.key)
        batch = spec.training.batch_size or len(data.x_train)
        held_out = tf.data.Dataset.from_tensor_slices((data.x_val, data.y_val)).batch(batch)
        return self.model.fit(
            batches(spec, data, batch),
            shuffle=False,
            steps_per_epoch=self.steps,
            epochs=spec.training.epochs,
            validation_data=held_out,
            callbacks=callbacks,
            verbose=0,
        ).history


def batches(spec: Spec, data: Prepared, batch: int) -> tf.data.Dataset:
    """The batches of all epochs, one behind the other, as the spec says."""
    rows = len(data.x_train)
    shuffled = spec.training.shuffle and batch < rows
    orders = [
        np.random.default_rng([spec.training.seed, epoch]).permutation(rows)
        if shuffled
        else np.arange(rows)
        for epoch in range(spec.training.epochs)
    ]

    def of_epoch(order):
        table = tf.gather(data.x_train, order), tf.gather(data.y_train, order)
        return tf.data.Dataset.from_tensor_slices(table).batch(batch)

    return tf.data.Dataset.from_tensor_slices(np.array(orders)).flat_map(of_epoch)


fit_of = lru_cache(maxsize=2)(Fit)  # cases of one structure follow each other


def fitted(spec: Spec, data: Prepared) -> dict[str, list[float]]:
    """The history of `keras.Model.fit` on the batches that the spec says."""
    structure = spec.patched({"schedule": {"key": "constant"}, "training": {"epochs": 1}})
    rows = len(data.x_train)
    steps = -(-rows // (spec.training.batch_size or rows))
    return fit_of(structure, steps, is_of_the_step(spec.schedule)).history(spec, data)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' callback
@pytest.mark.parametrize(
    ("optimizer", "loss", "reduction", "batch", "schedule"),
    CASES,
)
def test_same_losses_as_fit(optimizer, loss, reduction, batch, schedule):
    spec = spec_of(optimizer, loss, reduction, batch, schedule)
    data = data_of(spec)
    events, theirs = list(train(spec, data)), fitted(spec, data)
    for name in ("loss", "val_loss"):
        ours = column(events, name)
        np.testing.assert_allclose(ours, theirs[name][: len(ours)], rtol=1e-4)
        # a run ends where it is not finite, as ftrl's is at a rate of 0; Keras goes on with NaN
        assert not np.isfinite(theirs[name][len(ours) :]).any()


def test_every_pair_of_choices_is_among_the_cases():
    seen = {pair for case in CASES for pair in itertools.combinations(map(str, case), 2)}
    wanted = [(o.name(), loss.name()) for o in OPTIMIZERS for loss in LOSSES]
    wanted += [(o.name(), s.name()) for o in OPTIMIZERS for s in SCHEDULES]
    wanted += [(o.name(), str(b)) for o in OPTIMIZERS for b in BATCHES]
    wanted += [(loss.name(), r) for loss in LOSSES for r in RATES]
    assert set(wanted) <= seen


@pytest.mark.parametrize("batch", [16, None])
def test_custom_layer_without_bug_equals_dense(batch):
    dense, custom = spec_of(batch=batch), spec_of(batch=batch, model={"layer": "custom"})
    losses = [column(list(train(spec, data_of(spec))), "loss") for spec in (dense, custom)]
    np.testing.assert_array_equal(*losses)


@pytest.mark.parametrize("options", [{"shuffle": False}, {"seed": 7}], ids=str)
def test_order_and_seed_are_the_ones_of_fit(options):
    spec = spec_of(training={"epochs": 5, "batch_size": 16, **options})
    data = data_of(spec)
    np.testing.assert_allclose(
        column(list(train(spec, data)), "loss"), fitted(spec, data)["loss"], rtol=1e-5
    )


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_same_losses_as_float64_numpy(momentum):
    spec = spec_of(optimizer="sgd").patched({"optimizer": {"momentum": momentum}})
    data = data_of(spec)
    events = list(train(spec, data))
    x = np.hstack([data.x_train, np.ones((len(data.x_train), 1))]).astype(float)
    y = data.y_train.astype(float)
    w = np.array(events[0]["weights"])[:, None]
    velocity, expected = np.zeros_like(w), []
    for epoch in range(EPOCHS):
        order = np.random.default_rng([0, epoch]).permutation(len(x))
        for start in range(0, len(x), 16):
            rows = order[start : start + 16]
            gradient = 2 * x[rows].T @ (x[rows] @ w - y[rows]) / len(rows)
            velocity = momentum * velocity - 0.01 * gradient
            w = w + velocity
        expected.append(np.mean((x @ w - y) ** 2))
    np.testing.assert_allclose(column(events, "full_loss"), expected, rtol=1e-4)
