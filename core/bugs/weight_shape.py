from typing import Literal

from ..lazy import tf
from .bug import Bug


class WeightShape(Bug):
    title = "Wrong weight shape"
    stage = "forward"
    symptom = "fails"
    purpose = "The weight is a vector, and the matrix product refuses it."
    what = "`build` makes a weight of shape (units,), as the document's Example 3 does."
    why = (
        "tf.matmul multiplies matrices: inputs of shape (rows, features) need a weight of shape "
        "(features, units), a column for each unit. One of shape (units,) has no row for each "
        "feature, not even where there is a single one."
    )
    see = "The run cannot start: TensorFlow refuses the product before the first step."
    remedy = "Take features from input_shape[-1] and give the weight the shape (features, units)."
    reference = (
        "The document's Example 3; Keras guide “Making new layers and models via subclassing”."
    )
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"key": "adam", "learning_rate": 0.1},
    }
    key: Literal["weight-shape"] = "weight-shape"

    class Layer:
        def build(self, input_shape):
            self.w = self.add_weight(  # (units,): nothing says how many features there are
                shape=(self.units,), initializer=self.initializer, name="w"
            )
            if self.use_bias:
                self.bias = self.add_weight(
                    shape=(self.units,), initializer=self.bias_initializer, name="bias"
                )

        def call(self, inputs, training=False):
            outputs = tf.matmul(inputs, self.w)  # (rows, features) · (units,)
            if self.use_bias:
                outputs = outputs + self.bias
            return self.activation(outputs)
