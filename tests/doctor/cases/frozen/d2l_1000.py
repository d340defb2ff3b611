"""The loss is a mean, and the update divides by the batch once more: it hardly learns."""

import numpy as np
import tensorflow as tf

from tests.doctor.cases.case import Loop

ADDRESS = "https://github.com/d2l-ai/d2l-en/pull/1000"
SYMPTOM = "stalls"
ACCEPTED = {
    "fault:unknown@gradient",
    "fault:unknown@update",
    "fault:mean-twice",
    "fault:scaled-gradient",
}


def _loop(total: bool) -> Loop:
    random = np.random.default_rng(10)
    x = random.normal(size=(100, 2))
    y = x @ np.array([2.0, -3.4]) + 4.2 + 0.01 * random.normal(size=100)

    def step(x, y, weights):
        w = tf.Variable(np.asarray(weights[0], np.float32))
        b = tf.Variable(np.asarray(weights[1], np.float32))
        x, y = tf.constant(x, tf.float32), tf.reshape(tf.constant(y, tf.float32), (-1, 1))
        with tf.GradientTape() as tape:
            squared = (tf.matmul(x, w) + b - y) ** 2 / 2
            loss = tf.reduce_sum(squared) if total else tf.reduce_mean(squared)
        dw, db = tape.gradient(loss, [w, b])
        return (w - 0.1 * dw / len(x), b - 0.1 * db / len(x))

    start = (np.full((2, 1), 0.01, np.float32), np.zeros(1, np.float32))
    return Loop(step, x, y, start, 0.1, "half_mse", steps=150)


def asked() -> Loop:
    return _loop(total=False)


def mended() -> Loop:
    return _loop(total=True)
