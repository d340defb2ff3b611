from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages.shapes import loss_fits, table_of_squares
from ..wording import bug_finding


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("loss")
    if departure is None or not loss_fits(evidence, departure, table_of_squares):
        return None
    rows = departure.snapshots[0].batch_rows
    return bug_finding(
        "broadcast-loss",
        departure,
        f"Every output is compared with all {rows} targets of its batch and not with its own: the "
        f"loss is {departure.value or 0:.4g} where it should be {departure.limit or 0:.4g}, and "
        "the best answer to it is the mean of y.",
        ("loss", departure.value, departure.limit),
    )


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
