"""Which finding is the root: the order of a diagnosis."""

from dataclasses import replace

from .evidence import Evidence
from .finding import Finding
from .reach import missing_bias

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
    if {rate, scale} <= order.keys() and not _scaling_alone_mends(evidence):
        order[rate] = order[scale] - 0.5
    if "no-bias" in order and evidence.verdict == "slow" and not _bias_costs_most(evidence):
        order["no-bias"] = len(order)
    low, target, schedule = "learning-rate-too-low", "target-unscaled", "schedule-decays-too-soon"
    if {low, schedule} <= order.keys() and not _schedule_costs_most(evidence):
        order[schedule] = order[low] + 0.5
    if {low, target} <= order.keys():
        way = evidence.best_way_with(evidence.target_standardized)
        if way is not None and way.own:
            order[target] = order[low] - 0.5  # scaled, the rate is as it should be
    return sorted(found, key=lambda f: (SEVERITIES.index(f.severity), order[f.cause]))


def _bias_costs_most(evidence: Evidence) -> bool:
    """Whether more of the last loss is due to the missing bias than to the way not gone."""
    missing, last = missing_bias(evidence), evidence.record.full_loss
    optimum, baseline = evidence.prediction.optimal_loss, evidence.prediction.baseline_loss
    if missing is None or optimum is None or baseline is None or not missing.variance:
        return True
    unit = baseline / missing.variance  # of the loss, per mean squared error
    optimum = max(optimum, unit * missing.without)
    return unit * (missing.without - missing.with_bias) >= float(last[-1]) - optimum


def _schedule_costs_most(evidence: Evidence) -> bool:
    """Whether the schedule has taken away more of the way than the rate is too low by."""
    way, rates = evidence.best_way_with(evidence.data), evidence.record.learning_rate
    if way is None or not way.constant:
        return True
    first = evidence.first_rate
    return first / max(float(rates.mean()), 1e-300) > way.rate / first


def _scaling_alone_mends(evidence: Evidence) -> bool:
    """Whether standardized features bring the run to its optimum at the same rate, and a lower
    rate, which is the smaller change, does not; of a stable one it is enough that no rate does."""
    if evidence.reaches_at_best:
        return False
    if evidence.verdict != "diverging" and evidence.conforms and not evidence.unstable:
        return True
    return evidence.mends(data=evidence.standardized) is not None
