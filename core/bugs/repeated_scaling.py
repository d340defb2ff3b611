from typing import Literal

import numpy as np
from pydantic import Field

from .bug import Bug


class RepeatedScaling(Bug):
    title = "Repeated scaling"
    stage = "pipeline"
    symptom = "rises"
    purpose = "The features are scaled once more at every epoch."
    what = "The loader multiplies features that it has multiplied in every epoch before."
    why = (
        "After e epochs a factor c has become cᵉ and the curvature c²ᵉλ: with c above 1 it passes "
        "2/η sooner or later. With c below 1 the features fade away, the weights cannot grow "
        "fast enough to make up for it, and the loss climbs back to the baseline."
    )
    see = "The loss falls for some epochs, and then explodes though nothing else has changed."
    remedy = "Scale once, before the first epoch, and keep the original untouched."
    reference = "The document: “unexpected data transformations”."
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["repeated-scaling"] = "repeated-scaling"
    factor: float = Field(1.1, description="What every epoch multiplies the features by.")

    class Pipeline:
        changes = True

        def epoch(self, features, targets, epoch):
            with np.errstate(all="ignore"):  # a factor above 1 overflows in the end
                return features * np.float32(self.bug.factor) ** epoch, targets
