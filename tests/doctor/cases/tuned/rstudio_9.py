"""Sale prices by SGD at 0.1 on prepared features: NaN from the first epoch."""

import keras
import numpy as np

from tests.doctor.cases.case import TARGET, Fit, sequential, standardized

ADDRESS = "https://github.com/rstudio-conf-2020/dl-keras-tf/issues/9"
SYMPTOM = "rises"
ACCEPTED = TARGET
REACHES = 0.15


def _table() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(5)
    x = standardized(random.normal(size=(400, 12)))
    return x, 180_000 + 20_000 * x @ random.normal(size=12) + random.normal(0, 20_000, 400)


def _model(rate: float) -> keras.Model:
    return sequential(
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1),
        features=12,
        optimizer=keras.optimizers.SGD(rate),
    )


def asked() -> Fit:
    x, y = _table()
    return Fit(_model(0.1), x, y, epochs=10, batch_size=16)


def mended() -> Fit:
    x, y = _table()
    return Fit(_model(0.02), x, standardized(y), epochs=60, batch_size=16)
