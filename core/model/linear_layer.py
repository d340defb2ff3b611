"""The custom layer of the document's Example 3, put right: a linear regression."""

import keras
from keras import ops


class LinearLayer(keras.layers.Layer):
    """outputs = activation(inputs · kernel + bias).

    Does what `keras.layers.Dense` does; it is written out so that it can be read, and broken.

    Args:
        units: Number of outputs; 1 for a regression.
        use_bias: Whether a constant is learned beside the weights.
        initializer: The Keras initializer of the kernel.
        bias_initializer: Of the bias, which starts at zero by default.
        activation: The Keras activation the outputs pass through; `linear` for none.
        name: The layer's; None for one that Keras gives.
    """

    def __init__(
        self,
        units=1,
        use_bias=True,
        initializer="glorot_uniform",
        bias_initializer="zeros",
        activation="linear",
        name=None,
    ):
        super().__init__(name=name)
        self.units = units
        self.use_bias = use_bias
        self.initializer = keras.initializers.get(initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        features = input_shape[-1]
        self.kernel = self.add_weight(  # a column per unit: (features, units), not (units,)
            shape=(features, self.units), initializer=self.initializer, name="kernel"
        )
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(self.units,), initializer=self.bias_initializer, name="bias"
            )

    def call(self, inputs, training=False):
        outputs = ops.matmul(inputs, self.kernel)  # (rows, features) · (features, units)
        if self.use_bias:
            outputs = outputs + self.bias
        return self.activation(outputs)
