from typing import Literal

from .bug import Bug


class FrozenWeights(Bug):
    title = "Frozen weights"
    stage = "gradient"
    symptom = "plateaus"
    purpose = "The weights are marked as not trainable: only the bias learns."
    what = "`build` leaves the kernel with trainable = False, a line forgotten after fine-tuning."
    why = (
        "A variable that is not trainable gets no gradient, so it keeps its random start. The "
        "bias alone can only follow the mean of the targets, which is the baseline."
    )
    see = "The loss falls a little and stops near the baseline; the weights never move."
    remedy = "Leave the kernel trainable, and compare the weights before and after a step."
    reference = "Keras guide “Transfer learning & fine-tuning”, on the trainable attribute."
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["frozen-weights"] = "frozen-weights"

    class Layer:
        def build(self, input_shape):
            features = input_shape[-1]
            self.kernel = self.add_weight(  # a column per unit: (features, units), not (units,)
                shape=(features, self.units), initializer=self.initializer, name="kernel"
            )
            self.kernel.trainable = False
            if self.use_bias:
                self.bias = self.add_weight(
                    shape=(self.units,), initializer=self.bias_initializer, name="bias"
                )
