import numpy as np

from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import fact, figure


def find(evidence: Evidence) -> Finding | None:
    if evidence.spec.scaling.features == "standard" or evidence.spectrum is None:
        return None
    raw = evidence.data.x_train.astype(float)
    if evidence.too_fast:
        if not evidence.stable_with(evidence.standardized):
            return None
        level, effect = "error", "standardized, the same rate would be stable"
    elif evidence.verdict == "slow" and not evidence.reaches_at_best:
        if not evidence.reaches_at_best_with(evidence.standardized):
            return None
        level, effect = "warning", "standardized, the loss would reach its optimum in time"
    else:
        return None
    size = np.sqrt(np.mean(raw**2, axis=0))
    large = int(np.argmax(size))
    name, condition = evidence.data.features[large], evidence.condition
    after = evidence.condition_of(evidence.standardized)
    text = (
        f"The features are unscaled: {name} is about {figure(float(size[large]))} where a "
        f"standardized feature is 1, and the loss is {figure(condition)} × as steep along one "
        f"direction as along another; {effect}."
    )
    shown = (
        fact(f"root mean square of {name}", float(size[large]), 1.0),
        fact("condition number", condition, after),
    )
    return Finding("features-unscaled", "data", level, text, shown)


CAUSE = Cause(
    key="features-unscaled",
    title="Features without a common scale",
    what="The features differ in size, or lie far from zero, and were not standardized.",
    why="The curvature grows with the square of a feature's size: one rate cannot suit them all.",
    see="With standardized features the same run would be stable, or reach its optimum in time.",
    remedy="Standardize the features.",
    reference="LeCun, Bottou, Orr & Müller, “Efficient BackProp”, 1998, section 4.3.",
    example={
        "data": {"source": "cars", "target": "Miles_per_Gallon"},
        "optimizer": {"learning_rate": 0.01},
    },
    find=find,
    needs=("finite", "linear"),
)
