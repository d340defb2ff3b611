from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages.shapes import holds_everywhere, kernel_factors
from ..wording import apart, bug_finding, figure

KNOWN = 1e-3  # how well the factor is known


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("forward", "outputs")
    factors = kernel_factors(evidence, departure)
    if departure is None or factors is None:
        return None
    if factors.max() - factors.min() > KNOWN * abs(factors.mean()):
        return None
    if departure.snapshots[0].extra and len(factors) == 1:
        return None  # a layer with a state: nothing says yet that the factor stays
    factor = float(factors.mean())
    if abs(factor - 1) <= KNOWN or not holds_everywhere(evidence, departure, factor):
        return None
    told, _ = apart(factor, 1.0)
    return bug_finding(
        "misplaced-scale",
        departure,
        f"The layer multiplies x·w by {told} where the factor should be 1, which makes the "
        f"loss {figure(factor**2)} × as curved as it should be.",
        ("factor of x·w", factor, 1.0),
    )


CAUSE = Cause(
    key="bug:misplaced-scale",
    title="Misplaced scale",
    what="The product x·w is multiplied by a constant before it leaves the layer.",
    why="The gradient passes through the factor c as well, so the curvature grows by c².",
    see="Outputs less the bias are the same multiple of x·w in every row and at every probe.",
    remedy="Return x·w + b; undo a scaling after training.",
    reference="The document’s Example 3: a misplaced operation within a custom layer.",
    find=find,
    needs=("probes",),
)
