"""Half the summed squares over 1,000 students, 0.001, integers as start: the cost rises."""

import numpy as np

from tests.doctor.cases.case import SUM, TOO_FAST, Loop, standardized

ADDRESS = "https://gamwe6.github.io/obafuro/python/機械学習/2018/08/22/47721.html"
SYMPTOM = "rises"
ACCEPTED = TOO_FAST | SUM


def _loop(scaled: bool) -> Loop:
    random = np.random.default_rng(15)
    maths = random.integers(20, 100, 1000)
    reading = np.clip(maths + random.integers(-15, 15, 1000), 0, 100)
    writing = 0.3 * maths + 0.6 * reading + random.normal(0, 4, 1000)
    features = np.column_stack([maths, reading])
    features = standardized(features) if scaled else features
    x = np.concatenate([np.ones((1000, 1)), features], axis=1)
    rate = 0.3 if scaled else 0.001

    def step(x, y, parameters):
        gradient = x.T.dot(x.dot(parameters) - y)
        return parameters - rate * (gradient / len(y) if scaled else gradient)

    return Loop(step, x, writing, np.array([0, 0, 0]), rate, "half_mse", 10 if not scaled else 200)


def asked() -> Loop:
    return _loop(scaled=False)


def mended() -> Loop:
    return _loop(scaled=True)
