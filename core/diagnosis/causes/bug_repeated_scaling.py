from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages import fed
from ..wording import apart, bug_finding, figure


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("pipeline", "features")
    factor = fed.growing_factor(evidence, departure)
    if departure is None or factor is None:
        return None
    last = departure.snapshots[-1]
    told, _ = apart(factor, 1.0)
    return bug_finding(
        "repeated-scaling",
        departure,
        f"The features are scaled again and again: by epoch {last.epoch + 1} they are {told} × "
        f"those of the table, and the loss {figure(factor**2)} × as curved.",
        ("features fed over the table's", factor, 1.0),
    )


CAUSE = Cause(
    key="bug:repeated-scaling",
    title="Repeated scaling",
    what="The loader multiplies features that it has multiplied in every epoch before.",
    why="After e epochs a factor c has become cᵉ and the curvature c²ᵉλ.",
    see="Within a probe every feature is off by one factor, which is 1 at first and then grows.",
    remedy="Scale once, before the first epoch, and keep the original untouched.",
    reference="The document: unexpected data transformations.",
    find=find,
    needs=("probes",),
)
