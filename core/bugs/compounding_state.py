from typing import Literal

from pydantic import Field

from ..lazy import ops
from .bug import Bug


class CompoundingState(Bug):
    title = "Compounding state"
    stage = "forward"
    symptom = "rises"
    purpose = "The layer keeps a factor that grows at every training step."
    what = "A weight that is not trained multiplies the outputs, and each step enlarges it."
    why = (
        "With a factor c the curvature is c²λ. As c grows a little at every step, the unchanged "
        "rate η crosses its limit 2/(c²λ), and from there the error grows faster and faster."
    )
    see = "The loss falls as it should for a while, and then turns and explodes."
    remedy = "Keep no state that feeds on itself in `call`; reset or bound what must be kept."
    reference = "The document: “errors that progressively amplify during training”."
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["compounding-state"] = "compounding-state"
    growth: float = Field(1.01, description="What each training step multiplies the factor by.")

    class Layer:
        def build(self, input_shape):
            features = input_shape[-1]
            self.kernel = self.add_weight(  # a column per unit: (features, units), not (units,)
                shape=(features, self.units), initializer=self.initializer, name="kernel"
            )
            if self.use_bias:
                self.bias = self.add_weight(
                    shape=(self.units,), initializer=self.bias_initializer, name="bias"
                )
            self.factor = self.add_weight((), "ones", trainable=False, name="factor")

        def call(self, inputs, training=False):
            if training:
                self.factor.assign(self.factor * self.bug.growth)
            outputs = ops.matmul(inputs, self.kernel) * self.factor
            if self.use_bias:
                outputs = outputs + self.bias
            return self.activation(outputs)
