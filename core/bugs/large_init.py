from typing import Literal

from pydantic import Field

from ..lazy import keras
from .bug import Bug


class LargeInit(Bug):
    title = "Large initial weights"
    stage = "initialization"
    symptom = "biased"
    purpose = "The weights start far away from any sensible value."
    what = "The kernel is drawn from a normal distribution with a far too large standard deviation."
    why = (
        "The first loss grows with the square of the initial weights. Gradient descent shrinks "
        "their error by 1 - ηλ a step and needs many steps; Adam moves each weight by about η a "
        "step, so a weight that starts 100 away needs 100/η of them."
    )
    see = "The loss starts enormously high, and the run ends while it is still on its way down."
    remedy = "Use an initializer that scales with the number of inputs, such as glorot_uniform."
    reference = (
        "The document's Example 3: “Careful with initialization!”; Goodfellow, Bengio & "
        "Courville, Deep Learning, section 8.4."
    )
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"key": "adam", "learning_rate": 0.1},
    }
    key: Literal["large-init"] = "large-init"
    stddev: float = Field(100.0, ge=0, description="Standard deviation of the initial weights.")

    class Layer:
        def build(self, input_shape):
            features = input_shape[-1]
            seed = getattr(self.initializer, "seed", 0)
            large = keras.initializers.RandomNormal(stddev=self.bug.stddev, seed=seed)
            self.kernel = self.add_weight(  # a column per unit: (features, units), not (units,)
                shape=(features, self.units), initializer=large, name="kernel"
            )
            if self.use_bias:
                self.bias = self.add_weight(
                    shape=(self.units,), initializer=self.bias_initializer, name="bias"
                )
