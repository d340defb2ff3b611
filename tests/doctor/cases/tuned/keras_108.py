"""The sum of two numbers behind tanh: after 100,000 epochs the loss is still 0.69."""

import keras
import numpy as np

from tests.doctor.cases.case import OUT_OF_RANGE, Fit

ADDRESS = "https://github.com/keras-team/keras/issues/108"
SYMPTOM = "stalls"
ACCEPTED = OUT_OF_RANGE


X = np.random.default_rng(11).uniform(0, 2, (200, 2))
Y = X.sum(axis=1)


def asked() -> Fit:
    model = keras.Sequential([keras.Input((2,))])
    model.add(keras.layers.Dense(64, kernel_initializer="random_uniform"))
    model.add(keras.layers.Activation("tanh"))
    model.add(keras.layers.Dense(1, kernel_initializer="random_uniform"))
    model.add(keras.layers.Activation("tanh"))
    model.compile(loss="mean_absolute_error", optimizer="rmsprop")
    return Fit(model, X, Y, epochs=60, batch_size=16)


def mended() -> Fit:
    model = keras.Sequential([keras.Input((2,))])
    model.add(keras.layers.Dense(1, kernel_initializer="random_uniform", activation="linear"))
    model.compile(loss="mse", optimizer=keras.optimizers.RMSprop(0.005))
    return Fit(model, X, Y, epochs=100, batch_size=16)
