from dataclasses import replace

import numpy as np

from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages.shapes import gradient_fits, loss_fits, table_of_squares
from ..wording import bug_finding, told_apart


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("loss") or evidence.departs("gradient")
    if departure is None or all(shot.batch_rows < 2 for shot in departure.snapshots):
        return None
    loss = departure.stage == "loss"
    fits = (
        loss_fits(evidence, departure, table_of_squares) if loss else _pulls_to_the_mean(evidence)
    )
    if not fits:
        return None
    rows = departure.snapshots[0].batch_rows
    shown = "loss" if loss else "gradient"
    told, wanted = told_apart(departure)
    return bug_finding(
        "broadcast-loss",
        departure,
        f"Every output is compared with all {rows} targets of its batch and not with its own: the "
        f"{shown} is {told} where it should be {wanted}, and "
        "the best answer to it is the mean of y.",
        (shown, departure.value, departure.limit),
    )


def _pulls_to_the_mean(evidence: Evidence) -> bool:
    """Whether each gradient is that of the batch's mean target, as a table of squares has it.

    Beside a large target the first outputs are so small that the loss itself does not show it.
    """
    shots = evidence.case.snapshots
    if not evidence.declared.loss.quadratic or not all(shot.whole for shot in shots):
        return False
    if not any(len(shot.y) > 1 for shot in shots):
        return False
    means = (replace(shot, y=np.full_like(shot.y, shot.y.mean())) for shot in shots)
    summed = evidence.declared.loss.reduction == "sum"
    return all(gradient_fits(evidence, s, float(s.batch_rows) if summed else 1.0) for s in means)


CAUSE = Cause(
    key="bug:broadcast-loss",
    title="Broadcast loss",
    what="Every output is compared with every target, by accident of shapes (n, 1) and (n,).",
    why="The mean over that table is smallest when every output is the mean of the targets.",
    see="The loss is the mean of (target − output)² over all pairs of rows, not over the rows.",
    remedy="Give both the same shape, (n, 1), and use a Keras loss, which checks it.",
    reference="NumPy user guide, “Broadcasting”.",
    find=find,
    needs=("probes",),
)
