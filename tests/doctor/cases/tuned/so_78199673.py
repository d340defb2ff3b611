"""Ten times 1 to 10 by RMSprop at 0.005, 100 epochs: the predictions are far off."""

import keras
import numpy as np

from tests.doctor.cases.case import TOO_SLOW, Fit, sequential, standardized

ADDRESS = "https://stackoverflow.com/questions/78199673"
SYMPTOM = "stalls"
ACCEPTED = TOO_SLOW | {"target-unscaled"}


X = np.arange(1.0, 11.0)


def asked() -> Fit:
    model = sequential(keras.layers.Dense(units=1), optimizer=keras.optimizers.RMSprop(0.005))
    return Fit(model, X, 10 * X, epochs=100)


def mended() -> Fit:
    model = sequential(keras.layers.Dense(units=1), optimizer=keras.optimizers.RMSprop(0.005))
    return Fit(model, standardized(X), standardized(10 * X), epochs=800)
