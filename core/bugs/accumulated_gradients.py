from typing import Literal

from ..lazy import keras, ops
from .bug import Bug


class AccumulatedGradients(Bug):
    title = "Accumulated gradients"
    stage = "gradient"
    symptom = "jumps"
    purpose = "Each step adds its gradient to all the old ones, which are never cleared."
    what = "The update uses the sum of all gradients since the run began."
    why = (
        "A sum that forgets nothing is momentum with β = 1, a swing without friction: the error "
        "passes through the optimum at full speed and comes back as large as it was. From ηλ = 4 "
        "on it explodes."
    )
    see = "The loss swings up and down and never settles, though the learning rate is small."
    remedy = "Start every step from a fresh gradient; clear what was accumulated after its use."
    reference = (
        "PyTorch recipe “Zeroing out gradients in PyTorch”; Goh, “Why Momentum Really Works”, "
        "Distill, 2017."
    )
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.01},
        "training": {"batch_size": None},
    }
    key: Literal["accumulated-gradients"] = "accumulated-gradients"

    class Step:
        def __init__(self, layer, loss_function, optimizer):
            self.layer = layer
            self.loss_function = loss_function
            self.optimizer = optimizer
            zeros = [ops.zeros(weight.shape) for weight in layer.trainable_variables]
            self.state = [keras.Variable(zero, trainable=False) for zero in zeros]

        def gradients(self, tape, loss, weights):
            for total, gradient in zip(self.state, tape.gradient(loss, weights), strict=True):
                total.assign_add(gradient)
            return [ops.convert_to_tensor(total) for total in self.state]
