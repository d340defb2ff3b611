from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import fact, figure


def find(evidence: Evidence) -> Finding | None:
    critical = evidence.prediction.critical_learning_rate
    if evidence.crosses_later or not evidence.finite:
        return None
    if critical is None:
        return _without_limit(evidence)
    rate, ratio = evidence.rate, evidence.rate / critical
    shown = (fact("learning rate", rate, critical, f"{figure(rate)} against {figure(critical)}"),)
    if evidence.too_fast:
        growth = evidence.prediction.growth_per_step
        whole = evidence.case.steps_per_epoch == 1
        text = f"The learning rate {figure(rate)} is {figure(ratio)} × the largest stable one, "
        text += figure(critical)
        if growth is not None and growth > 1 and evidence.spec.schedule.key == "constant":
            text += f", so every {'epoch' if whole else 'step'} multiplies the loss by "
            text += f"{figure(growth)}"
        level = "error" if evidence.prediction.regime == "diverges" else "warning"
        if evidence.verdict == "diverging":
            level = "error"
        return Finding("learning-rate-above-critical", "hyperparameters", level, text + ".", shown)
    if evidence.verdict == "oscillating" and evidence.conforms:
        text = (
            f"The learning rate {figure(rate)} is {figure(ratio)} × the largest stable one, "
            f"{figure(critical)}: too near to it for the loss to settle, "
        )
        whole = evidence.case.steps_per_epoch == 1
        text += "so it jumps across the valley at every step."
        if not whole:
            text = text.replace("at every step", f"with batches of {evidence.case.batch} rows")
        return Finding("learning-rate-above-critical", "hyperparameters", "warning", text, shown)
    return None


def _without_limit(evidence: Evidence) -> Finding | None:
    """Where no formula gives the limit: the run itself, and its simulation at a lower rate."""
    rate = evidence.rate
    if not evidence.conforms or evidence.verdict not in ("diverging", "oscillating"):
        return None
    diverging = evidence.verdict == "diverging"
    settles = evidence.settles_at(rate / 10) or evidence.settles_at(rate / 100)
    does = "drives the loss away" if diverging else "keeps the loss from settling"
    text = f"The learning rate {figure(rate)} is too high for {evidence.spec.optimizer.title} here "
    text += f"and {does}"
    if settles:
        text += f"; at {figure(rate / 10)} it would come down"
    shown = (fact("learning rate", rate, rate / 10, f"{figure(rate)} against {figure(rate / 10)}"),)
    level = "error" if diverging else "warning"
    return Finding("learning-rate-above-critical", "hyperparameters", level, text + ".", shown)


CAUSE = Cause(
    key="learning-rate-above-critical",
    title="Learning rate above the critical one",
    what="The steps are longer than the steepest direction of the loss allows.",
    why="Each step jumps across the valley and lands higher up on the other side.",
    see="The rate against 2 / λmax, or what theory gives for this optimizer and these batches.",
    remedy="Lower the rate, or make the loss less curved: standardize.",
    reference="Goh, “Why Momentum Really Works”, Distill, 2017; Ma & Ying 2021 for mini-batches.",
    example={
        "data": {"source": "diabetes"},
        "scaling": {"features": "standard"},
        "optimizer": {"learning_rate": 0.5},
        "training": {"batch_size": None},
    },
    find=find,
    needs=("finite",),
)
