"""Slope and intercept by hand, the squared error summed over all rows as gradient: overflow."""

import numpy as np

from tests.doctor.cases.case import Loop, standardized

ADDRESS = "https://stackoverflow.com/questions/56052457"
SYMPTOM = "rises"
ACCEPTED = {"fault:unknown@gradient", "fault:accumulated-gradients", "fault:squared-error-gradient"}


X, Y = np.array([2.0, 3, 4, 5]), np.array([5.0, 7, 9, 11])  # asked was 5 at last: no line


def asked() -> Loop:
    error = [0.0]

    def step(x, y, weights):
        m, b = weights
        for one, target in zip(x.ravel(), y, strict=True):
            error[0] += (m * one + b - target) ** 2
            m = m - one * error[0] * 0.0001
            b = b - 0.0001 * error[0]
        return m, b

    return Loop(step, X, Y, (0.4, -0.2), 0.0001, steps=1000)


def mended() -> Loop:
    def step(x, y, weights):
        m, b = weights
        error = m * x.ravel() + b - y
        return m - 0.05 * 2 * (error * x.ravel()).mean(), b - 0.05 * 2 * error.mean()

    return Loop(step, standardized(X), Y, (0.4, -0.2), 0.05, steps=1000)
