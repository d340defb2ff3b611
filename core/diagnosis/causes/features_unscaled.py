import numpy as np

from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding, Severity
from ..wording import epochs, fact, figure

EVEN = 0.005  # above 1: a condition number that is told as 1
MUCH = 4  # times as many epochs: what scaling saves at least, where both get there
ONCE_RIGHT = "once the program is right"


def find(evidence: Evidence) -> Finding | None:
    if evidence.declared.features_scaling == "standard" or evidence.spectrum is None:
        return None
    varies = np.ptp(evidence.data.x_train, axis=0) > 0
    if not varies.any() or _as_if_standardized(evidence.data.x_train):
        return None  # of a constant column standardizing leaves nothing
    told = _too_fast(evidence) if evidence.too_fast else _too_slow(evidence) or _restless(evidence)
    if told is None:
        return None
    level, effect = told
    size = np.sqrt(np.mean(evidence.data.x_train.astype(float) ** 2, axis=0))
    large = int(np.argmax(np.where(varies, size, 0.0)))
    name, condition = evidence.data.features[large], evidence.condition
    after = evidence.condition_of(evidence.standardized)
    text = (
        f"The features are unscaled: {name} is about {figure(float(size[large]))} where a "
        "standardized feature is 1"
    )
    uneven = condition > 1 + EVEN
    if uneven:
        text += f", and the loss is {figure(condition)} × as steep along one direction as along "
        text += "another"
    text += f"; {effect}."
    mean_square, steep = f"root mean square of {name}", "condition number"
    told = f"{mean_square}: {figure(float(size[large]))}, standardized 1"
    steeper = f"{steep}: {figure(condition)}, standardized {figure(after)}"
    shown = [fact(mean_square, float(size[large]), 1.0, told)]
    if uneven:
        shown.append(fact(steep, condition, after, steeper))
    return Finding("features-unscaled", "data", level, text, tuple(shown))


def _as_if_standardized(features: np.ndarray) -> bool:
    """Whether all features have about mean 0 and standard deviation 1 as they are."""
    mean, spread = features.mean(axis=0, dtype=float), features.std(axis=0, dtype=float)
    return bool((np.abs(mean) < 0.5).all() and ((spread > 0.5) & (spread < 2)).all())


def _too_fast(evidence: Evidence) -> tuple[Severity, str] | None:
    """Of a rate that is too high: whether standardizing makes it stable, or a lower one enough."""
    if evidence.stable_with(evidence.standardized):
        effect = "standardized, the same rate would be stable"
        return "error", effect if evidence.conforms else f"{ONCE_RIGHT}, and {effect}"
    if not evidence.conforms:
        return None
    told = evidence.mends(data=evidence.standardized)
    if told is not None:
        return "error", "standardized, the same run would be near its optimum in " + epochs(
            told.epochs_to_optimum
        )
    if evidence.reaches_at_best:
        return None
    effect = _with_a_rate(evidence) or _with_a_bias(evidence)
    if effect is None:
        return None
    return "warning", "a lower rate alone would be too slow, but " + effect


def _too_slow(evidence: Evidence) -> tuple[Severity, str] | None:
    slow = evidence.conforms and evidence.verdict in ("slow", "oscillating")
    slow = slow or evidence.lacks_more_than_bias
    bug = not evidence.conforms and evidence.prediction.regime in ("slow", "oscillates")
    if not (slow or bug) or evidence.decays_too_soon:
        return None
    if evidence.reaches_at_best and not evidence.lacks_more_than_bias:
        return None
    if evidence.prediction.critical_learning_rate is None and _target_does(evidence):
        return None
    effect = _with_a_rate(evidence) or _with_a_bias(evidence)
    if effect is None:
        return None
    return "warning", f"{ONCE_RIGHT}, and {effect}" if bug else effect


def _target_does(evidence: Evidence) -> bool:
    """Whether it is the target's scale that is too large for the optimizer's steps."""
    way = evidence.best_way_with(evidence.target_standardized)
    return way is not None and evidence.mends(data=evidence.standardized) is None


def _restless(evidence: Evidence) -> tuple[Severity, str] | None:
    """Of a run that does not settle, at no lower rate either."""
    way = evidence.best_way_with(evidence.standardized) if evidence.settles_only_scaled else None
    if way is None:
        return None
    effect = f"standardized{way.in_words()}, the loss would settle, and be near its optimum in "
    return "warning", effect + epochs(way.epochs)


def _with_a_rate(evidence: Evidence) -> str | None:
    """What standardizing does at the run's own rate, or at one that suits the data then."""
    way = evidence.best_way_with(evidence.standardized)
    both = evidence.way_with_all_scaled if evidence.only_lacks_scale else None
    if both is not None and not (way and way.own):
        needed = epochs(both.epochs)
        return f"standardized with the target, the loss would be near its optimum in {needed}"
    if way is not None:
        rate = way.in_words()
        return f"standardized{rate}, the loss would be near its optimum in {epochs(way.epochs)}"
    needed = evidence.epochs_with(evidence.standardized)
    own = evidence.epochs_with(evidence.data)
    if needed is None or (own is not None and own < MUCH * needed):
        return None
    text = f"standardized, at its best rate, the loss would need {needed:,} epochs"
    return text + (f" in place of {own:,}" if own is not None else "")


def _with_a_bias(evidence: Evidence) -> str | None:
    """Of a run that lacks a bias, which standardized features need too."""
    way = evidence.way_with_bias
    if way is None:
        return None
    return (
        f"standardized, with a bias and a rate of {figure(way.rate)}, the loss would be near its "
        f"optimum in {epochs(way.epochs)}"
    )


CAUSE = Cause(
    key="features-unscaled",
    title="Features without a common scale",
    what="The features differ in size, or lie far from zero, and were not standardized.",
    why="The curvature grows with the square of a feature's size: one rate cannot suit them all.",
    see="With standardized features the same run would be stable, or reach its optimum in time.",
    remedy="Standardize the features.",
    reference="LeCun, Bottou, Orr & Müller, “Efficient BackProp”, 1998, section 4.3.",
    example={
        "data": {"source": "cars", "target": "Miles_per_Gallon"},
        "optimizer": {"learning_rate": 0.01},
    },
    find=find,
    needs=("finite", "linear"),
)
