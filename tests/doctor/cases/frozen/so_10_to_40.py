"""x from 10 to 40, y twice that, weights between -1000 and 1000, rate 0.1: NaN by step 100."""

import numpy as np
import tensorflow as tf

from tests.doctor.cases.case import TOO_FAST, Loop, standardized

ADDRESS = "https://qa.1r1g.com/sf/ask/2752046251"
SYMPTOM = "rises"
ACCEPTED = TOO_FAST


X, Y = np.array([10.0, 20, 30, 40]), np.array([20.0, 40, 60, 80])


def _loop(x: np.ndarray) -> Loop:
    def step(x, y, weights):
        w, b = (tf.Variable(np.reshape(weight, 1), dtype=tf.float32) for weight in weights)
        x, y = (tf.constant(np.ravel(each), tf.float32) for each in (x, y))
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean(tf.square(w * x + b - y))
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(0.1 * dw)
        b.assign_sub(0.1 * db)
        return {"weights": (w, b), "loss": cost}

    return Loop(step, x, Y, (np.float32(612.5), np.float32(-406.8)), 0.1, steps=100)


def asked() -> Loop:
    return _loop(X)


def mended() -> Loop:
    return _loop(standardized(X))
