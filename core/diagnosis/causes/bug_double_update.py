from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages.shapes import applied_times
from ..wording import bug_finding, told_apart


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("update", "weights")
    if departure is None or not applied_times(evidence, 2):
        return None
    told, wanted = told_apart(departure)
    return bug_finding(
        "double-update",
        departure,
        f"Every gradient is applied twice: a weight moved by {told} where one "
        f"step of {evidence.declared.optimizer.title} moves it by {wanted}.",
        ("move of a weight", departure.value, departure.limit),
    )


CAUSE = Cause(
    key="bug:double-update",
    title="Double update",
    what="The optimizer's step is taken twice with the same gradients.",
    why="For plain gradient descent that is one step of 2η: above the limit from half of it on.",
    see="The weights after a step are those of two of the declared optimizer's steps.",
    remedy="Apply each gradient once: look for an `apply` in a helper and again in the loop.",
    reference="Keras guide “Customizing what happens in fit()”: one update in `train_step`.",
    find=find,
    needs=("probes",),
)
