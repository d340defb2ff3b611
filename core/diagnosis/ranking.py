"""Which finding is the root: the order of a diagnosis."""

from dataclasses import replace

from .evidence import Evidence
from .finding import Finding

SEVERITIES = ("error", "warning", "note")


def ranked(found: list[Finding], evidence: Evidence) -> list[Finding]:
    """Root cause first. Of a healthy run nothing is more than a note.

    What is wrong in the program comes before what is wrong in the settings: a run that departs from
    its spec would be wrong at any setting. Causes come in the order of the registry otherwise,
    which is from the more particular to the more general.
    """
    if evidence.verdict == "healthy":
        found = [replace(finding, severity="note") for finding in found]
    order: dict[str, float] = {finding.cause: place for place, finding in enumerate(found)}
    rate, scale = "learning-rate-above-critical", "features-unscaled"
    if {rate, scale} <= order.keys() and evidence.reaches_at_best:
        order[rate] = order[scale] - 0.5  # a lower rate alone is the smaller change that cures
    return sorted(found, key=lambda f: (SEVERITIES.index(f.severity), order[f.cause]))
