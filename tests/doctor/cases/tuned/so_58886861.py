"""A falling step between 0 and -1 behind a sigmoid: the loss stays where it is."""

import keras
import numpy as np

from tests.doctor.cases.case import OUT_OF_RANGE, Fit, sequential

ADDRESS = "https://stackoverflow.com/questions/58886861"
SYMPTOM = "stalls"
ACCEPTED = OUT_OF_RANGE


X = np.linspace(-1, 1, 111)
Y = -1 / (np.exp(10 * X) + 1)


def asked() -> Fit:
    model = sequential(
        keras.layers.Dense(1, activation="sigmoid"), optimizer=keras.optimizers.Adam(0.01)
    )
    return Fit(model, X, Y, epochs=200)


def mended() -> Fit:
    model = sequential(keras.layers.Dense(1), optimizer=keras.optimizers.Adam(0.01))
    return Fit(model, X, Y, epochs=200)
