from typing import Literal

import numpy as np
from pydantic import Field

from .bug import Bug


class ShiftedTargets(Bug):
    title = "Shifted targets"
    stage = "pipeline"
    symptom = "plateaus"
    purpose = "Every row gets the target of a row nearby: an off-by-one in the loader."
    what = "Features and targets are read with indices that are off by a fixed number of rows."
    why = "The features of one row say little about another row's target: nothing is left to learn."
    see = "The loss falls a little and stops near the baseline, whatever the learning rate."
    remedy = "Read features and targets of a row with one and the same index."
    reference = "The document: “an error in the data preprocessing pipeline”."
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["shifted-targets"] = "shifted-targets"
    rows: int = Field(1, description="By how many rows the targets are off.")

    class Pipeline:
        def training_rows(self):
            return self.data.x_train, np.roll(self.data.y_train, self.bug.rows, axis=0)
