"""Life expectancy by people per television: Keras' default rate, one row at a time, NaN."""

import keras
import numpy as np

from tests.doctor.cases.case import TOO_FAST, Fit, standardized

ADDRESS = "https://stats.stackexchange.com/questions/284189"
SYMPTOM = "rises"
ACCEPTED = TOO_FAST


PEOPLE = [4, 315, 4, 1.7, 8, 5.6, 15, 503, 2.6, 2.6, 44, 1.5, 23, 7.4, 96, 3.8, 18, 592, 11, 2]
LIFE = [70.5, 53.5, 65, 76.5, 70, 71, 60.5, 51.5, 78, 76, 57.5, 61, 64.5, 78.5, 61, 79, 61, 70, 70]
LIFE += [72]


def _line(optimizer: keras.optimizers.Optimizer) -> keras.Model:
    inputs = keras.Input((1,))
    outputs = keras.layers.Dense(1, activation="linear")(inputs)
    model = keras.Model(inputs=inputs, outputs=outputs)
    model.compile(optimizer=optimizer, loss="mse", metrics=["mse"])
    return model


def asked() -> Fit:
    x, y = np.array(PEOPLE), np.array(LIFE)
    return Fit(_line(keras.optimizers.SGD()), x, y, epochs=30, batch_size=1, shuffle=False)


def mended() -> Fit:
    x, y = standardized(PEOPLE), np.array(LIFE)
    return Fit(_line(keras.optimizers.SGD(0.1)), x, y, epochs=60, batch_size=20)
