"""A class of one's own, features by rows; it works on 0 to 1 and is NaN on 0 to 100."""

import numpy as np

from tests.doctor.cases.case import TOO_FAST, Loop, standardized

ADDRESS = "https://mejorcodigo.com/p/45698.html"
SYMPTOM = "rises"
ACCEPTED = TOO_FAST


def _loop(width: float, scaled: bool, rate: float) -> Loop:
    random = np.random.default_rng(0)
    x = width * random.uniform(size=(500, 1))
    y = 5 * x[:, 0] + 3 + 0.1 * random.normal(size=500)

    def step(x, y, weights):
        w, c = weights
        x, y = x.T, y[np.newaxis]  # features by rows
        outputs = np.dot(w.T, x) + c
        dw = (2 / x.shape[1]) * np.dot(x, (outputs - y).T)
        dc = (2 / x.shape[1]) * np.sum(outputs - y)
        return w - rate * dw, c - rate * dc

    x = standardized(x) if scaled else x
    return Loop(step, x, y, (np.zeros((1, 1)), 0.0), rate, steps=300)


def asked() -> Loop:
    return _loop(100, False, 0.01)


def mended() -> Loop:
    return _loop(100, True, 0.1)
