"""The gradient is never set back to zero: the loss swings and grows even at small rates."""

import numpy as np

from tests.doctor.cases.case import ACCUMULATED, Loop

ADDRESS = "https://github.com/greebear/pytorch-learning/issues/1"
SYMPTOM = "rises"
ACCEPTED = ACCUMULATED


def _loop(zeroed: bool) -> Loop:
    random = np.random.default_rng(8)
    x = random.uniform(size=(50, 1))
    y = 3 * x[:, 0] + 0.5 + 0.1 * random.normal(size=50)
    kept = {"w": 0.0, "b": 0.0}  # where the library adds each gradient

    def step(x, y, weights):
        w, b = weights
        residuals = x[:, 0] * w + b - y
        kept["w"] += 2 * (residuals * x[:, 0]).mean()
        kept["b"] += 2 * residuals.mean()
        new = (w - 0.1 * kept["w"], b - 0.1 * kept["b"])
        if zeroed:
            kept["w"] = kept["b"] = 0.0
        return new

    return Loop(step, x, y, (2.5, 0.2), 0.1, steps=303)


def asked() -> Loop:
    return _loop(zeroed=False)


def mended() -> Loop:
    return _loop(zeroed=True)
