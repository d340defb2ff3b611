import numpy as np

from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import fact, figure

DEPENDENT = 10.0**2  # a condition index of 10, from which on dependencies show


def find(evidence: Evidence) -> Finding | None:
    if evidence.spectrum is None or len(evidence.data.features) < 2:
        return None
    if evidence.verdict != "slow" or not evidence.conforms or evidence.reaches_at_best:
        return None
    if evidence.reaches_at_best_with(evidence.standardized):
        return None
    spectrum = evidence.spectrum_of(evidence.standardized)
    curvatures = spectrum.eigenvalues
    steps = evidence.spec.training.epochs * evidence.case.steps_per_epoch
    rate = 1 / curvatures[0]
    start = spectrum.components(np.zeros(len(curvatures)), 1.0)
    left = np.where(curvatures > 0, start**2 * (1 - rate * curvatures) ** (2 * steps), 0.0)
    worst = int(np.argmax(left))
    condition = float(curvatures[0] / curvatures[worst]) if curvatures[worst] else np.inf
    if worst == 0 or not np.isfinite(condition) or condition < max(steps / 4, DEPENDENT):
        return None
    text = (
        f"Some features nearly repeat each other: along {spectrum.directions[worst]} the loss is "
        f"{figure(condition)} × less steep than along its steepest direction, even standardized, "
        f"and {steps:,} steps are too few for that."
    )
    shown = (fact("condition number of the standardized features", condition, float(steps)),)
    return Finding("collinear-features", "data", "warning", text, shown)


CAUSE = Cause(
    key="collinear-features",
    title="Collinear features",
    what="Some features nearly repeat each other.",
    why=(
        "Along the direction in which they differ the loss is almost flat, and steps there are "
        "tiny."
    ),
    see=(
        "The condition number of the standardized features, 100 or more, and what is left of the "
        "loss at its end."
    ),
    remedy="Leave one of them out; be patient; or use an optimizer with a step for each weight.",
    reference="Belsley, Kuh & Welsch, Regression Diagnostics, 1980, chapter 3.",
    example={
        "data": {"source": "near-twins", "target": "y"},
        "scaling": {"features": "standard"},
        "optimizer": {"learning_rate": 0.3},
        "training": {"batch_size": None},
    },
    find=find,
    needs=("finite", "linear"),
)
