"""A line through the numbers 0 to 199; within one epoch the weights are NaN."""

import keras
import numpy as np

from tests.doctor.cases.case import TOO_FAST, Fit, sequential, standardized

ADDRESS = "https://github.com/keras-team/keras/issues/3040"
SYMPTOM = "rises"
ACCEPTED = TOO_FAST


def asked() -> Fit:
    x = 1.0 * np.arange(200)
    model = sequential(keras.layers.Dense(1), optimizer=keras.optimizers.SGD(0.001))
    return Fit(model, x, 2.0 * x, epochs=1, batch_size=1)


def mended() -> Fit:
    x = 1.0 * np.arange(200)
    model = sequential(keras.layers.Dense(1), optimizer=keras.optimizers.SGD(0.05))
    return Fit(model, standardized(x), 2.0 * x, epochs=30, batch_size=20)
