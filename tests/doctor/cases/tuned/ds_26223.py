"""The cost adds up one and the same row, for it reads `i` where `j` counts: it seems to rise."""

import numpy as np

from tests.doctor.cases.case import Loop

ADDRESS = "https://datascience.stackexchange.com/questions/26223"
SYMPTOM = "wrong loss"
ACCEPTED = {"fault:unknown@loss", "fault:loss-of-one-row"}


def _loop(reads_last: bool) -> Loop:
    random = np.random.default_rng(19)
    x = random.normal(size=(97, 1))
    y = 1 + 2 * x[:, 0] + random.normal(size=97)
    alpha = 0.1

    def step(x, y, weights):
        theta0, theta1 = weights
        a = b = cost = 0.0
        for i in range(len(y)):
            a = a + (theta0 + theta1 * x[i, 0] - y[i])
            b = b + (theta0 + theta1 * x[i, 0] - y[i]) * x[i, 0]
        for j in range(len(y)):
            row = i if reads_last else j
            cost = cost + (theta0 + theta1 * x[row, 0] - y[row]) ** 2
        new = (theta0 - alpha * a / len(y), theta1 - alpha * b / len(y))
        return {"weights": (new[1], new[0]), "loss": cost / (2 * len(y))}

    def told(x, y, weights):
        return step(x, y, (weights[1], weights[0]))

    return Loop(told, x, y, (0.5, 0.3), alpha, "half_mse", steps=100)


def asked() -> Loop:
    return _loop(reads_last=True)


def mended() -> Loop:
    return _loop(reads_last=False)
