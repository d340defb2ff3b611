from typing import Literal

from pydantic import Field

from ..lazy import ops
from .bug import Bug


class OverflowingExp(Bug):
    title = "Overflowing exponential"
    stage = "forward"
    symptom = "non-finite"
    purpose = "A detour through exp and log that overflows."
    what = "The outputs z pass through log(exp(z)), which on paper changes nothing."
    why = (
        "A float32 ends at about 3.4·10³⁸, so exp(z) is infinite from z = 88.7 on. The loss is "
        "then infinite too, and its gradient NaN, which spreads to every weight."
    )
    see = "The loss falls well until an output reaches 88.7, then it is infinite and the run ends."
    remedy = "Do not leave the scale you can compute on; watch with tf.debugging.check_numerics."
    reference = (
        "The document: “numerical instability within the TensorFlow computations”; Goodfellow, "
        "Bengio & Courville, Deep Learning, section 4.1, “Overflow and Underflow”."
    )
    example = {"scaling": {"features": "standard"}, "optimizer": {"learning_rate": 0.05}}
    key: Literal["overflowing-exp"] = "overflowing-exp"
    scale: float = Field(
        1.0, description="What z is multiplied by before exp: outputs overflow at 88.7 / scale."
    )

    class Layer:
        def call(self, inputs, training=False):
            outputs = ops.matmul(inputs, self.kernel)  # (rows, features) · (features, units)
            if self.use_bias:
                outputs = outputs + self.bias
            grown = ops.exp(outputs * self.bug.scale)
            outputs = ops.log(grown + 1e-7) / self.bug.scale  # 1e-7, so as not to meet log(0)
            return self.activation(outputs)
