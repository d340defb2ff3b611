"""Prices around 300,000 by Adagrad at 0.01: after 300 epochs the loss has hardly moved."""

import keras
import numpy as np

from tests.doctor.cases.case import Fit, sequential, standardized

ADDRESS = "https://github.com/keras-team/keras/issues/3471"
SYMPTOM = "stalls"
ACCEPTED = {"target-unscaled", "learning-rate-too-low"}


def _table() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    x = random.normal(size=(300, 40))
    y = 3e5 + 2e4 * x @ (np.arange(40) % 5 - 2) + random.uniform(0, 3e5, 300)
    return x, y


def asked() -> Fit:
    x, y = _table()
    model = sequential(keras.layers.Dense(1), features=40, optimizer=keras.optimizers.Adagrad(0.01))
    return Fit(model, x, y, epochs=300, batch_size=128)


def mended() -> Fit:
    x, y = _table()
    model = sequential(keras.layers.Dense(1), features=40, optimizer=keras.optimizers.Adagrad(0.2))
    return Fit(model, x, standardized(y), epochs=300, batch_size=128)
