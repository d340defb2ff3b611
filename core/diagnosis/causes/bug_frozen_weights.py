import numpy as np

from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import bug_finding, figure


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("gradient")
    shots = evidence.case.snapshots
    if departure is None or any(shot.gradients["kernel"].any() for shot in shots):
        return None
    if any(not np.array_equal(shot.before["kernel"], shot.after["kernel"]) for shot in shots):
        return None
    if "bias" in shots[0].before and not any(shot.gradients["bias"].any() for shot in shots):
        return None
    return bug_finding(
        "frozen-weights",
        departure,
        f"The weights never move: their gradient is 0 at all {len(shots)} probed steps, where the "
        f"loss has one of {figure(abs(departure.limit or 0))}.",
        ("largest gradient of the weights", 0.0, departure.limit),
    )


CAUSE = Cause(
    key="bug:frozen-weights",
    title="Frozen weights",
    what="The kernel is not trained: only the bias learns.",
    why="A variable that is not trainable gets no gradient, so it keeps its random start.",
    see="The kernel has no gradient at any probe and never moves, while the loss has one.",
    remedy="Leave the kernel trainable, and compare the weights before and after a step.",
    reference="Keras guide “Transfer learning & fine-tuning”, on the trainable attribute.",
    find=find,
    needs=("probes",),
)
