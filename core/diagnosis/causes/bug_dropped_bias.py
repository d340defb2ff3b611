from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages.shapes import gradient_fits
from ..wording import bug_finding, figure


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("gradient")
    shots = evidence.case.snapshots
    if departure is None or "bias" not in shots[0].before:
        return None
    if any(shot.gradients["bias"].any() or shot.after["bias"].any() for shot in shots):
        return None
    if not all(gradient_fits(evidence, shot, kernel_only=True) for shot in shots):
        return None
    return bug_finding(
        "dropped-bias",
        departure,
        f"The bias never learns: its gradient is 0 at all {len(shots)} probed steps, where the "
        f"loss has one of {figure(departure.limit or 0)}, so the line must pass through the "
        "origin.",
        ("gradient of the bias", 0.0, departure.limit),
    )


CAUSE = Cause(
    key="bug:dropped-bias",
    title="Dropped bias",
    what="The bias exists, but does not reach the outputs.",
    why="Without a constant the line must pass through the origin.",
    see="The bias has no gradient at any probe, while the weights' gradients are right.",
    remedy="Assign the result: outputs = outputs + self.bias.",
    reference="Keras API docs, Dense layer: output = activation(dot(input, kernel) + bias).",
    find=find,
    needs=("probes",),
)
