"""The app's findings in the words of somebody whose own program it is."""

import re
from collections.abc import Iterable
from dataclasses import replace

from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.finding import Finding
from ..spec import Spec
from ..theory.wording import figure

FEW = 10  # rows for each weight
RATE = re.compile(r"^The learning rate (?=[\d.])([^\s]+)")


def fault(cause: str) -> str:
    """A cause's key: what is a bug of ours in the app is a fault here."""
    return cause.replace("bug:", "fault:", 1)


def own_words(finding: Finding, optimizer: str) -> Finding:
    """A finding that speaks of the model's own optimizer.

    Args:
        finding: As the app says it.
        optimizer: Its class, `SGD`.
    """
    text = RATE.sub(rf"`{optimizer}(learning_rate=\1)`", finding.summary)
    text = text.replace("departs from its spec in", "departs from the reference in")
    return replace(finding, cause=fault(finding.cause), summary=text)


def lacks(told: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """What could not be checked, by the doctor's keys."""
    return tuple((fault(cause), missing) for cause, missing in told)


def optimizer_in_words(spec: Spec) -> str:
    """`SGD(learning_rate=0.01)`."""
    return f"{spec.optimizer.keras_name}(learning_rate={figure(spec.optimizer.learning_rate)})"


def in_own_words(diagnosis: Diagnosis, optimizer: str) -> Diagnosis:
    """A whole diagnosis in these words."""
    findings = tuple(own_words(finding, optimizer) for finding in diagnosis.findings)
    return replace(diagnosis, findings=findings, not_checked=lacks(diagnosis.not_checked))


def careful(diagnosis: Diagnosis, rows: int, weights: int) -> Diagnosis:
    """The same, but that few rows without a signal are no proof that there is none.

    Args:
        diagnosis: What was found.
        rows, weights: How many there are.
    """
    few = rows < FEW * weights

    def softened(finding: Finding) -> Finding:
        soft = few and finding.cause == "no-linear-signal"
        return replace(finding, severity="note") if soft else finding

    return replace(diagnosis, findings=tuple(map(softened, diagnosis.findings)))
