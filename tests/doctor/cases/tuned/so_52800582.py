"""The fourth power of -100 to 100 by two hidden layers: a flat line."""

import keras
import numpy as np

from tests.doctor.cases.case import TOO_SLOW, Fit, standardized

ADDRESS = "https://stackoverflow.com/questions/52800582"
SYMPTOM = "stalls"
ACCEPTED = {"target-unscaled", "features-unscaled"} | TOO_SLOW
REACHES = 0.02

X = np.arange(-100, 100, 0.5)


def _model(optimizer: str | keras.optimizers.Optimizer) -> keras.Model:
    model = keras.Sequential([keras.Input((1,))])
    model.add(keras.layers.Dense(50))
    model.add(keras.layers.Activation("sigmoid"))
    model.add(keras.layers.Dense(50))
    model.add(keras.layers.Activation("elu"))
    model.add(keras.layers.Dense(1))
    model.compile(loss="mse", optimizer=optimizer)
    return model


def asked() -> Fit:
    return Fit(_model("adam"), X, X**4, epochs=300, batch_size=len(X))


def mended() -> Fit:
    model = _model(keras.optimizers.Adam(0.01))
    return Fit(model, standardized(X), standardized(X**4), epochs=600, batch_size=len(X))
