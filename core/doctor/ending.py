"""A line's run that ends badly, of which no cause is known: it is said all the same."""

from dataclasses import replace
from typing import Any

from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.finding import Fact, Finding
from ..theory.wording import figure
from .linear import LinearRun

SAYS = {
    "diverging": "goes up to",
    "oscillating": "goes up and down and ends at",
    "slow": "falls no further than to",
    "stuck": "stands at",
    "biased": "stops at",
}


def with_a_finding(diagnosis: Diagnosis, run: LinearRun, optimizer: Any) -> Diagnosis:
    """The diagnosis, with a finding where it says that a run ends badly and not why.

    Args:
        diagnosis: Of the run as theory has it.
        run: What was foreseen.
        optimizer: The model's own.
    """
    above = any(finding.severity != "note" for finding in diagnosis.findings)
    says, curve = SAYS.get(diagnosis.verdict), run.prediction.full_loss
    optimal = run.prediction.optimal_loss
    if above or says is None or not curve or optimal is None or not run.known:
        return diagnosis
    text = f"The loss {says} {figure(curve[-1])}, where {figure(optimal)} is to be had."
    decay = getattr(optimizer, "weight_decay", None)
    if decay:
        text += f" `weight_decay={figure(decay)}` pulls every weight towards 0 all the while."
    if diagnosis.remedies:
        title = diagnosis.remedies[0].title
        text += f" What mends it: {title[0].lower()}{title[1:]}."
    elif diagnosis.search is not None:
        text += f" {len(diagnosis.tried)} changes were tried, and none mends it."
    shown = Fact("loss at the end", curve[-1], optimal, figure(curve[-1]))
    finding = Finding("bug:unknown", "hyperparameters", "warning", text, (shown,))
    return replace(diagnosis, findings=(finding, *diagnosis.findings))
