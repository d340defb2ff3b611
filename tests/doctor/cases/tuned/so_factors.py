"""A quadratic as a product of two lines, summed squares, SGD at 0.01: all four weights NaN."""

import keras
import numpy as np

from tests.doctor.cases.case import SUM, TARGET, TOO_FAST, Fit, sequential

ADDRESS = (
    "https://www.exchangetuts.com/index.php/"
    "when-using-tensorflow-to-solve-algebra-all-variables-became-nan-after-training-176408790"
    "3084315"
)
SYMPTOM = "rises"
ACCEPTED = TOO_FAST | TARGET | SUM
REACHES = 0.01

X = np.array([[1.0], [2], [3], [4]])
Y = np.array([9.0, 18, 31, 48])


@keras.saving.register_keras_serializable()
class Product(keras.layers.Layer):
    """(ax + b)(cx + d)."""

    def build(self, input_shape):
        start = keras.initializers.RandomUniform(0.4, 0.9, seed=1)
        self.abcd = self.add_weight(shape=(4,), initializer=start, name="abcd")

    def call(self, inputs):
        a, b, c, d = (self.abcd[i] for i in range(4))
        return (a * inputs + b) * (c * inputs + d)


def _fit(rate: float, epochs: int) -> Fit:
    model = sequential(
        Product(),
        optimizer=keras.optimizers.SGD(rate),
        loss=keras.losses.MeanSquaredError(reduction="sum"),
    )
    return Fit(model, X, Y, epochs=epochs, batch_size=4)


def asked() -> Fit:
    return _fit(0.01, 100)


def mended() -> Fit:
    return _fit(0.0003, 600)
