"""Residuals are those of the first weights at every step, and (97, 1) times (97,) besides."""

import numpy as np

from tests.doctor.cases.case import BROADCAST, Loop, standardized

ADDRESS = "https://datascience.stackexchange.com/questions/89620"
SYMPTOM = "rises"
ACCEPTED = BROADCAST | {"fault:stale-gradients", "fault:unknown@gradient", "fault:unknown@update"}


def _loop(right: bool) -> Loop:
    random = np.random.default_rng(17)
    x = np.column_stack([np.ones(97), standardized(random.uniform(5, 22, 97))])
    y = (x @ np.array([5.8, 4.6]) + random.normal(size=97)).reshape(97, 1)
    first = np.zeros((2, 1))
    alpha = 0.1

    def step(x, y, theta):
        theta1, theta2 = theta[0, 0], theta[1, 0]
        residuals = np.matmul(x, theta if right else first) - np.reshape(y, (-1, 1))
        residuals = residuals[:, 0] if right else residuals
        theta1 = theta1 - alpha / len(x) * np.sum(residuals * x[:, 0])
        theta2 = theta2 - alpha / len(x) * np.sum(residuals * x[:, 1])
        return np.array([[theta1], [theta2]])

    return Loop(step, x, y, np.zeros((2, 1)), alpha, "half_mse", steps=150)


def asked() -> Loop:
    return _loop(right=False)


def mended() -> Loop:
    return _loop(right=True)
