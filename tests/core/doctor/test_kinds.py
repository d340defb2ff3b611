"""Models and rows of every kind that `fit` takes: each gets a right answer, or one sentence."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from core.diagnosis.diagnosis import Diagnosis
from core.doctor.ending import with_a_finding
from core.doctor.errors import DoctorError
from core.doctor.examine import examine

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(128, 3))
Y = X @ np.array([1.0, -2, 0.5]) + 0.7 + 0.1 * RANDOM.normal(size=128)
HALF = np.where(np.arange(128) < 64, 1.0, 0.0)
HOUSES = np.c_[RANDOM.uniform(500, 4000, 200), RANDOM.integers(1, 6, 200)]
PRICES = HOUSES @ np.array([150.0, 20_000]) + 50_000 + RANDOM.normal(0, 2e4, 200)
CLASSES = (X[:, 0] > 0).astype(int)


def dense(*arguments, **options):
    return keras.layers.Dense(*arguments, **options)


def model(*layers, rate=0.05, optimizer=None, loss: Any = "mse", features=3, **options):
    keras.utils.set_random_seed(1)
    made = keras.Sequential([keras.Input((features,)), *(layers or [dense(1)])])
    made.compile(optimizer or keras.optimizers.SGD(rate), loss, **options)
    return made


def normalized():
    layer = keras.layers.Normalization()
    layer.adapt(50 + 30 * X)
    return model(layer, dense(1))


class OwnStep(keras.Model):
    def __init__(self, sign: float):
        super().__init__()
        self.dense, self.sign = dense(1), sign
        self.compile(keras.optimizers.SGD(0.05), "mse")

    def call(self, inputs):
        return self.dense(inputs)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            target = tf.reshape(tf.cast(y, "float32"), (-1, 1))
            loss = tf.reduce_mean(tf.square(self(x) - target))
        slopes: Any = tape.gradient(loss, self.trainable_variables)
        for variable, slope in zip(self.trainable_variables, slopes, strict=True):
            variable.assign_add(self.sign * 0.05 * slope)
        return {"loss": loss}


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 4

    def __getitem__(self, index):
        part = slice(32 * index, 32 * index + 32)
        return X[part], Y[part]


def summed(y, outputs):  # (b,) beside (b, 1) as a loss of one's own gets them
    return tf.reduce_sum(tf.square(tf.reshape(y, (-1,)) - outputs))


HEALTHY: dict[str, tuple[Callable[[], Any], Any, Any, dict[str, Any]]] = {
    "sample weights": (model, X, Y, {"sample_weight": HALF}),
    "steps_per_execution": (lambda: model(steps_per_execution=4), X, Y, {}),
    "jit_compile": (lambda: model(jit_compile=True), X, Y, {}),
    "mixed precision": (lambda: model(dense(1, dtype="mixed_float16")), X, Y, {}),
    "float64": (lambda: model(dense(1, dtype="float64")), X, Y, {}),
    "metrics": (lambda: model(metrics=["mae", "mse"]), X, Y, {}),
    "validation data": (model, X, Y, {"validation_data": (X[:20], Y[:20], HALF[:20])}),
    "validation split": (model, X, Y, {"validation_split": 0.25}),
    "PyDataset": (model, Batches(), None, {}),
    "tf.data": (model, tf.data.Dataset.from_tensor_slices((X, Y)).batch(32), None, {}),
    "pandas": (model, pd.DataFrame(X, columns=list("abc")), pd.Series(Y, name="d"), {}),
    "column": (model, X, Y[:, None], {}),
    "own step": (lambda: OwnStep(-1), X, Y, {}),
    "Normalization": (normalized, 50 + 30 * X, Y, {}),
    "a weighted loss": (lambda: model(loss_weights=[3.0]), X, Y, {}),
}
FAULTY: dict[str, tuple[Callable[[], Any], Any, Any, dict[str, Any], str]] = {
    "regularizer": (
        lambda: model(dense(1, kernel_regularizer=keras.regularizers.L2(30.0))),
        *(X, Y, {"trial": False}, "learning-rate-above-critical"),
    ),
    "heavy weights": (
        model,
        *(X, Y, {"sample_weight": 100 * HALF, "trial": False}, "learning-rate-above-critical"),
    ),
    "negative weights": (
        model,
        *(X, Y, {"sample_weight": -HALF, "trial": False}, "fault:negative-weights"),
    ),
    "raw validation": (
        model,
        *(X, Y, {"validation_data": (100 * X + 50, Y)}, "fault:unscaled-validation"),
    ),
    "own step uphill": (lambda: OwnStep(1), X, Y, {}, "fault:gradient-ascent"),
    "summed and broadcast": (lambda: model(loss=summed), X, Y, {}, "fault:broadcast-loss"),
    "signed": (
        lambda: model(loss=lambda y, outputs: -tf.reduce_mean(tf.square(y - outputs))),
        *(X, Y, {}, "fault:loss-sign"),
    ),
    "not squared": (
        lambda: model(loss=lambda y, outputs: tf.reduce_mean(y - outputs)),
        *(X, Y, {}, "fault:unsquared-loss"),
    ),
    "a divided loss": (
        lambda: model(loss="mape"),
        *(X, np.round(Y), {"trial": False}, "fault:unsuited-loss"),
    ),
    "logits": (
        lambda: model(loss="binary_crossentropy"),
        *(X, CLASSES, {"trial": False}, "fault:logits-as-probabilities"),
    ),
}


def above(report) -> list[str]:
    return [finding.cause for finding in report.findings if finding.severity != "note"]


@pytest.mark.parametrize("kind", HEALTHY)
def test_a_healthy_one_of_every_kind_is_left_alone(kind: str):
    make, x, y, options = HEALTHY[kind]
    report = examine(make(), x, y, **{"epochs": 30} | options)
    assert not above(report), str(report)
    assert report.headline == "Nothing wrong was found."


@pytest.mark.parametrize("kind", FAULTY)
def test_a_faulty_one_of_every_kind_is_named(kind: str):
    make, x, y, options, cause = FAULTY[kind]
    report = examine(make(), x, y, **{"epochs": 30} | options)
    assert above(report)[:1] == [cause], str(report)
    assert report.headline != "Nothing wrong was found."


def endless():
    while True:
        yield X[:8], Y[:8]


SHAPES = (tf.TensorSpec((8, 3), tf.float64), tf.TensorSpec((8,), tf.float64))
REFUSED: dict[str, tuple[Callable[[], Any], Any, Any, dict[str, Any], str]] = {
    "endless": (
        model,
        tf.data.Dataset.from_generator(endless, output_signature=SHAPES),
        *(None, {}, "more than 50 batches and did not end"),
    ),
    "single rows": (
        model,
        *(tf.data.Dataset.from_tensor_slices((X, Y)), None, {}, "single rows"),
    ),
    "no targets": (
        model,
        *(tf.data.Dataset.from_tensor_slices(X).batch(8), None, {}, "pairs of features and"),
    ),
    "ragged": (model, tf.ragged.constant([[1.0, 2], [3.0]]), [1.0, 2], {}, "ragged"),
    "no columns": (model, X[:, :0], Y, {}, "no columns"),
    "another width": (model, X[:, :2], Y, {}, "Matrix size-incompatible|incompatible with"),
    "a batch of 2.5": (model, X, Y, {"batch_size": 2.5}, "`batch_size` must be a whole number"),
    "ten epochs": (model, X, Y, {"epochs": "ten"}, "`epochs` must be a whole number"),
    "all held out": (model, X, Y, {"validation_split": 1.5}, "`validation_split` must leave"),
    "no loss": (lambda: model(loss=None), X, Y, {}, "No loss to compute"),
    "a loss that raises": (lambda: model(loss=lambda y, o: 1 / 0), X, Y, {}, "ZeroDivision"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_examined_is_said_in_a_sentence(kind: str, monkeypatch):
    monkeypatch.setattr("core.doctor.datasets.MOST_BATCHES", 50)
    make, x, y, options, says = REFUSED[kind]
    with pytest.raises(DoctorError, match=says) as told:
        examine(make(), x, y, **{"epochs": 2} | options)
    assert "\n" not in str(told.value)


def test_a_data_set_is_given_up_when_it_is_too_large(monkeypatch):
    monkeypatch.setattr("core.doctor.datasets.MOST_CELLS", 100)
    table = tf.data.Dataset.from_tensor_slices((X, Y)).batch(16)
    with pytest.raises(DoctorError, match="more than 100 numbers"):
        examine(model(), table, epochs=2)


def test_remedies_are_tried_from_the_first_weights():
    """The steps that are looked at leave a diverging model with infinite weights."""
    report = examine(model(features=2, rate=0.01), HOUSES, PRICES, epochs=30)
    assert report.verdict == "diverging"
    assert report.remedies[0].patch == {"scaling": {"features": "standard"}}
    assert report.remedies[0].verified


def test_a_run_that_stands_still_where_nothing_helps_says_so():
    made = model(dense(1, "sigmoid"), dense(1), features=1, rate=0.001)
    x = np.linspace(0, 12, 100)
    report = examine(made, 1e4 * x, np.sin(x), epochs=5)
    assert report.verdict == "stuck"
    assert report.headline == "The loss stands still."
    assert "× the loss of predicting a constant" in str(report).replace("\n  ", " ")


def test_a_bad_end_without_a_known_cause_is_said():
    told = SimpleNamespace(full_loss=[12.0, 9.04], optimal_loss=0.01)
    run: Any = SimpleNamespace(prediction=told, known=True)
    slow = Diagnosis("completed", "slow", (), ())
    found = with_a_finding(slow, run, keras.optimizers.AdamW(0.01, weight_decay=10.0))
    assert "9.04, where 0.01 is to be had" in found.findings[0].summary
    assert "`weight_decay=10`" in found.findings[0].summary
    assert with_a_finding(replace(slow, verdict="healthy"), run, None).findings == ()
