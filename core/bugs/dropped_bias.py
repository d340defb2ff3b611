from typing import Literal

from ..lazy import ops
from .bug import Bug, Setting


class DroppedBias(Bug):
    title = "Dropped bias"
    stage = "gradient"
    symptom = "biased"
    purpose = "The bias exists, but its sum is thrown away."
    what = "`call` adds the bias and does not keep the sum: tensors never change in place."
    why = (
        "Without a constant the line must pass through the origin. With centred features the "
        "outputs average zero, so the square of the target's mean stays in the loss for good."
    )
    see = "The loss stops far above the optimum; the bias stays at zero and has no gradient."
    remedy = "Assign the result: outputs = outputs + self.bias."
    reference = "Keras API docs, Dense layer: output = activation(dot(input, kernel) + bias)."
    needs = "a bias"
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["dropped-bias"] = "dropped-bias"

    def without_effect(self, setting: Setting) -> str:
        return "" if setting.use_bias else "The bias is switched off: there is none to drop."

    class Layer:
        def call(self, inputs, training=False):
            outputs = ops.matmul(inputs, self.kernel)  # (rows, features) · (features, units)
            if self.use_bias:
                ops.add(outputs, self.bias)
            return self.activation(outputs)
