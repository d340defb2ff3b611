from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages.shapes import kernel_factors
from ..wording import apart, bug_finding, figure


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("forward", "outputs")
    factors = kernel_factors(evidence, departure)
    if departure is None or factors is None:
        return None
    moved = departure.snapshots[0].extra  # a variable that a linear layer does not have
    if factors.max() - factors.min() <= 1e-3 * abs(factors.mean()) and not moved:
        return None
    last = departure.snapshots[len(factors) - 1]
    told, _ = apart(float(factors[-1]), 1.0)
    return bug_finding(
        "compounding-state",
        departure,
        f"The layer multiplies x·w by a factor that has become {told} at step "
        f"{last.step} and should be 1: the loss is {figure(factors[-1] ** 2)} × as curved by then.",
        ("factor of x·w", float(factors[-1]), 1.0),
    )


CAUSE = Cause(
    key="bug:compounding-state",
    title="Compounding state",
    what="The layer multiplies x·w by a factor of its own that grows from step to step.",
    why="With a factor c the curvature is c²λ: as c grows, the unchanged rate crosses its limit.",
    see=(
        "Outputs less the bias are a multiple of x·w, and the multiple changes from probe to probe."
    ),
    remedy="Keep no state that feeds on itself; reset or bound what must be kept.",
    reference="The document: errors that progressively amplify during training.",
    find=find,
    needs=("probes",),
)
