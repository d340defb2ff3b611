"""Prices by binary cross-entropy behind a sigmoid: the loss is minus 118,000 and falls."""

import keras
import numpy as np

from tests.doctor.cases.case import OUT_OF_RANGE, Fit, sequential, standardized

ADDRESS = "https://openillumi.com/en/en-keras-tf-fix-huge-negative-loss-regression"
SYMPTOM = "stalls"
ACCEPTED = OUT_OF_RANGE | {"fault:unsuited-loss", "unsuited-loss"}
REACHES = 0.05


def _table() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(6)
    x = random.normal(size=(320, 6))
    return x, 120_000 + 15_000 * x @ np.array([3.0, -1, 2, 0, 1, -2]) + random.normal(0, 5e3, 320)


def asked() -> Fit:
    model = sequential(
        keras.layers.Dense(12, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
        features=6,
        optimizer="adam",
        loss="binary_crossentropy",
    )
    x, y = _table()
    return Fit(model, x, y, epochs=20)


def mended() -> Fit:
    model = sequential(
        keras.layers.Dense(12, activation="relu"),
        keras.layers.Dense(1),
        features=6,
        optimizer=keras.optimizers.Adam(0.01),
    )
    x, y = _table()
    return Fit(model, x, standardized(y), epochs=80)
