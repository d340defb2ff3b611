"""A parabola on 0 to 1 by two layers of ReLU, SGD at 0.001: it fits a line."""

import keras
import numpy as np

from tests.doctor.cases.case import TOO_SLOW, Fit, standardized

ADDRESS = "https://stats.stackexchange.com/questions/280372"
SYMPTOM = "stalls"
ACCEPTED = TOO_SLOW
REACHES = 0.03

X = 0.01 * np.arange(100.0).reshape(100, 1)
Y = (X - 0.5) ** 2


def _model(optimizer: keras.optimizers.Optimizer) -> keras.Model:
    model = keras.Sequential([keras.Input((1,))])
    for _ in range(2):
        model.add(keras.layers.Dense(16))
        model.add(keras.layers.Activation("relu"))
    model.add(keras.layers.Dense(1))
    model.compile(loss="mean_squared_error", optimizer=optimizer)
    return model


def asked() -> Fit:
    return Fit(_model(keras.optimizers.SGD(0.001)), X, Y, epochs=300, batch_size=100)


def mended() -> Fit:
    model = _model(keras.optimizers.Adam(0.01))
    return Fit(model, standardized(X), standardized(Y), epochs=400, batch_size=100)
