from typing import Literal

from pydantic import Field

from .bug import Bug


class EpochDrift(Bug):
    title = "Drift from epoch to epoch"
    stage = "pipeline"
    symptom = "rises"
    purpose = "Every epoch moves all features a little further from zero."
    what = "The loader adds an offset to every feature, and the offset grows with each epoch."
    why = (
        "A feature shifted by s has the mean square 1 + s² instead of 1, so the curvature grows "
        "with s². After enough epochs the unchanged rate lies above its limit 2/λ."
    )
    see = "The loss falls at first, creeps up as the features drift away, and then explodes."
    remedy = "Compute what an epoch feeds from the original table, never from the last epoch's."
    reference = "The document: “incremental biases during each training epoch”."
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["epoch-drift"] = "epoch-drift"
    drift: float = Field(
        0.1, description="Offset added per epoch, in standard deviations of each feature."
    )

    class Pipeline:
        changes = True

        def epoch(self, features, targets, epoch):
            return features + self.bug.drift * epoch * features.std(axis=0), targets
