from typing import Literal

from pydantic import Field

from ..lazy import ops
from .bug import Bug


class MisplacedScale(Bug):
    title = "Misplaced scale"
    stage = "forward"
    symptom = "rises"
    purpose = "The layer multiplies its outputs by a factor that belongs elsewhere."
    what = "`call` multiplies x·w by a constant, for instance the factor that undoes a scaling."
    why = (
        "The gradient passes through the factor c as well, so the curvature grows by c². A rate "
        "that was stable is now c² times too large."
    )
    see = "The loss explodes at a rate that ought to be fine, from the very first step."
    remedy = "Return x·w + b; scale features before the layer and outputs after training."
    reference = "The document's Example 3: “a misplaced operation … within a custom layer”."
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["misplaced-scale"] = "misplaced-scale"
    factor: float = Field(10.0, description="What the outputs are multiplied by.")

    class Layer:
        def call(self, inputs, training=False):
            outputs = ops.matmul(inputs, self.kernel) * self.bug.factor
            if self.use_bias:
                outputs = outputs + self.bias
            return self.activation(outputs)
