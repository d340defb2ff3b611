"""Two linear layers, one behind the other, and squares up to 9,804 as target: NaN."""

import keras
import numpy as np

from tests.doctor.cases.case import TARGET, Fit, standardized

ADDRESS = "https://stats.stackexchange.com/questions/418955"
SYMPTOM = "rises"
ACCEPTED = TARGET


X = standardized(np.arange(100.0)[:, np.newaxis])
Y = np.arange(100.0)[:, np.newaxis] ** 2 + 3


def _model() -> keras.Model:
    model = keras.Sequential()
    model.add(keras.Input((1,)))
    model.add(keras.layers.Dense(1, activation=None))
    model.add(keras.layers.Dense(1, activation=None))
    model.compile("sgd", loss="mse")
    return model


def asked() -> Fit:
    return Fit(_model(), X, Y, epochs=100)


def mended() -> Fit:
    return Fit(_model(), X, standardized(Y), epochs=300)
