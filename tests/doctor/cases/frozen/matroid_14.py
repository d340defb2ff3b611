"""A book's first regression: targets (100,), outputs (100, 1); it never finds 5 and 2."""

import numpy as np
import tensorflow as tf

from tests.doctor.cases.case import BROADCAST, Loop

ADDRESS = "https://github.com/matroid/dlwithtf/issues/14"
SYMPTOM = "stalls"
ACCEPTED = BROADCAST


def _loop(squeezed: bool) -> Loop:
    random = np.random.default_rng(456)
    x = random.uniform(size=(100, 1))
    y = 5 * x[:, 0] + 2 + 0.1 * random.normal(size=100)

    def step(x, y, weights):
        w = tf.Variable(np.asarray(weights[0], np.float32))
        b = tf.Variable(np.asarray(weights[1], np.float32))
        x, y = tf.constant(x, tf.float32), tf.constant(y, tf.float32)
        with tf.GradientTape() as tape:
            outputs = tf.matmul(x, w) + b
            outputs = tf.squeeze(outputs, axis=1) if squeezed else outputs
            loss = tf.reduce_mean((y - outputs) ** 2)
        dw, db = tape.gradient(loss, [w, b])
        return {"weights": (w - 0.2 * dw, b - 0.2 * db), "loss": loss, "gradients": (dw, db)}

    start = (np.full((1, 1), 0.3, np.float32), np.full(1, 0.1, np.float32))
    return Loop(step, x, y, start, 0.2, steps=300)


def asked() -> Loop:
    return _loop(squeezed=False)


def mended() -> Loop:
    return _loop(squeezed=True)
