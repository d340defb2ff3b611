"""Relative changes of a series that touches 0: one value is infinite, and so is the loss."""

import keras
import numpy as np
import pandas as pd

from tests.doctor.cases.case import NON_FINITE, Fit, sequential

ADDRESS = "https://github.com/tensorflow/tensorflow/issues/46145"
SYMPTOM = "rises"
ACCEPTED = NON_FINITE


def _changes() -> pd.DataFrame:
    random = np.random.default_rng(9)
    series = pd.DataFrame({"a": random.integers(1, 9, 200), "b": random.integers(1, 9, 200)})
    series.loc[60, "a"] = 0
    return series.pct_change().dropna()


def asked() -> Fit:
    x = _changes()
    y = pd.Series(np.random.default_rng(3).normal(size=len(x)), x.index) + x["b"]
    model = sequential(keras.layers.Dense(1), features=2, optimizer=keras.optimizers.Adam(0.01))
    return Fit(model, x, y, epochs=20)


def mended() -> Fit:
    x = _changes()
    y = pd.Series(0.2 * np.random.default_rng(3).normal(size=len(x)), x.index) + x["b"]
    kept = np.isfinite(x).all(axis=1)
    model = sequential(keras.layers.Dense(1), features=2, optimizer=keras.optimizers.Adam(0.02))
    return Fit(model, x[kept], y[kept], epochs=100)
