"""The examples of a library forget to zero the gradients: the loss falls and rises again."""

import numpy as np
import tensorflow as tf

from tests.doctor.cases.case import ACCUMULATED, Loop

ADDRESS = "https://github.com/IBM/aihwkit/issues/446"
SYMPTOM = "stalls"
ACCEPTED = ACCUMULATED


X = np.array(
    [[0.1, 0.2, 0.4, 0.3], [0.2, 0.1, 0.1, 0.3], [0.9, 0.2, 0.5, 0.1], [0.4, 0.8, 0.1, 0.6]]
)
Y = np.array([[1.0], [0.5], [0.7], [0.3]])


def _loop(zeroed: bool) -> Loop:
    gradients: list[tf.Tensor] = []

    def step(x, y, weights):
        variables = [tf.Variable(np.asarray(weight, np.float32)) for weight in weights]
        x, y = tf.constant(x, tf.float32), tf.constant(np.reshape(y, (-1, 1)), tf.float32)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(tf.matmul(x, variables[0]) + variables[1] - y))
        fresh = tape.gradient(loss, variables)
        if zeroed or not gradients:
            gradients[:] = fresh
        else:
            gradients[:] = [old + new for old, new in zip(gradients, fresh, strict=True)]
        moved = [v - 0.3 * g for v, g in zip(variables, gradients, strict=True)]
        return {"weights": tuple(moved), "loss": loss}

    start = (np.full((4, 1), 0.2, np.float32), np.full(1, 1.5, np.float32))
    return Loop(step, X, Y, start, 0.3, steps=37 if not zeroed else 1500)


def asked() -> Loop:
    return _loop(zeroed=False)


def mended() -> Loop:
    return _loop(zeroed=True)
