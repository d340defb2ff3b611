"""Targets (100,), outputs (100, 1), no error: the estimates of 9 and -2 come out near 0."""

import numpy as np

from tests.doctor.cases.case import BROADCAST, Loop

ADDRESS = "https://github.com/pytorch/pytorch/issues/16045"
SYMPTOM = "stalls"
ACCEPTED = BROADCAST


def _loop(reshaped: bool) -> Loop:
    random = np.random.default_rng(1)
    x = random.normal(size=(100, 2))
    y = 10 + 9 * x[:, 0] - 2 * x[:, 1] + random.normal(size=100)

    def step(x, y, weights):
        w, b = weights
        target = y.reshape(-1, 1) if reshaped else y
        difference = x @ w + b - target  # (100, 100) where nothing was reshaped
        per_output = 2 * difference.mean(axis=1, keepdims=True)
        dw, db = x.T @ per_output / len(x), per_output.mean()
        return (w - 0.1 * dw, b - 0.1 * db)

    return Loop(step, x, y, (np.zeros((2, 1)), 0.0), 0.1, steps=60)


def asked() -> Loop:
    return _loop(reshaped=False)


def mended() -> Loop:
    return _loop(reshaped=True)
