"""Five times the square, two hidden layers, SGD at 0.1: NaN in the first epochs."""

import keras
import numpy as np

from tests.doctor.cases.case import TARGET, TOO_FAST, Fit, standardized

ADDRESS = "https://stackoverflow.com/questions/48934338"
SYMPTOM = "rises"
ACCEPTED = TARGET | TOO_FAST
REACHES = 0.03

X = np.arange(0.0, 5.0, 0.1, dtype="float32").reshape(-1, 1)
Y = 5 * np.power(X, 2) + np.power(np.random.default_rng(7).normal(size=(50, 1)), 3)


def _model(rate: float) -> keras.Model:
    model = keras.Sequential([keras.Input((1,))])
    model.add(keras.layers.Dense(50))
    model.add(keras.layers.Activation("relu"))
    model.add(keras.layers.Dense(30))
    model.add(keras.layers.Activation("relu"))
    model.add(keras.layers.Dense(1))
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(rate))
    return model


def asked() -> Fit:
    return Fit(_model(0.1), X, Y, epochs=20)


def mended() -> Fit:
    return Fit(_model(0.05), standardized(X), standardized(Y), epochs=200)
