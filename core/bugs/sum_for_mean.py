from typing import Literal

from ..lazy import tf
from .bug import Bug, Setting


class SumForMean(Bug):
    title = "Sum for mean"
    stage = "loss"
    symptom = "rises"
    purpose = "The loss adds up the batch's squared residuals instead of averaging them."
    what = "A hand-written loss uses a sum over the rows where a mean was meant."
    why = (
        "A sum over n rows is n times the mean, and so are its gradient and its curvature: the "
        "largest stable rate is n times smaller. A larger batch makes it worse."
    )
    see = "The loss explodes at a rate that ought to be fine, and looks n times too large at once."
    remedy = "Average over the batch, or divide the learning rate by the batch size."
    reference = "Keras API docs, Losses: reduction, “sum” against “sum_over_batch_size”."
    needs = "mean squared error, its mean over two rows or more"
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["sum-for-mean"] = "sum-for-mean"

    def without_effect(self, setting: Setting) -> str:
        if setting.loss != "mse":
            return ""
        if setting.summed:
            return "The loss is a sum over the batch already."
        return "" if setting.batch > 1 else "Of a single row the sum is the mean."

    class Step:
        def loss(self, targets, outputs):
            return tf.reduce_sum(tf.square(targets - outputs))
