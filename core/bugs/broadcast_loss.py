from typing import Literal

from ..lazy import tf
from .bug import Bug, Setting


class BroadcastLoss(Bug):
    title = "Broadcast loss"
    stage = "loss"
    symptom = "plateaus"
    purpose = "Every output is compared with every target, by accident."
    what = "A hand-written loss subtracts outputs of shape (n, 1) from targets of shape (n,)."
    why = (
        "The shapes broadcast to an (n, n) table, whose mean is smallest when every output is the "
        "mean of the batch's targets. So the weights are pulled to zero and the loss to the "
        "variance of y, which is the baseline."
    )
    see = "The loss stops at the baseline with weights near zero, and nothing reports an error."
    remedy = "Give both the same shape, (n, 1), and use a Keras loss, which checks it."
    reference = "NumPy user guide, “Broadcasting”."
    needs = "batches of two rows or more"
    example = {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    }
    key: Literal["broadcast-loss"] = "broadcast-loss"

    def without_effect(self, setting: Setting) -> str:
        if setting.batch > 1:
            return ""
        return "A batch of one row has one output and one target: nothing to broadcast."

    class Step:
        def loss(self, targets, outputs):
            rows = targets.shape[0]
            if rows > 8192:
                raise ValueError(
                    f"A ({rows:,}, {rows:,}) table of {rows * rows:,} numbers does not fit: this "
                    "bug needs batches of at most 8,192 rows."
                )
            residuals = tf.reshape(targets, [-1]) - outputs  # (rows,) - (rows, 1): (rows, rows)
            return tf.reduce_mean(tf.square(residuals))
