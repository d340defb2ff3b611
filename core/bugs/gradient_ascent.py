from typing import Literal

from .bug import Bug


class GradientAscent(Bug):
    title = "Gradient ascent"
    stage = "gradient"
    symptom = "rises"
    purpose = "The sign of the gradient is wrong: every step goes uphill."
    what = "The update adds the gradient where it should subtract it."
    why = (
        "The gradient points to where the loss rises fastest. Followed instead of opposed, each "
        "step of size η multiplies a component of the error by 1 + ηλ, at any rate."
    )
    see = "The loss grows from the first step at every learning rate, only slower at a small one."
    remedy = "Give the optimizer the gradient of the loss itself: it subtracts by itself."
    reference = "Goodfellow, Bengio & Courville, Deep Learning, section 4.3."
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["gradient-ascent"] = "gradient-ascent"

    class Step:
        def gradients(self, tape, loss, weights):
            return [-gradient for gradient in tape.gradient(loss, weights)]
