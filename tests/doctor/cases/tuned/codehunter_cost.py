"""`theta = -alpha * gradient`, where `-=` was meant: the cost keeps increasing."""

import numpy as np

from tests.doctor.cases.case import Loop

ADDRESS = "https://codehunter.cc/a/numpy/python-gradient-descent-cost-keeps-increasing"
SYMPTOM = "rises"
ACCEPTED = {"fault:unknown@update", "fault:lost-weights", "fault:weights-replaced"}


def _loop(forgets: bool) -> Loop:
    random = np.random.default_rng(0)
    x = np.column_stack([np.ones(47), random.normal(size=(47, 2))])
    y = x @ np.array([34.0, 11, -2]) + random.normal(size=47)
    alpha = 1.2

    def step(x, y, theta):
        gradient = x.T @ (x @ theta - y) / len(y)
        return -(alpha * gradient) if forgets else theta - alpha * gradient

    return Loop(step, x, y, np.zeros(3), alpha, "half_mse", steps=60)


def asked() -> Loop:
    return _loop(forgets=True)


def mended() -> Loop:
    return _loop(forgets=False)
