"""The bias' gradient is not summed: the bias becomes a column, one for each row."""

import numpy as np

from tests.doctor.cases.case import Loop

ADDRESS = "https://github.com/zotroneneis/machine_learning_basics/pull/13"
SYMPTOM = "stalls"
ACCEPTED = {
    "DoctorError",
    "fault:weight-shape",
    "fault:unknown@gradient",
    "fault:unknown@update",
    "fault:bias-gradient",
}


def _loop(summed: bool) -> Loop:
    random = np.random.default_rng(12)
    x = 2 * random.uniform(size=(120, 1))
    y = 4 + 3 * x + random.normal(size=(120, 1))

    def step(x, y, weights):
        w, bias = weights
        residuals = x @ w + bias - y
        dw = (2 / len(y)) * x.T @ residuals
        db = (2 / len(y)) * (residuals.sum() if summed else residuals)
        return w - 0.1 * dw, bias - 0.1 * db

    return Loop(step, x, y, (np.zeros((1, 1)), 0.0), 0.1, steps=150)


def asked() -> Loop:
    return _loop(summed=False)


def mended() -> Loop:
    return _loop(summed=True)
