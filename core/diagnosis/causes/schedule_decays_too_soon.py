from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import fact, figure


def find(evidence: Evidence) -> Finding | None:
    if not evidence.decays_too_soon:
        return _beside_scale(evidence) or _beside_rate(evidence)
    declared, first = evidence.declared, evidence.first_rate
    last = float(evidence.record.learning_rate[-1])
    text = (
        f"The schedule has lowered the rate from {figure(first)} to {figure(last)} before the loss "
        f"was down: kept at {figure(first)}, the run would have reached its optimum."
    )
    plateau = declared.schedule.key == "reduce_on_plateau"
    if plateau and declared.momentum > 0 and evidence.has_risen:
        text += (
            f" With a momentum of {figure(declared.momentum)} the loss swings, and the "
            "schedule takes each way up for a plateau."
        )
    shown = (fact("last learning rate", last, first, f"{figure(last)} against {figure(first)}"),)
    level = "error" if evidence.verdict == "diverging" else "warning"
    return Finding("schedule-decays-too-soon", "hyperparameters", level, text, shown)


def _beside_scale(evidence: Evidence) -> Finding | None:
    """Of unscaled features, which no rate suits: whether scaled ones would be too late as well."""
    declared, rates = evidence.declared, evidence.record.learning_rate
    if declared.constant or declared.features_scaling == "standard" or not len(rates):
        return None
    slow = evidence.verdict == "slow" and evidence.conforms and not evidence.unstable
    if not slow or evidence.reaches_at_best:
        return None
    way, last = evidence.best_way_with(evidence.standardized), float(rates[-1])
    if way is None or not way.constant or not last < evidence.first_rate:
        return None
    text = (
        f"The schedule has lowered the rate from {figure(evidence.first_rate)} to {figure(last)}, "
        "which would be too soon for standardized features too: they need a rate that is kept, at "
        f"{figure(way.rate)}."
    )
    text_of_rates = f"{figure(last)} against {figure(way.rate)}"
    shown = (fact("last learning rate", last, way.rate, text_of_rates),)
    return Finding("schedule-decays-too-soon", "hyperparameters", "warning", text, shown)


def _beside_rate(evidence: Evidence) -> Finding | None:
    """Of a rate that is too low: whether a higher one would be lowered too soon as well."""
    first, rates = evidence.first_rate, evidence.record.learning_rate
    if evidence.declared.constant or not len(rates) or not float(rates[-1]) < first:
        return None
    if evidence.verdict != "slow" or not evidence.conforms or evidence.unstable:
        return None
    way = evidence.best_way_with(evidence.data)
    if way is None or not way.constant or not way.rate > evidence.rate:
        return None
    last = float(rates[-1])
    text = (
        f"The schedule has lowered the rate from {figure(first)} to {figure(last)}, which would be "
        f"too soon at a higher rate too: it must be kept, at {figure(way.rate)}."
    )
    told = f"{figure(last)} against {figure(way.rate)}"
    shown = (fact("last learning rate", last, way.rate, told),)
    return Finding("schedule-decays-too-soon", "hyperparameters", "warning", text, shown)


CAUSE = Cause(
    key="schedule-decays-too-soon",
    title="Schedule that decays too soon",
    what="The rate becomes tiny before the loss has come down.",
    why="What is left of the way is the sum of all rates to come, and that sum is used up.",
    see="At its first rate, kept constant, the same run would have reached the optimum.",
    remedy="Keep the rate, or let it decay later.",
    reference=(
        "Bottou, Curtis & Nocedal, “Optimization Methods for Large-Scale Machine Learning”, 2018."
    ),
    example={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "schedule": {"key": "exponential_decay", "decay_steps": 2, "decay_rate": 0.5},
    },
    find=find,
    needs=("finite", "linear", "end"),
)
