"""A course's line over points ten times the normal distribution, 0.01: it diverges for some."""

import numpy as np
import tensorflow as tf

from tests.doctor.cases.case import TOO_FAST, Loop, standardized

ADDRESS = (
    "https://github.com/rslim087a/PyTorch-for-Deep-Learning-and-Computer-Vision-Cours"
    "e-All-Codes-/issues/1"
)
SYMPTOM = "rises"
ACCEPTED = TOO_FAST


def _loop(rate: float, scaled: bool) -> Loop:
    random = np.random.default_rng(20)
    x = 10 * random.normal(size=(100, 1))
    y = x + 3 * random.normal(size=(100, 1))
    x = standardized(x) if scaled else x

    def step(x, y, weights):
        w = tf.Variable(np.asarray(weights[0], np.float32))
        b = tf.Variable(np.asarray(weights[1], np.float32))
        x, y = (tf.constant(np.reshape(each, (-1, 1)), tf.float32) for each in (x, y))
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.matmul(x, w) + b - y) ** 2)
        dw, db = tape.gradient(loss, [w, b])
        return {"weights": (w - rate * dw, b - rate * db), "loss": loss}

    start = (np.array([[0.15]], np.float32), np.array([-0.45], np.float32))
    return Loop(step, x, y, start, rate, steps=200)


def asked() -> Loop:
    return _loop(0.013, scaled=False)


def mended() -> Loop:
    return _loop(0.1, scaled=True)
