"""How bad a run is: one answer for every screen, from its outcome and what was found."""

from typing import Literal

from .diagnosis import Diagnosis

Level = Literal["good", "note", "warning", "error"]


def severity_of(outcome: str | None, diagnosis: Diagnosis | None) -> Level:
    """The severity of a run: that of its root cause.

    Args:
        outcome: The run's own; None while it goes on.
        diagnosis: None where there is none, or where whoever looks may not see it: unknown is
            neither good nor bad.
    """
    if outcome in ("diverged", "failed"):
        return "error"
    if outcome != "completed" or diagnosis is None:
        return "note"
    if diagnosis.verdict == "diverging":
        return "error"
    first = diagnosis.findings[0].severity if diagnosis.findings else "note"
    if first != "note":
        return first
    return "good" if diagnosis.verdict == "healthy" else "warning"
