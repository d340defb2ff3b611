from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import fact, figure


def find(evidence: Evidence) -> Finding | None:
    critical, since = evidence.prediction.critical_learning_rate, evidence.crosses_later
    if critical is None or not since:
        return None
    epoch = since // evidence.case.steps_per_epoch + 1  # as Keras counts for a reader
    rate = evidence.highest_rate
    grows = "from there its steepest part grows"
    if evidence.verdict == "diverging":
        grows = "from there the loss grows"
    elif _stands_still(evidence):
        grows = "only that its gradient has become exactly 0 keeps the loss where it is"
    text = (
        f"The schedule's rate passes the largest stable one, {figure(critical)}, in epoch "
        f"{epoch} and reaches {figure(rate)}, {figure(rate / critical)} × as much: "
        f"{grows}."
    )
    shown = (
        fact("highest rate", rate, critical, f"{figure(rate)} against {figure(critical)}"),
        fact("unstable since step", since, None),
    )
    bad = evidence.verdict in ("diverging", "oscillating") or (
        evidence.prediction.regime == "diverges"
    )
    level = "error" if bad else "note"
    return Finding("schedule-crosses-critical", "hyperparameters", level, text, shown)


def _stands_still(evidence: Evidence) -> bool:
    """Whether the last gradient was 0, as on points that a line fits to the last digit."""
    norms = evidence.record.gradient_norm
    return len(norms) > 0 and float(norms[-1]) == 0


CAUSE = Cause(
    key="schedule-crosses-critical",
    title="Schedule that crosses the largest stable rate",
    what="The rate begins below the largest stable one and rises above it.",
    why=(
        "From the crossing on the top component grows; the loss follows when it outweighs the "
        "others."
    ),
    see="The first step at which the schedule's rate is above the largest stable one.",
    remedy="Keep the schedule's highest rate below the largest stable one.",
    reference="Cohen et al. 2021, Gradient Descent on Neural Networks at the Edge of Stability.",
    example={
        "data": {"source": "one-to-twenty", "target": "y", "validation_fraction": 0},
        "optimizer": {"learning_rate": 0.001},
        "schedule": {"key": "exponential_decay", "decay_steps": 10, "decay_rate": 1.2},
        "training": {"batch_size": None, "epochs": 300},
    },
    find=find,
    needs=("finite", "linear"),
)
