"""The trainer against `keras.Model.fit` on the same batches, and against float64 NumPy."""

import itertools

import keras
import numpy as np
import pytest

from core.data.prepare import Prepared
from core.model.losses import LOSSES
from core.model.optimizers import OPTIMIZERS
from core.model.schedules import SCHEDULES
from core.spec import Spec
from core.training.build import make_layer, make_loss
from core.training.trainer import train
from tests.conftest import column, data_of

EPOCHS = 50
SHORTER = 20  # of the second run of a structure
ROWS = {"source": "synthetic:rows=53,features=3,noise=0.1,seed=3", "target": "y"}
SCHEDULE_OPTIONS = {
    "exponential_decay": {"decay_steps": 20},
    "piecewise_constant": {"boundaries": [30, 60], "values": [0.05, 0.02, 0.01]},
    "polynomial_decay": {"decay_steps": 80},
    "inverse_time_decay": {"decay_steps": 20},
    "cosine_decay": {"decay_steps": 100, "warmup_target": 0.04, "warmup_steps": 20},
    "cosine_restarts": {"first_decay_steps": 30},
    "reduce_on_plateau": {"patience": 1, "min_delta": 0.5, "factor": 0.7, "monitor": "val_loss"},
}
# Every optimizer with every loss, schedule and batch size; two schedules to a structure, which is
# compiled once for both. Reductions go round beside them, so that each loss meets both.
BATCHES = [16, None, 14]  # 42 training rows: a remainder of 10, full batch, no remainder
CASES = [
    (
        optimizer.name(),
        SCHEDULES[(2 * j + k) % len(SCHEDULES)].name(),
        loss.name(),
        ["mean", "sum"][(i + j) % 2],
        BATCHES[(i + j) % 3],
    )
    for i, optimizer in enumerate(OPTIMIZERS)
    for j, loss in enumerate(LOSSES)
    for k in range(2)
]

VALIDATED = [schedule.name() for schedule in SCHEDULES[::2]]  # once for each structure is enough


def spec_of(optimizer="sgd", schedule="constant", loss="mse", reduction="mean", batch=16, **more):
    return Spec().patched(
        {
            "data": ROWS,
            # a target with a mean: else the bias' first gradient is rounding, which Adam magnifies
            "scaling": {"features": "standard", "target": "minmax"},
            "optimizer": {"key": optimizer, "learning_rate": 0.01 if reduction == "mean" else 1e-3},
            "schedule": {"key": schedule, **SCHEDULE_OPTIONS.get(schedule, {})},
            "loss": {"key": loss, "reduction": reduction},
            "training": {"epochs": EPOCHS, "batch_size": batch},
            **more,
        }
    )


def fitted(spec: Spec, data: Prepared, validated: bool = True) -> dict[str, list[float]]:
    """The history of `keras.Model.fit` on the batches that the spec says."""
    rows = len(data.x_train)
    batch = spec.training.batch_size or rows

    def batches():
        for epoch in range(spec.training.epochs):
            order = np.random.default_rng([spec.training.seed, epoch]).permutation(rows)
            order = np.arange(rows) if batch >= rows or not spec.training.shuffle else order
            for start in range(0, rows, batch):
                chosen = order[start : start + batch]
                yield data.x_train[chosen], data.y_train[chosen]

    rate, callbacks = spec.optimizer.learning_rate, []
    schedule = spec.schedule
    if schedule.follows_run:
        callbacks = [getattr(keras.callbacks, schedule.keras_name)(**schedule.arguments())]
    elif schedule.keras_name:
        start = {"initial_learning_rate": rate} if schedule.starts_at_rate else {}
        options = {
            k: list(v) if isinstance(v, tuple) else v for k, v in schedule.arguments().items()
        }
        rate = getattr(keras.optimizers.schedules, schedule.keras_name)(**options, **start)
    arguments = spec.optimizer.arguments() | {"learning_rate": rate}
    optimizer = getattr(keras.optimizers, spec.optimizer.keras_name)(**arguments)
    model = keras.Sequential([make_layer(spec)])
    model.compile(optimizer=optimizer, loss=make_loss(spec))
    return model.fit(
        batches(),
        shuffle=False,
        steps_per_epoch=-(-rows // batch),
        epochs=spec.training.epochs,
        validation_data=(data.x_val, data.y_val) if validated else None,
        validation_batch_size=batch,
        callbacks=callbacks,
        verbose=0,
    ).history


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' callback
@pytest.mark.parametrize(
    ("optimizer", "schedule", "loss", "reduction", "batch"),
    CASES,
)
def test_same_losses_as_fit(optimizer, schedule, loss, reduction, batch):
    spec = spec_of(optimizer, schedule, loss, reduction, batch)
    if schedule not in VALIDATED:
        spec = spec.patched({"training": {"epochs": SHORTER}})
    data = data_of(spec)
    events = list(train(spec, data))
    validated = spec.schedule.follows_run or schedule in VALIDATED
    theirs = fitted(spec, data, validated)
    np.testing.assert_allclose(column(events, "loss"), theirs["loss"], rtol=1e-4)
    if validated:
        np.testing.assert_allclose(column(events, "val_loss"), theirs["val_loss"], rtol=1e-4)


def test_every_pair_of_choices_is_among_the_cases():
    seen = {pair for case in CASES for pair in itertools.combinations(map(str, case), 2)}
    wanted = [(o.name(), loss.name()) for o in OPTIMIZERS for loss in LOSSES]
    wanted += [(o.name(), s.name()) for o in OPTIMIZERS for s in SCHEDULES]
    wanted += [(o.name(), str(b)) for o in OPTIMIZERS for b in BATCHES]
    wanted += [(loss.name(), r) for loss in LOSSES for r in ("mean", "sum")]
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
