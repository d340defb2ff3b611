"""Slope and intercept change their sign at every step and grow; the rate is 0.0005."""

import numpy as np

from tests.doctor.cases.case import TOO_FAST, Loop, standardized

ADDRESS = "https://stats.stackexchange.com/questions/432707"
SYMPTOM = "rises"
ACCEPTED = TOO_FAST


X = [20, 43, 63, 26, 53, 31, 58, 46, 58, 70, 46, 53, 60, 20, 63, 43, 26, 19, 31, 23]
Y = [120, 128, 141, 126, 134, 128, 136, 132, 140, 144, 128, 136, 146, 124, 143, 130, 124, 121, 126]
Y += [123]


def _loop(x: np.ndarray, rate: float) -> Loop:
    def step(x, y, weights):
        slope, intercept = weights
        n = len(y)
        predicted = slope * x + intercept
        cost = (1 / n) * sum((y - predicted) ** 2)
        slope_gradient = -(2 / n) * sum(x * (y - predicted))
        intercept_gradient = -(2 / n) * sum(y - predicted)
        return {
            "weights": (slope - rate * slope_gradient, intercept - rate * intercept_gradient),
            "gradients": (slope_gradient, intercept_gradient),
            "loss": cost,
        }

    return Loop(step, x, np.array(Y, float), (0.0, 0.0), rate, steps=200)


def asked() -> Loop:
    return _loop(np.array(X, float), 0.0005)


def mended() -> Loop:
    return _loop(standardized(X), 0.1)
