import numpy as np

from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import bug_finding, figure

MOST_DEVIATIONS = 5.0  # of a normal distribution: beyond it lies one draw in two million


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("initialization", "weights")
    if departure is None:
        return None
    kernel = departure.snapshots[0].before["kernel"]
    off = departure.facts["off"][len(kernel) :]  # of the bias
    wanted = departure.facts["wanted"][: len(kernel)]
    spread = float(np.sqrt(np.mean(wanted**2)))
    limit = MOST_DEVIATIONS * max(spread, 1 / np.sqrt(len(kernel)))
    largest = float(np.abs(kernel).max())
    alike = len(kernel) > 1 and np.ptp(kernel) == 0
    if off.any() or alike or not np.isfinite(largest) or largest <= limit:
        return None
    return bug_finding(
        "large-init",
        departure,
        f"The weights start at up to {figure(largest)}, where {evidence.declared.first} gives "
        f"{figure(float(np.abs(wanted).max()))} at most.",
        ("largest first weight", largest, float(np.abs(wanted).max())),
    )


CAUSE = Cause(
    key="bug:large-init",
    title="Large initial weights",
    what="The weights start far beyond what the declared initializer can draw.",
    why="The first loss grows with the square of the weights, and the way back is long.",
    see="The first kernel is larger than the declared initializer's largest value.",
    remedy="Use an initializer that scales with the number of inputs, such as glorot_uniform.",
    reference="Goodfellow, Bengio & Courville, Deep Learning, section 8.4.",
    find=find,
    needs=("probes",),
)
