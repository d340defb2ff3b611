from typing import Literal

import numpy as np
from pydantic import Field

from .bug import Bug, Setting


class MissingAsSentinel(Bug):
    title = "Missing values as -999"
    stage = "pipeline"
    symptom = "rises"
    purpose = "A code for “missing” is read as if it were a measurement."
    what = "Some cells hold a placeholder such as -999, and the loader takes it for a number."
    why = (
        "The placeholder lies many standard deviations away. Its square enters the curvature, so "
        "a few such cells lower the largest stable rate many times over, and pull the line to them."
    )
    see = "The loss explodes at a rate that suits the clean table."
    remedy = "Turn the placeholder into NaN when reading, then drop those rows or fill them."
    reference = (
        "scikit-learn user guide, “Imputation of missing values”: “blanks, NaNs or other "
        "placeholders”."
    )
    example = {"scaling": {"features": "standard"}, "optimizer": {"learning_rate": 0.05}}
    key: Literal["missing-as-sentinel"] = "missing-as-sentinel"
    share: float = Field(
        0.02, ge=0, le=1, description="Share of the cells that hold the placeholder."
    )
    sentinel: float = Field(-999.0, description="The placeholder.")

    def without_effect(self, setting: Setting) -> str:
        return "" if self.share > 0 else "Its share is 0."

    class Pipeline:
        def training_rows(self):
            random = np.random.default_rng([self.seed, 1_000_003, 0])
            raw = self.data.x_raw_train.copy()
            raw[random.random(raw.shape) < self.bug.share] = self.bug.sentinel
            return self.data.scale_features(raw), self.data.y_train
