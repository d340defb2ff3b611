"""Prices by square feet, gradients summed over all rows, 0.0001: the error is infinite."""

import numpy as np

from tests.doctor.cases.case import SUM, TOO_FAST, Loop, standardized

ADDRESS = "https://intellipaat.com/community/10711/simple-linear-regression-in-python"
SYMPTOM = "rises"
ACCEPTED = TOO_FAST | SUM


def _loop(scaled: bool) -> Loop:
    random = np.random.default_rng(2)
    feet = random.uniform(600, 4500, 200)
    price = 280 * feet - 40_000 + random.normal(0, 50_000, 200)
    feet = standardized(feet) if scaled else feet
    rate = 0.05 if scaled else 0.0001

    def step(x, y, weights):
        intercept, slope = weights[0][0], weights[1][0]
        x = x[:, 1]
        descent = np.array(
            [
                sum(y - (intercept + slope * x)),
                sum((y - (intercept + slope * x)) * x),
            ]
        ).reshape(2, 1)
        descent = descent / len(y) if scaled else descent
        return weights + 2 * rate * descent

    x = np.column_stack([np.ones(200), feet])
    return Loop(step, x, price, np.zeros((2, 1)), rate, steps=60 if not scaled else 150)


def asked() -> Loop:
    return _loop(scaled=False)


def mended() -> Loop:
    return _loop(scaled=True)
