"""`np.sum` around the whole gradient: every weight moves by the same number."""

import numpy as np

from tests.doctor.cases.case import Loop

ADDRESS = "https://datascience.stackexchange.com/questions/58814"
SYMPTOM = "stalls"
ACCEPTED = {
    "fault:unknown@gradient",
    "fault:unknown@update",
    "fault:one-gradient-for-all",
    "fault:wrong-feature-index",
}


def _loop(summed: bool) -> Loop:
    random = np.random.default_rng(16)
    x = np.column_stack([np.ones(97), random.normal(size=97)])
    y = x @ np.array([6.0, -4]) + random.normal(size=97)
    alpha = 0.05

    def step(x, y, theta):
        theta = theta.copy()
        errors = np.dot(x, theta) - y
        gradient = np.dot(x.T, errors)
        return theta - (alpha / len(y)) * (np.sum(gradient) if summed else gradient)

    return Loop(step, x, y, np.zeros(2), alpha, "half_mse", steps=300)


def asked() -> Loop:
    return _loop(summed=True)


def mended() -> Loop:
    return _loop(summed=False)
