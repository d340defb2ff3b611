import numpy as np

from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages.shapes import exp_log_scale
from ..wording import bug_finding


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("forward", "outputs")
    scale = exp_log_scale(evidence, departure)
    if departure is None or scale is None:
        return None
    largest = max(float(np.abs(shot.outputs).max()) for shot in departure.snapshots)
    return bug_finding(
        "overflowing-exp",
        departure,
        f"The outputs are log(exp(z)) instead of z = x·w + b, which is infinite from "
        f"{88.7 / scale:.3g} on and cut off below {-16.1 / scale:.3g}.",
        ("largest output", largest, None),
    )


CAUSE = Cause(
    key="bug:overflowing-exp",
    title="Overflowing exponential",
    what="The outputs take a detour through exp and log.",
    why="A float32 ends at 3.4·10³⁸, so exp is infinite from 88.7 on, and so is the loss.",
    see=(
        "Outputs follow log(exp(z) + 1e-7): too high where z is very negative, infinite from "
        "88.7 on."
    ),
    remedy="Do not leave the scale you can compute on.",
    reference=(
        "Goodfellow, Bengio & Courville, Deep Learning, section 4.1, “Overflow and Underflow”."
    ),
    find=find,
    needs=("probes",),
)
