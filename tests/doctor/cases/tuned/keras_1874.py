"""A curve from 0 to 40 behind tanh, mean absolute error: far from satisfactory."""

import keras
import numpy as np

from tests.doctor.cases.case import OUT_OF_RANGE, Fit, standardized

ADDRESS = "https://github.com/keras-team/keras/issues/1874"
SYMPTOM = "stalls"
ACCEPTED = OUT_OF_RANGE
REACHES = 0.06


def _table() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(4)
    x = random.uniform(-1, 1, (200, 4))
    return x, 20 + 8 * np.sin(2 * x[:, 0]) + 6 * x[:, 1] - 4 * x[:, 2] ** 2


def _model(last: str, dropout: float, optimizer: keras.optimizers.Optimizer) -> keras.Model:
    model = keras.Sequential([keras.Input((4,))])
    model.add(keras.layers.Dense(50))
    model.add(keras.layers.Activation("tanh"))
    model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1))
    model.add(keras.layers.Activation(last))
    model.compile(loss="mean_absolute_error", optimizer=optimizer)
    return model


def asked() -> Fit:
    x, y = _table()
    return Fit(_model("tanh", 0.5, keras.optimizers.RMSprop()), x, y, epochs=30)


def mended() -> Fit:
    x, y = _table()
    return Fit(_model("linear", 0.0, keras.optimizers.Adam(0.01)), x, standardized(y), epochs=100)
