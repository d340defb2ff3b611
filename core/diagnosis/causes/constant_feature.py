import numpy as np

from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import fact, figure


def find(evidence: Evidence) -> Finding | None:
    data = evidence.data
    if not evidence.finite:
        return None
    constant = np.flatnonzero(np.ptp(data.x_train, axis=0) == 0)
    if not len(constant):
        return None
    largest = int(constant[np.argmax(np.abs(data.x_train[0, constant]))])
    name, value = data.features[largest], float(data.x_train[0, largest])
    shown = (
        fact(f"standard deviation of {name}", 0.0, None),
        fact(f"value of {name}", value, None),
    )
    rest = data.x_train.shape[1] - len(constant)
    cured = evidence.too_fast and rest > 0 and evidence.stable_without(columns=constant)
    if not cured:
        repeats = "only repeats" if evidence.declared.use_bias else "stands in for"
        text = f"{name} is {figure(value)} in every row, so it {repeats} the bias."
        return Finding("constant-feature", "data", "note", text, shown)
    text = (
        f"{name} is {figure(value)} in every row: it says nothing, but its square adds "
        f"{figure(2 * value**2)} to the curvature, and without it the rate would be stable."
    )
    return Finding("constant-feature", "data", "error", text, shown)


CAUSE = Cause(
    key="constant-feature",
    title="Constant feature",
    what="A feature has the same value in every training row.",
    why=(
        "It does what the bias does already; where it is large it adds its square to the curvature."
    ),
    see="Its standard deviation is 0.",
    remedy="Leave it out.",
    reference="scikit-learn API docs, VarianceThreshold.",
    example={
        "data": {"source": "constant-column", "target": "y"},
        "training": {"batch_size": None},
    },
    find=find,
    needs=("finite",),
)
