"""A house of 2,104 square feet, three weights by hand, step 0.0001: the error explodes."""

import numpy as np

from tests.doctor.cases.case import TOO_FAST, Loop, standardized

ADDRESS = "https://stackoverflow.com/questions/3837692"
SYMPTOM = "rises"
ACCEPTED = TOO_FAST


AREA = [2104.0, 1600, 2400, 1416, 3000]
ROOMS = [3.0, 3, 3, 2, 4]
PRICE = np.array([400.0, 330, 369, 232, 540])


def _loop(x: np.ndarray, rate: float, steps: int) -> Loop:
    def step(x, y, weights):
        (theta1, theta2), theta0 = weights
        move0 = move1 = move2 = 0.0
        for (one, two), target in zip(x, y, strict=True):
            diff = target - (theta0 + theta1 * one + theta2 * two)
            move0 += diff / len(y)
            move1 += diff * one / len(y)
            move2 += diff * two / len(y)
        return np.array([theta1 + rate * move1, theta2 + rate * move2]), theta0 + rate * move0

    return Loop(step, x, PRICE, (np.array([0.6, 0.1]), 0.3), rate, "half_mse", steps)


def asked() -> Loop:
    return _loop(np.column_stack([AREA, ROOMS]), 0.0001, 20)


def mended() -> Loop:
    return _loop(standardized(np.column_stack([AREA, ROOMS])), 0.5, 200)
