"""The error is actual minus predicted, its gradient as if it were the other way round: it grows."""

import numpy as np

from tests.doctor.cases.case import ASCENT, Loop, standardized

ADDRESS = "https://github.com/joelgrus/data-science-from-scratch/issues/65"
SYMPTOM = "rises"
ACCEPTED = ASCENT


def _loop(sign: int) -> Loop:
    random = np.random.default_rng(4)
    friends = random.integers(1, 50, 100).astype(float)
    minutes = 23 + 0.9 * friends + random.normal(0, 4, 100)
    friends = standardized(friends)

    def error(alpha, beta, x, y):
        return sign * (y - (beta * x + alpha))

    def step(x, y, theta):
        alpha, beta = theta
        gradient = np.mean(
            [
                [-2 * error(alpha, beta, a, b), -2 * error(alpha, beta, a, b) * a]
                for a, b in zip(x[:, 1], y, strict=True)
            ],
            axis=0,
        )
        return theta - 0.01 * gradient

    x = np.column_stack([np.ones(100), friends])
    return Loop(step, x, minutes, np.array([0.5, 0.5]), 0.01, steps=300)


def asked() -> Loop:
    return _loop(-1)


def mended() -> Loop:
    return _loop(1)
