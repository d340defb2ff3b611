from typing import Literal

import numpy as np

from .bug import Bug, Setting


class SortedBatches(Bug):
    title = "Sorted batches"
    stage = "pipeline"
    symptom = "biased"
    purpose = "Rows come sorted by their target and are never shuffled."
    what = "Every epoch runs from the smallest target to the largest, in the same order."
    why = (
        "A batch of like targets asks for a line through these alone. Each epoch ends on the "
        "largest targets, so the bias is dragged up to them and the loss of the whole table stays "
        "above the optimum. A full batch has no order and takes no harm."
    )
    see = "Within an epoch the loss swings; at every epoch's end it is far above the optimum."
    remedy = "Shuffle the rows in every epoch."
    reference = (
        "Goodfellow, Bengio & Courville, Deep Learning, section 8.1.3: minibatches must be "
        "selected randomly."
    )
    needs = "batches of fewer rows than all"
    example = {"scaling": {"features": "standard"}, "optimizer": {"learning_rate": 0.05}}
    key: Literal["sorted-batches"] = "sorted-batches"

    def without_effect(self, setting: Setting) -> str:
        if setting.batch < setting.rows:
            return ""
        return "Every batch holds all rows, and their order makes no difference to it."

    class Pipeline:
        def order(self, targets, epoch):
            return np.argsort(targets[:, 0], kind="stable")
