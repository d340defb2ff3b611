import numpy as np

from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..whatif import Way
from ..wording import epochs, fact, figure

LARGE = 10.0  # where a standardized target is 1


def find(evidence: Evidence) -> Finding | None:
    if evidence.declared.target_scaling == "standard" or evidence.spectrum is None:
        return None
    if evidence.verdict != "slow" or not evidence.conforms or evidence.held_back:
        return None
    if evidence.prediction.critical_learning_rate is not None:
        return None  # SGD's steps grow with the target: its scale makes no difference
    scaled = evidence.target_standardized
    size = float(np.sqrt(np.mean(evidence.data.y_train.astype(float) ** 2)))
    way, beside = (evidence.best_way_with(scaled) if size > LARGE else None), ""
    if way is None and size > LARGE:
        way, beside = _with_the_features(evidence), " with the features"
    if way is None:
        return None
    far = float(np.abs(evidence.spectrum.nearest_weights).max())
    after = float(np.abs(evidence.spectrum_of(scaled).nearest_weights).max())
    text = (
        f"The target is unscaled: it is about {figure(size)}, so a weight must go as far as "
        f"{figure(far)}, and a {_step(evidence)}; standardized{beside}{way.in_words()}, the loss "
        f"would be near its optimum in {epochs(way.epochs)}."
    )
    mean_square, largest = "root mean square of the target", "largest weight of least squares"
    shown = (
        fact(mean_square, size, 1.0, f"{mean_square}: {figure(size)}, standardized 1"),
        fact(largest, far, after, f"{largest}: {figure(far)}, standardized {figure(after)}"),
    )
    return Finding("target-unscaled", "data", "warning", text, shown)


def _step(evidence: Evidence) -> str:
    """How long a step is."""
    optimizer, rate = evidence.declared.optimizer, evidence.rate
    if optimizer.key == "sgd" and optimizer.clip_norm is not None:
        return f"gradient is clipped to a length of {figure(optimizer.clip_norm)}"
    return f"step of {optimizer.title} is about as long as its rate, {figure(rate)}"


def _with_the_features(evidence: Evidence) -> Way | None:
    """The rate that does where features and target are both scaled, and neither alone does."""
    way = evidence.way_with_all_scaled
    alone = evidence.best_way_with(evidence.standardized)
    return way if way is not None and (way.own or alone is None) else None


CAUSE = Cause(
    key="target-unscaled",
    title="Target without scale",
    what="The target is large, and was not standardized.",
    why=(
        "Optimizers that measure their steps by the rate alone (Adam and its kin, a clipped "
        "gradient, a loss that is straight far away) need as many more steps as the target is "
        "larger."
    ),
    see="With a standardized target the same run would reach its optimum in time.",
    remedy="Standardize the target, or raise the rate to its size.",
    reference="Kingma & Ba, “Adam: A Method for Stochastic Optimization”, 2015, section 2.1.",
    example={
        "data": {"source": "diabetes", "target": "target"},
        "scaling": {"features": "standard"},
        "optimizer": {"key": "adam", "learning_rate": 0.002},
        "training": {"epochs": 200},
    },
    find=find,
    needs=("finite", "linear", "end"),
)
