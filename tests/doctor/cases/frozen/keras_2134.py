"""A column that never changes is divided by its standard deviation of 0: NaN in the data."""

import keras
import numpy as np

from tests.doctor.cases.case import NON_FINITE, Fit, sequential, standardized

ADDRESS = "https://github.com/keras-team/keras/issues/2134"
SYMPTOM = "rises"
ACCEPTED = NON_FINITE | {"constant-feature"}


def _table() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    x = np.column_stack([random.uniform(0, 50, (200, 3)), np.full(200, 8.0)])
    return x, standardized(x[:, :3] @ np.array([1.0, 2, -1]) + random.normal(size=200))


def asked() -> Fit:
    x, y = _table()
    with np.errstate(invalid="ignore"):
        x = (x - x.mean(axis=0)) / x.std(axis=0)
    model = sequential(keras.layers.Dense(1), features=4, optimizer=keras.optimizers.SGD(0.05))
    return Fit(model, x, y, epochs=20)


def mended() -> Fit:
    x, y = _table()
    x = (x - x.mean(axis=0)) / (x.std(axis=0) + 0.000001)
    model = sequential(keras.layers.Dense(1), features=4, optimizer=keras.optimizers.SGD(0.05))
    return Fit(model, x, y, epochs=40)
