from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages.shapes import gradients_add_up
from ..wording import bug_finding, told_apart


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("gradient")
    if departure is None or not gradients_add_up(evidence):
        return None
    step = departure.snapshots[0].step
    told, wanted = told_apart(departure)
    return bug_finding(
        "accumulated-gradients",
        departure,
        f"Old gradients are never cleared: at step {step} the gradient is the sum of {step + 1}, "
        f"{told} where the loss's derivative is {wanted}.",
        ("gradients in the sum", step + 1, 1),
    )


CAUSE = Cause(
    key="bug:accumulated-gradients",
    title="Accumulated gradients",
    what="Each step uses the sum of all gradients since the run began.",
    why="A sum that forgets nothing is a swing without friction: the error comes back as large.",
    see="Each gradient is the one of the step before plus the loss's derivative now.",
    remedy="Start every step from a fresh gradient; clear what was accumulated after its use.",
    reference="Goh, “Why Momentum Really Works”, Distill, 2017.",
    find=find,
    needs=("probes",),
)
