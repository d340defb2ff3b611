"""Two measured columns in their own units, ReLU at the end, the default SGD: all predictions 0."""

import keras
import numpy as np

from tests.doctor.cases.case import TOO_FAST, Fit, sequential, standardized

ADDRESS = "https://stackoverflow.com/questions/48251943"
SYMPTOM = "stalls"
ACCEPTED = TOO_FAST | {"target-unscaled"}
REACHES = 0.03


def _table() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    x = np.column_stack([random.uniform(20, 90, 60), random.uniform(100, 400, 60)])
    return x, 0.4 * x[:, 0] + 0.1 * x[:, 1] + random.normal(size=60)


def asked() -> Fit:
    model = sequential(
        keras.layers.Dense(4, activation="relu"),
        keras.layers.Dense(1, activation="relu"),
        features=2,
    )
    x, y = _table()
    return Fit(model, x, y, epochs=50, batch_size=10)


def mended() -> Fit:
    model = sequential(
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1),
        features=2,
        optimizer=keras.optimizers.SGD(0.05),
    )
    x, y = _table()
    return Fit(model, standardized(x), standardized(y), epochs=200, batch_size=10)
