"""Why nothing helps: what limits a run that no change mends."""

from collections.abc import Sequence

from ...theory.wording import figure
from ..evidence import Evidence
from .candidates import Candidate
from .kinds import Kind
from .trial import Result

STEEP = 1e4  # a condition number above it is worth naming as the limit


def why_none(evidence: Evidence, vain: Sequence[tuple[Candidate, Result, Kind]]) -> str:
    """A sentence or two: the limit, and what came nearest.

    Args:
        evidence: What was seen of the run.
        vain: What was run in vain.
    """
    text = f"None of the changes tried brings this run to its optimum: {_limit(evidence)}."
    near = [(result.left, candidate) for candidate, result, _ in vain if result.left < 1]
    if near:
        left, candidate = min(near, key=lambda each: each[0])
        text += f" Nearest: “{candidate.title}”, which leaves {left:.0%} of the way."
    return text


def _limit(evidence: Evidence) -> str:
    activation = evidence.declared.activation
    if evidence.spectrum is None:
        return "the training rows are not all finite"
    if evidence.no_signal:
        return "the features say no more about the target than chance would, so there is none"
    if activation != "linear":
        return f"no theory tells where a run with the activation {activation} arrives"
    condition = evidence.condition_of(evidence.standardized)
    if condition > STEEP:
        return (
            f"even with standardized features the loss is {figure(condition)} × as steep along one "
            "direction as along another, and along the flattest one no rate gets far"
        )
    return "no rate, scaling or optimizer of those tried gets there in ten times the epochs"
