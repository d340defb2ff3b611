from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import fact, figure


def find(evidence: Evidence) -> Finding | None:
    if evidence.verdict != "slow" or not evidence.conforms or evidence.decays_too_soon:
        return None
    better = evidence.best_rate
    if better is None or better <= evidence.rate:
        return None
    rate, critical = evidence.rate, evidence.prediction.critical_learning_rate
    if critical is None:
        text = f"The learning rate {figure(rate)} is too low: at {figure(better)} the same run "
        text += "would reach its optimum in time."
    else:
        text = (
            f"The learning rate {figure(rate)} is only {figure(rate / critical)} × the largest "
            f"stable one, {figure(critical)}: at {figure(better)} the run would reach its optimum "
            "in time."
        )
    shown = (fact("learning rate", rate, better, f"{figure(rate)} against {figure(better)}"),)
    return Finding("learning-rate-too-low", "hyperparameters", "warning", text, shown)


CAUSE = Cause(
    key="learning-rate-too-low",
    title="Learning rate too low",
    what="The steps are so short that the run ends on its way.",
    why="Each step takes away the share ηλ of a component of the error.",
    see="At a higher rate that is still stable the same run would have reached the optimum.",
    remedy="Raise the rate, up to half the critical one.",
    reference="Smith, “Cyclical Learning Rates for Training Neural Networks”, 2017.",
    example={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 1e-5},
    },
    find=find,
    needs=("finite", "linear", "end"),
)
