from typing import Literal

from ..lazy import ops
from .bug import Bug, Setting


class WrongFeatureIndex(Bug):
    title = "Wrong feature index"
    stage = "forward"
    symptom = "biased"
    purpose = "An off-by-one: one feature is read twice and the last one never."
    what = "Every weight but the first multiplies the feature before its own."
    why = (
        "What the last feature says about the target cannot be learned, so the loss stops above "
        "the optimum by the part that only this feature explains. Features merely swapped would "
        "do no harm: the weights would swap too. It takes at least two features to go wrong."
    )
    see = "The loss falls as usual, only to a floor that is too high, whatever the learning rate."
    remedy = "Multiply whole matrices; where columns must be picked, pick each one exactly once."
    reference = "The document: “an incorrect indexing scheme within a custom layer”."
    needs = "two features or more"
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["wrong-feature-index"] = "wrong-feature-index"

    def without_effect(self, setting: Setting) -> str:
        if setting.features > 1:
            return ""
        return "There is only one feature, and its weight is given that one, as it should be."

    class Layer:
        def call(self, inputs, training=False):
            inputs = ops.concatenate([inputs[:, :1], inputs[:, :-1]], axis=1)  # one too early
            outputs = ops.matmul(inputs, self.kernel)  # (rows, features) · (features, units)
            if self.use_bias:
                outputs = outputs + self.bias
            return self.activation(outputs)
