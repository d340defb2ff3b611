from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages.shapes import loss_fits, sum_of_squares
from ..wording import bug_finding, told_apart


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("loss")
    if departure is None or not loss_fits(evidence, departure, sum_of_squares):
        return None
    rows, factor = departure.snapshots[0].batch_rows, evidence.declared.loss.factor
    mean = "their mean" if factor == 1 else f"{factor:g} of their mean"
    told, wanted = told_apart(departure)
    return bug_finding(
        "sum-for-mean",
        departure,
        f"The loss is the sum over the batch, {told}, where it should be "
        f"{wanted}: {rows} rows make it {rows / factor:g} × as steep and as "
        f"curved as {mean}.",
        ("loss", departure.value, departure.limit),
    )


CAUSE = Cause(
    key="bug:sum-for-mean",
    title="Sum for mean",
    what="The loss adds up the batch's squared residuals where the mean was meant.",
    why="A sum over n rows is n times the mean, and so are its gradient and its curvature.",
    see="The loss is the sum of the squared residuals: the batch's rows times their mean.",
    remedy="Average over the batch, or divide the learning rate by the batch size.",
    reference="Keras API docs, Losses: reduction, “sum” against “sum_over_batch_size”.",
    find=find,
    needs=("probes",),
)
