"""One output behind softmax: it is 1.0, whatever comes in."""

import keras
import numpy as np

from tests.doctor.cases.case import OUT_OF_RANGE, Fit, sequential

ADDRESS = "https://github.com/keras-team/keras/issues/500"
SYMPTOM = "stalls"
ACCEPTED = OUT_OF_RANGE
REACHES = 0.05


def _table() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(2)
    x = random.uniform(size=(128, 5))
    return x, x @ np.array([1.0, 0.5, -1, 2, 0]) + 0.05 * random.normal(size=128)


def _model(last: str, rate: float) -> keras.Model:
    return sequential(
        keras.layers.Dense(32, activation="tanh"),
        keras.layers.Dense(1, activation=last),
        features=5,
        optimizer=keras.optimizers.RMSprop(rate),
    )


def asked() -> Fit:
    x, y = _table()
    return Fit(_model("softmax", 0.001), x, y, epochs=40)


def mended() -> Fit:
    x, y = _table()
    return Fit(_model("linear", 0.002), x, y, epochs=150)
