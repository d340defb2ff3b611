"""Gradients of all rows are added up and never divided by their number."""

import numpy as np

from tests.doctor.cases.case import SUM, Loop, standardized

ADDRESS = "https://github.com/tsycnh/mlbasic/issues/2"
SYMPTOM = "rises"
ACCEPTED = SUM


def _loop(divided: bool) -> Loop:
    random = np.random.default_rng(5)
    x = standardized(random.uniform(900, 1800, 60))
    y = 25 * x + 100 + random.normal(0, 3, 60)
    rate = 0.1

    def step(x, y, weights):
        a, b = weights
        x = x.ravel()
        all_da = all_db = 0.0
        for one, target in zip(x, y, strict=True):
            all_da += (a * one + b - target) * one
            all_db += a * one + b - target
        if divided:
            all_da, all_db = all_da / len(x), all_db / len(x)
        return a - rate * all_da, b - rate * all_db

    return Loop(step, x, y, (10.0, -20.0), rate, "half_mse", steps=100)


def asked() -> Loop:
    return _loop(divided=False)


def mended() -> Loop:
    return _loop(divided=True)
