"""A loss computed in `train_step` from targets (n,) and outputs (n, 1): it trains far worse."""

import keras
import numpy as np
import tensorflow as tf

from tests.doctor.cases.case import BROADCAST, Fit

ADDRESS = "https://github.com/keras-team/keras/issues/16836"
SYMPTOM = "stalls"
ACCEPTED = BROADCAST


class Asked(keras.Model):
    """Subtracts without looking at the shapes."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)

    def call(self, inputs):
        return self.dense(inputs)

    def difference(self, y, outputs):
        return y - outputs

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            difference = self.difference(tf.cast(y, tf.float32), self(x, training=True))
            loss = tf.reduce_mean(tf.square(difference))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return {"loss": loss}


class Mended(Asked):
    """Gives the outputs the shape of the targets."""

    def difference(self, y, outputs):
        return y - tf.squeeze(outputs, axis=-1)


def _fit(model: keras.Model) -> Fit:
    random = np.random.default_rng(0)
    x = random.normal(size=(240, 2))
    y = x @ np.array([3.0, -2]) + 1 + 0.1 * random.normal(size=240)
    model.compile(optimizer=keras.optimizers.SGD(0.05))
    model(x[:1])
    return Fit(model, x, y, epochs=30)


def asked() -> Fit:
    return _fit(Asked())


def mended() -> Fit:
    return _fit(Mended())
