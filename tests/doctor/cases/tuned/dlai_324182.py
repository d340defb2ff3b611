"""2x - 1 with negative values behind ReLU: most runs stay at one value of the loss."""

import keras
import numpy as np

from tests.doctor.cases.case import OUT_OF_RANGE, Fit

ADDRESS = "https://community.deeplearning.ai/t/loss-values-do-not-change/324182"
SYMPTOM = "stalls"
ACCEPTED = OUT_OF_RANGE
REACHES = 0.02

X = np.arange(-1.0, 6.0).reshape(7, 1)


def asked() -> Fit:
    inputs = keras.Input((1,))
    hidden = keras.layers.Dense(4, activation="relu")(inputs)
    hidden = keras.layers.Dense(2, activation="relu")(hidden)
    outputs = keras.layers.Dense(1, activation="relu")(hidden)
    model = keras.Model(inputs=inputs, outputs=outputs)
    model.compile(loss=keras.losses.MeanSquaredError(), optimizer=keras.optimizers.Adam(0.001))
    return Fit(model, X, 2 * X - 1, epochs=500)


def mended() -> Fit:
    inputs = keras.Input((1,))
    hidden = keras.layers.Dense(16, activation="relu")(inputs)
    outputs = keras.layers.Dense(1)(hidden)
    model = keras.Model(inputs=inputs, outputs=outputs)
    model.compile(loss=keras.losses.MeanSquaredError(), optimizer=keras.optimizers.Adam(0.02))
    return Fit(model, X, 2 * X - 1, epochs=500)
