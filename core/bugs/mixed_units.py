from typing import Literal

import numpy as np
from pydantic import Field

from .bug import Bug, Setting


class MixedUnits(Bug):
    title = "Mixed units"
    stage = "pipeline"
    symptom = "rises"
    purpose = "Some rows have their features in another unit."
    what = "A share of the rows comes from a source that counts, say, millimetres for centimetres."
    why = (
        "Those rows lie far away from the others, and the curvature grows with the square of the "
        "distance: a rate that suited one unit is too large for two."
    )
    see = "The loss explodes; at a rate small enough it stops far above the optimum."
    remedy = "Convert to one unit when reading, and look at each feature's largest values."
    reference = "Mars Climate Orbiter Mishap Investigation Board, Phase I Report, 1999."
    example = {"scaling": {"features": "standard"}, "optimizer": {"learning_rate": 0.05}}
    key: Literal["mixed-units"] = "mixed-units"
    factor: float = Field(10.0, description="The other unit's numbers are this many times larger.")
    share: float = Field(0.1, ge=0, le=1, description="Share of the rows in the other unit.")

    def without_effect(self, setting: Setting) -> str:
        return "" if self.share > 0 else "Its share is 0."

    class Pipeline:
        def training_rows(self):
            random = np.random.default_rng([self.seed, 1_000_004, 0])
            raw = self.data.x_raw_train.copy()
            raw[random.random(len(raw)) < self.bug.share] *= self.bug.factor
            return self.data.scale_features(raw), self.data.y_train
