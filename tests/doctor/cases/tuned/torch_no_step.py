"""`backward` is called and the optimizer's `step` is not: nothing ever moves."""

import numpy as np
import tensorflow as tf

from tests.doctor.cases.case import FROZEN_WEIGHTS, Loop, standardized

ADDRESS = "https://discuss.pytorch.org, Linear Regression in PyTorch, 20 September 2017"
SYMPTOM = "stalls"
ACCEPTED = FROZEN_WEIGHTS


X = np.array([[1.3, 2.7], [2.4, 3.3], [4.7, 5.2], [5.6, 6.1], [6.9, 7.9]])
Y = np.array([[6.0], [9], [15], [18], [21]])


def _loop(moves: bool) -> Loop:
    def step(x, y, weights):
        w = tf.Variable(np.asarray(weights[0], np.float32))
        b = tf.Variable(np.asarray(weights[1], np.float32))
        x, y = tf.constant(x, tf.float32), tf.constant(np.reshape(y, (-1, 1)), tf.float32)
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.matmul(x, w) + b - y) ** 2)
        gradients = tape.gradient(cost, [w, b])
        if moves:
            w.assign_sub(0.1 * gradients[0])
            b.assign_sub(0.1 * gradients[1])
        return {"weights": (w, b), "loss": cost, "gradients": gradients}

    start = (np.array([[-0.4], [0.2]], np.float32), np.array([0.1], np.float32))
    x = standardized(X) if moves else X
    return Loop(step, x, Y, start, 0.1, steps=200)


def asked() -> Loop:
    return _loop(moves=False)


def mended() -> Loop:
    return _loop(moves=True)
