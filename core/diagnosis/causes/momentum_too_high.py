import numpy as np

from ..cause import Cause
from ..declared import Change
from ..evidence import Evidence
from ..finding import Finding
from ..whatif import LONGER
from ..wording import epochs, fact, figure

HEAVY = 0.9  # a momentum that is looked at together with more epochs


def find(evidence: Evidence) -> Finding | None:
    sgd = evidence.declared.optimizer.key == "sgd"
    momentum = evidence.declared.momentum if sgd else 0.0
    if momentum <= 0 or not evidence.conforms or not evidence.finite:
        return None
    moving = evidence.verdict in ("diverging", "oscillating", "slow")
    if not (moving or evidence.lacks_more_than_bias) or evidence.decays_too_soon:
        return None
    found = evidence.lower_momentum
    lower, needed = (found[0], found[1].epochs_to_optimum) if found else (None, None)
    beside = None if found else _beside_more_epochs(evidence)
    by_itself = _is_thrown_high(evidence)
    by_itself = by_itself or (evidence.longer is None and _swings_by_itself(evidence))
    if lower is None and beside is None and not by_itself:
        return None
    carried, rate = 1 / (1 - momentum), evidence.rate
    text = (
        f"Momentum {figure(momentum)} adds up steps until they are {figure(carried)} × as long as "
        f"the rate {figure(rate)} alone makes them"
    )
    critical = evidence.prediction.critical_learning_rate
    swings = not evidence.unstable and not evidence.lacks_more_than_bias and evidence.has_risen
    if swings and critical is not None:
        text += f": at {figure(rate / critical)} × the largest stable rate the loss still swings"
        keeps = evidence.prediction.growth_per_step
        if keeps is not None and np.isclose(keeps, momentum) and evidence.case.steps_per_epoch == 1:
            text += f", and keeps {keeps:.1%} of its swing from step to step"
    if lower is not None:
        without = "without momentum" if lower == 0 else f"with a momentum of {figure(lower)}"
        if evidence.lacks_more_than_bias:
            without = f"with a bias, and {without}"
        text += f"; {without} the same run would be near its optimum in {epochs(needed)}"
    elif beside is not None:
        without = "without momentum" if beside == 0 else f"with a momentum of {figure(beside)}"
        text += f"; {without} ten times the epochs would do, and with it they do not"
    lower = beside if lower is None else lower
    against = "" if lower is None else f" against {figure(lower)}"
    shown = (
        fact("momentum", momentum, lower, f"{figure(momentum)}{against}"),
        fact("steps added up", carried, None),
    )
    level = "error" if evidence.verdict == "diverging" else "warning"
    return Finding("momentum-too-high", "hyperparameters", level, text + ".", shown)


def _beside_more_epochs(evidence: Evidence) -> float | None:
    """A lower momentum with which ten times the epochs would do, where nothing else alone does."""
    if evidence.declared.momentum < HEAVY or evidence.verdict == "diverging":
        return None
    if evidence.longer or evidence.lacks_more_than_bias or not evidence.affordable(LONGER):
        return None
    if evidence.reaches_at_best or evidence.reaches_at_best_with(evidence.standardized):
        return None
    epochs = min(LONGER * evidence.declared.epochs, evidence.declared.most_epochs)
    changes = (Change(momentum=lower, epochs=epochs) for lower in (0.5, 0.0))
    return next((change.momentum for change in changes if evidence.mends(change)), None)


def _is_thrown_high(evidence: Evidence) -> bool:
    """Whether the loss ends far above its start on a swing that a stable rate would let fade."""
    stable = evidence.prediction.critical_learning_rate is not None and not evidence.unstable
    return stable and evidence.verdict == "diverging" and evidence.case.steps_per_epoch == 1


def _swings_by_itself(evidence: Evidence) -> bool:
    """Whether a run swings at a rate at which nothing else could make it swing."""
    critical, whole = evidence.prediction.critical_learning_rate, evidence.case.steps_per_epoch == 1
    if evidence.verdict != "oscillating" or critical is None:
        return False
    return evidence.rate < (0.5 if whole else 0.2) * critical


CAUSE = Cause(
    key="momentum-too-high",
    title="Momentum too high",
    what="The momentum carries the weights past the optimum and back, again and again.",
    why=(
        "A velocity keeps the share β of itself at each step, so steps in one direction add up to "
        "1 / (1 − β) of them, and a swing loses only the share 1 − β of its loss a step."
    ),
    see="With less momentum, and all else as it is, the same run would reach its optimum in time.",
    remedy="Lower the momentum, or the rate by as much as the momentum adds to it.",
    reference="Goh, “Why Momentum Really Works”, Distill, 2017.",
    example={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05, "momentum": 0.98},
        "training": {"batch_size": None},
    },
    find=find,
    needs=("finite", "linear"),
)
