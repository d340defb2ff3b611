"""Why nothing helps: what limits a run that no change mends, and what comes nearest."""

from collections.abc import Sequence

from ...theory.wording import figure
from ..evidence import Evidence
from .proven import Proven

STEEP = 1e4  # a condition number above it is worth naming as the limit
AT_ITS_BEST = (
    "No setting would help: this run is at its optimum, and the features say no more about the "
    "target than chance would."
)


def why_none(evidence: Evidence, short: Sequence[Proven]) -> str:
    """A sentence or two: the limit, and what came nearest.

    Args:
        evidence: What was seen of the run.
        short: What was run and fell short of the optimum.
    """
    tried = "tried" if short else "looked at"
    text = f"None of the changes {tried} brings this run to its optimum: {_limit(evidence)}."
    near = [(result.left, candidate) for candidate, result, _ in short if result.left < 1]
    if near:
        left, candidate = min(near, key=lambda each: each[0])
        text += f" Nearest: “{candidate.title}”, which leaves {left:.0%} of the way."
    return text


def _limit(evidence: Evidence) -> str:
    activation, steep = evidence.declared.activation, ""
    if evidence.spectrum is None:
        return "the training rows are not all finite"
    if evidence.no_signal:
        return (
            "the features say no more about the target than chance would, so that it is hardly "
            "better than the mean"
        )
    condition = evidence.condition_of(evidence.standardized)
    if condition > STEEP:
        steep = (
            f"even with standardized features the loss is {figure(condition)} × as steep along one "
            "direction as along another, and along the flattest one no rate gets far"
        )
    if activation != "linear":
        unknown = f"no theory tells where a run with the activation {activation} arrives"
        return f"{unknown}; with the linear one, {steep}" if steep else unknown
    return (
        steep or "no rate, scaling or optimizer of those tried gets there in ten times the epochs"
    )
