"""`update!` adds what it is given, and the rate is positive: the loss grows at every step."""

import numpy as np

from tests.doctor.cases.case import ASCENT, Loop, standardized

ADDRESS = "https://github.com/FluxML/model-zoo/pull/61"
SYMPTOM = "rises"
ACCEPTED = ASCENT


def _loop(rate: float) -> Loop:
    random = np.random.default_rng(14)
    x = standardized(random.normal(size=(300, 13)))
    y = 22 + x @ random.normal(size=13) + random.normal(size=300)

    def step(x, y, parameters):
        residuals = x @ parameters["w"] + parameters["b"] - y
        gradients = {"w": 2 * x.T @ residuals / len(y), "b": 2 * residuals.mean()}
        return {name: parameters[name] + rate * gradients[name] for name in parameters}

    return Loop(step, x, y, {"w": 0.1 * np.ones(13), "b": 0.0}, 0.1, steps=60)


def asked() -> Loop:
    return _loop(0.1)


def mended() -> Loop:
    return _loop(-0.1)
