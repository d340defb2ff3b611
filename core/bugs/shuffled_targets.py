from typing import Literal

import numpy as np
from pydantic import Field

from .bug import Bug


class ShuffledTargets(Bug):
    title = "Shuffled targets"
    stage = "pipeline"
    symptom = "plateaus"
    purpose = "Features and targets are shuffled apart."
    what = "The targets are put in a random order of their own, and no row keeps its target."
    why = (
        "Another row's target has nothing to do with the features, so the best weights are near "
        "zero and the best loss is near the variance of y, the baseline."
    )
    see = "The loss falls a little and stops near the baseline, whatever the learning rate."
    remedy = "Shuffle row numbers, or both arrays with one call, so that pairs stay together."
    reference = (
        "scikit-learn API docs, sklearn.utils.shuffle: “Shuffle arrays or sparse matrices in a "
        "consistent way”."
    )
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["shuffled-targets"] = "shuffled-targets"
    share: float = Field(1.0, ge=0, le=1, description="Share of the rows whose targets are mixed.")

    class Pipeline:
        def training_rows(self):
            random = np.random.default_rng([self.seed, 1_000_002, 0])
            targets = self.data.y_train.copy()
            mixed = random.permutation(len(targets))[: round(self.bug.share * len(targets))]
            targets[np.sort(mixed)] = targets[mixed]
            return self.data.x_train, targets
