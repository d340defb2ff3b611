"""`X(2)` where the second column was meant: the slope gets the gradient of the intercept."""

import numpy as np

from tests.doctor.cases.case import Loop

ADDRESS = "https://stackoverflow.com/questions/43403064"
SYMPTOM = "stalls"
ACCEPTED = {
    "fault:wrong-feature-index",
    "fault:unknown@gradient",
    "fault:unknown@update",
    "fault:one-gradient-for-all",
}


def _loop(column: bool) -> Loop:
    random = np.random.default_rng(13)
    x = np.column_stack([np.ones(60), random.normal(size=60)])
    y = x @ np.array([2.0, -3]) + 0.3 * random.normal(size=60)

    def step(x, y, theta):
        m, alpha = len(y), 0.1
        factor = x[:, 1] if column else x.flat[2]  # the second row's 1
        first = theta[0] - alpha * np.sum(x @ theta - y) / m
        second = theta[1] - alpha * np.sum((x @ theta - y) * factor) / m
        return np.array([first, second])

    return Loop(step, x, y, np.array([1.0, 2.0]), 0.1, "half_mse", steps=150)


def asked() -> Loop:
    return _loop(column=False)


def mended() -> Loop:
    return _loop(column=True)
