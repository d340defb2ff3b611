"""A course's exercise with its own bias column, 0.01: theta and cost grow faster and faster."""

import numpy as np

from tests.doctor.cases.case import TOO_FAST, Loop, standardized

ADDRESS = "https://stackoverflow.com/questions/17696797"
SYMPTOM = "rises"
ACCEPTED = TOO_FAST


def _loop(scaled: bool) -> Loop:
    random = np.random.default_rng(18)
    level = random.uniform(-50, 40, (12, 1))
    flow = 13 + 0.37 * level[:, 0] + random.normal(0, 2, 12)
    level = standardized(level) if scaled else level
    rate = 0.1 if scaled else 0.01

    def step(x, y, theta):
        m = len(x)
        x = np.concatenate((np.ones((m, 1)), x), 1)
        outputs = x @ theta
        cost = (1 / (2 * m)) * np.sum((outputs - y) ** 2)
        gradient = [(1 / m) * np.sum((outputs - y) * x[:, j]) for j in range(len(theta))]
        for j in range(len(theta)):
            theta[j] = theta[j] - rate * gradient[j]  # the caller's own array
        return {"weights": theta[1:], "bias": theta[0], "loss": cost}

    def told(x, y, weights):
        theta = np.array([weights[1], *weights[0]])
        new = step(x, y, theta)
        return {"weights": (new["weights"], new["bias"]), "loss": new["loss"]}

    return Loop(told, level, flow, (np.ones(1), 1.0), rate, "half_mse", 50 if not scaled else 120)


def asked() -> Loop:
    return _loop(scaled=False)


def mended() -> Loop:
    return _loop(scaled=True)
