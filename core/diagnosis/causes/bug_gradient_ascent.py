from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages.shapes import gradient_fits
from ..wording import bug_finding, told_apart


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("gradient")
    if departure is None:
        return None
    if not all(gradient_fits(evidence, shot, factor=-1.0) for shot in departure.snapshots):
        return None
    told, wanted = told_apart(departure)
    return bug_finding(
        "gradient-ascent",
        departure,
        f"The gradients have the wrong sign: {told} where the loss's "
        f"derivative is {wanted}, so every step goes uphill.",
        ("gradient over derivative", -1.0, 1.0),
    )


CAUSE = Cause(
    key="bug:gradient-ascent",
    title="Gradient ascent",
    what="The gradient has the wrong sign: every step goes uphill.",
    why="Each step of size η multiplies a component of the error by 1 + ηλ, at any rate.",
    see="Every gradient is the loss's derivative with its sign turned.",
    remedy="Give the optimizer the gradient of the loss itself: it subtracts by itself.",
    reference="Goodfellow, Bengio & Courville, Deep Learning, section 4.3.",
    find=find,
    needs=("probes",),
)
