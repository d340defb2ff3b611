"""Celsius to Fahrenheit by Adam at 0.01: after 500 epochs the bias is still not 32."""

import keras
import numpy as np

from tests.doctor.cases.case import TOO_SLOW, Fit, sequential, standardized

ADDRESS = "https://datascience.stackexchange.com/questions/68962"
SYMPTOM = "stalls"
ACCEPTED = TOO_SLOW | {"target-unscaled", "features-unscaled"}


CELSIUS = np.array([-40.0, -10, 0, 8, 15, 22, 38, -20, 5, 30, 45, 60, 80])


def asked() -> Fit:
    model = sequential(keras.layers.Dense(1), optimizer=keras.optimizers.Adam(0.01))
    return Fit(model, CELSIUS, 1.8 * CELSIUS + 32, epochs=500)


def mended() -> Fit:
    model = sequential(keras.layers.Dense(1), optimizer=keras.optimizers.Adam(0.05))
    return Fit(model, standardized(CELSIUS), standardized(1.8 * CELSIUS + 32), epochs=400)
