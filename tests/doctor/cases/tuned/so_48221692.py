"""A straight line from 0 to 30 behind a sigmoid: every output is near 1."""

import keras
import numpy as np

from tests.doctor.cases.case import OUT_OF_RANGE, Fit, sequential, standardized

ADDRESS = "https://stackoverflow.com/questions/48221692"
SYMPTOM = "stalls"
ACCEPTED = OUT_OF_RANGE
REACHES = 0.04

X = np.random.default_rng(7).uniform(0, 10, (75, 1))
Y = 3 * X[:, 0] + np.random.default_rng(8).normal(size=75)


def asked() -> Fit:
    model = sequential(
        keras.layers.Dense(5, activation="sigmoid"), keras.layers.Dense(1, activation="sigmoid")
    )
    return Fit(model, X, Y, epochs=500, batch_size=75)


def mended() -> Fit:
    model = sequential(
        keras.layers.Dense(5, activation="sigmoid"),
        keras.layers.Dense(1, activation="linear"),
        optimizer=keras.optimizers.Adam(0.05),
    )
    return Fit(model, standardized(X), standardized(Y), epochs=600, batch_size=75)
