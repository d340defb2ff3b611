from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages import fed
from ..wording import bug_finding


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("pipeline", "features")
    noise = fed.noise(evidence, departure)
    if departure is None or noise is None:
        return None
    return bug_finding(
        "feature-noise",
        departure,
        f"The features fed are disturbed at random, by {noise:.3g} of their standard deviation "
        "where they should be the table's own.",
        ("noise over standard deviation", noise, 0.0),
    )


CAUSE = Cause(
    key="bug:feature-noise",
    title="Noise in the features",
    what="The loader disturbs each feature afresh in every epoch.",
    why=(
        "Noise of relative size s adds s² to a feature's variance: the weights shrink by 1/(1 + "
        "s²)."
    ),
    see=(
        "Almost every cell is off by another amount, unrelated to its value, and anew in each "
        "epoch."
    ),
    remedy="Take the noise out, or make it small against each feature's standard deviation.",
    reference="Bishop, “Training with Noise is Equivalent to Tikhonov Regularization”, 1995.",
    find=find,
    needs=("probes",),
)
