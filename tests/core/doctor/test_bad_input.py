"""What cannot be examined is said in one sentence, and inside a callback never raised."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from core.doctor.errors import DoctorError
from core.doctor.examine import examine

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(64, 3))
Y = X @ np.array([1.0, 2, 3])
TABLE = tf.data.Dataset.from_tensor_slices((X, Y)).batch(16)


@pytest.fixture(scope="module")
def model() -> keras.Model:
    made = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    made.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse")
    return made


def uncompiled() -> keras.Model:
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])


def two_outputs() -> keras.Model:
    inputs = keras.Input((3,))
    model = keras.Model(inputs, [keras.layers.Dense(1)(inputs) for _ in range(2)])
    model.compile(optimizer="sgd", loss=["mse", "mse"])
    return model


def four_outputs() -> keras.Model:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
    model.compile(optimizer="sgd", loss="mse")
    return model


class Raises(keras.Model):
    def call(self, inputs):
        raise RuntimeError("no such layer")


def raises() -> keras.Model:
    model = Raises()
    model.built = True
    model.compile(optimizer="sgd", loss="mse")
    return model


def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    while True:
        yield X[:8], Y[:8]


@pytest.mark.parametrize(
    ("made", "x", "y", "says"),
    [
        (lambda: None, X, Y, "Keras models"),
        (uncompiled, X, Y, "not compiled"),
        (two_outputs, X, Y, "one output"),
        (four_outputs, X, np.c_[Y, Y, Y, Y], "one number"),
        (raises, X, Y, "raised"),
    ],
)
def test_a_model_that_cannot_be_examined(made: Any, x: Any, y: Any, says: str):
    with pytest.raises(DoctorError, match=says) as told:
        examine(made(), x, y, epochs=2)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("x", "y", "says"),
    [
        (np.array([["a", "b", "c"]] * 4), np.ones(4), "`x` must hold numbers"),
        (X, np.array(["a"] * 64), "`y` must hold numbers"),
        (pd.DataFrame({"a": ["x"] * 64, "b": X[:, 1], "c": X[:, 2]}), Y, "in the column 'a'"),
        (X + 1j, Y, "complex128"),
        ([[1, 2, 3], [1, 2]], [1, 2], "ragged"),
        (X[:0], Y[:0], "0 rows"),
        (X, Y[:9], "same number of rows"),
        (X, None, "no targets"),
        (TABLE.repeat(), None, "never ends"),
        (TABLE.take(0), None, "gives no batch"),
        (batches(), None, "only once"),
        (3.0, 2.0, "a row for each example"),
    ],
)
def test_rows_that_cannot_be_examined(model: keras.Model, x: Any, y: Any, says: str):
    with pytest.raises(DoctorError, match=says) as told:
        examine(model, x, y, epochs=2)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (np.where(X > 2, np.nan, X), Y),
        (X, np.where(Y > 4, np.inf, Y)),
        (X * np.nan, Y),
        (np.array([[1, 2, None]] * 4, object), np.ones(4)),
    ],
)
def test_what_is_not_finite_is_a_finding(model: keras.Model, x: Any, y: Any):
    report = examine(model, x, y, epochs=2)
    assert report.findings[0].cause == "non-finite-values"


def test_more_outputs_than_targets_are_a_fault():
    report = examine(four_outputs(), X, Y, epochs=2)
    assert "4 numbers" in report.findings[0].summary
    assert report.findings[0].severity == "error"


def test_every_report_shows_itself(model: keras.Model):
    report = examine(model, 100 * X, Y, epochs=20)
    assert report.findings[0].cause in ("features-unscaled", "learning-rate-above-critical")
    told = report.to_json()
    assert told["findings"][0]["cause"] == report.findings[0].cause
    assert report.findings[0].cause in str(report)
    assert report.findings[0].cause in report._repr_html_()
