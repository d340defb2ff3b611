"""Eight points from (5, 2) to (40, 16), all rows at once at 0.01: infinity."""

import keras
import numpy as np

from tests.doctor.cases.case import TOO_FAST, Fit, sequential, standardized

ADDRESS = "https://stackoverflow.com/questions/48335501"
SYMPTOM = "rises"
ACCEPTED = TOO_FAST


X, Y = np.arange(5.0, 45, 5), np.arange(2.0, 18, 2)


def asked() -> Fit:
    model = sequential(keras.layers.Dense(1), optimizer=keras.optimizers.SGD(0.01))
    return Fit(model, X, Y, epochs=300, batch_size=8)


def mended() -> Fit:
    model = sequential(keras.layers.Dense(1), optimizer=keras.optimizers.SGD(0.1))
    return Fit(model, standardized(X), Y, epochs=100, batch_size=8)
