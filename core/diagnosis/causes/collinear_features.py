import numpy as np
from scipy.special import fdtrc

from ...theory.regime import NEAR
from ...theory.spectrum import Spectrum
from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..observed import CHANCE
from ..wording import fact, figure, listed

CONDITION = "condition number of the standardized features"
DEPENDENT = 10.0**2  # a condition index of 10, from which on dependencies show
REPEATED = 1e10  # a condition number from which on one column follows from others exactly
NEARLY = 10.0**4  # the same for columns that nearly do
PART = 0.05  # squared weight in a direction from which on a feature is part of it


def find(evidence: Evidence) -> Finding | None:
    if evidence.spectrum is None or len(evidence.data.features) < 2 or not evidence.conforms:
        return None
    return _too_slow(evidence) or _repeated(evidence)


def _too_slow(evidence: Evidence) -> Finding | None:
    """Where what the columns have not in common is too flat a direction for so many steps."""
    if evidence.verdict != "slow" or evidence.reaches_at_best:
        return None
    if evidence.reaches_at_best_with(evidence.standardized):
        return None
    spectrum = evidence.spectrum_of(evidence.standardized)
    curvatures = spectrum.eigenvalues
    steps = evidence.declared.steps
    rate = 1 / curvatures[0]
    start = spectrum.components(np.zeros(len(curvatures)), 1.0)
    told = (curvatures > curvatures[0] / REPEATED) | _says_something(evidence, spectrum)
    left = np.where(told, start**2 * (1 - rate * curvatures) ** (2 * steps), 0.0)
    worst = int(np.argmax(left))
    condition = float(curvatures[0] / curvatures[worst]) if curvatures[worst] else np.inf
    if worst == 0 or not np.isfinite(condition) or condition < max(steps / 4, DEPENDENT):
        return None
    text = (
        f"Some features nearly repeat each other: along {spectrum.directions[worst]} the loss is "
        f"{figure(condition)} × less steep than along its steepest direction, even standardized, "
        f"and {steps:,} steps are too few for that."
    )
    told = f"{CONDITION}: {figure(condition)}, with {steps:,} steps"
    shown = (fact(CONDITION, condition, float(steps), told),)
    return Finding("collinear-features", "data", "warning", text, shown)


def _repeated(evidence: Evidence) -> Finding | None:
    """The note of a run with another cause or none: its weights are not the only ones."""
    if evidence.verdict in ("diverging", "oscillating", "failed"):
        return None
    spectrum, names = evidence.spectrum_of(evidence.standardized), evidence.data.features
    varies = np.ptp(evidence.data.x_raw_train, axis=0) > 0
    telling = _says_something(evidence, spectrum)
    rows, curvatures = len(evidence.data.x_train), spectrum.eigenvalues
    for place in reversed(range(1, len(curvatures))):
        direction = spectrum.eigenvectors[place][: len(names)]
        part = np.flatnonzero((direction**2 >= PART) & varies)
        if len(part) < 2 or telling[place]:
            continue  # the bias, a column that is constant, or other weights fit worse
        condition = float(curvatures[0] / curvatures[place]) if curvatures[place] else np.inf
        if condition < NEARLY or rows <= len(names):
            return None
        exact = condition > REPEATED
        told = f"{CONDITION}: {figure(condition)}, which is above {figure(NEARLY)}"
        shown = (fact(CONDITION, condition, NEARLY, told),)
        text = _in_words([names[j] for j in part], exact)
        return Finding("collinear-features", "data", "note", text, shown)
    return None


def _says_something(evidence: Evidence, spectrum: Spectrum) -> np.ndarray:
    """Along which directions (p,) the features say more about the target than chance would, by an
    F-test, and not next to nothing: 1 % of its variance or more."""
    rows, curvatures = len(evidence.data.y_train), spectrum.eigenvalues
    variance = float(evidence.data.y_train.var(dtype=np.float64))
    left = rows - int((curvatures > 0).sum())
    if left < 1 or variance == 0:
        return np.zeros(len(curvatures), bool)
    explained = spectrum.components(np.zeros(len(curvatures)), 1 / rows) ** 2
    rest = float(spectrum.triangle.sum_of_squares(spectrum.best_weights)) / left
    chance = fdtrc(1, left, explained * rows / max(rest, 1e-300))
    return (explained > NEAR * variance) & (chance < CHANCE)


def _in_words(names: list[str], exact: bool) -> str:
    nearly = "" if exact else "nearly "
    text = (
        f"{listed(names)} {nearly}repeat each other"
        if len(names) == 2
        else (f"Of {listed(names)} one {nearly}follows from the others")
    )
    if exact:
        return f"{text}, so the weights are not unique: others fit exactly as well."
    return f"{text}, so the weights hang on small differences: quite other ones fit almost as well."


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
