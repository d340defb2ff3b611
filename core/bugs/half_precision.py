from typing import Literal

from pydantic import Field

from ..lazy import ops
from .bug import Bug


class HalfPrecision(Bug):
    title = "Half precision"
    stage = "forward"
    symptom = "non-finite"
    purpose = "The outputs pass through 16-bit numbers, which end at 65,504."
    what = "The outputs are cast to a 16-bit number and back to 32 bits."
    why = (
        "A float16 holds nothing beyond 65,504 and only about three digits: larger outputs become "
        "infinite, smaller ones are rounded. A bfloat16 reaches as far as float32, with two digits."
    )
    see = "The loss falls until an output passes 65,504, then it is infinite and the run ends."
    remedy = "Keep outputs and loss in float32, also under mixed precision; scale large targets."
    reference = "TensorFlow guide “Mixed precision”, on the range of float16."
    example = {
        "data": {"source": "longley", "target": "TOTEMP", "validation_fraction": 0},
        "scaling": {"features": "standard"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["half-precision"] = "half-precision"
    dtype: Literal["float16", "bfloat16"] = Field(
        "float16", description="The 16-bit number: float16 overflows, bfloat16 only rounds."
    )

    class Layer:
        def call(self, inputs, training=False):
            outputs = ops.matmul(inputs, self.kernel)  # (rows, features) · (features, units)
            if self.use_bias:
                outputs = outputs + self.bias
            outputs = ops.cast(ops.cast(outputs, self.bug.dtype), "float32")
            return self.activation(outputs)
