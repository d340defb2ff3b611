from typing import Literal

from .bug import Bug


class DoubleUpdate(Bug):
    title = "Double update"
    stage = "update"
    symptom = "rises"
    purpose = "Every gradient is applied twice."
    what = "The optimizer's step is called two times in a row with the same gradients."
    why = (
        "For plain gradient descent two steps of η with one gradient are one step of 2η. Where η "
        "is more than half of the largest stable rate, 2η is above it, and a part of the error "
        "grows by 2ηλ - 1 a step."
    )
    see = "The loss explodes at a rate that should be stable; at half of it all is well."
    remedy = "Apply each gradient once: look for an `apply` in a helper and again in the loop."
    reference = "Keras guide “Customizing what happens in fit()”: one update in `train_step`."
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.7},
    }
    key: Literal["double-update"] = "double-update"

    class Step:
        def update(self, gradients, weights):
            self.optimizer.apply(gradients, weights)
            self.optimizer.apply(gradients, weights)
