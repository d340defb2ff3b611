"""Three linear layers by Adam at 0.1: the first steps throw the loss up by orders of magnitude."""

import keras
import numpy as np

from tests.doctor.cases.case import Fit, sequential

ADDRESS = "https://github.com/Wardat-ISU/DeepLocalize"
SYMPTOM = "stalls"
ACCEPTED = {"learning-rate-above-critical"}
REACHES = 0.25


def _fit(rate: float, epochs: int) -> Fit:
    random = np.random.default_rng(0)
    x = random.uniform(size=(256, 100)).astype("float32")
    y = np.tanh(2 * (x[:, :5].sum(axis=1) - 2.5)) + 0.1 * random.normal(size=256)
    model = sequential(
        keras.layers.Dense(50),
        keras.layers.Dense(100),
        keras.layers.Dense(1),
        features=100,
        optimizer=keras.optimizers.Adam(rate),
        loss="mean_squared_error",
    )
    return Fit(model, x, y, epochs=epochs)


def asked() -> Fit:
    return _fit(0.1, 5)


def mended() -> Fit:
    return _fit(0.001, 150)
