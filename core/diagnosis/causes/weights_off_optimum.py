import numpy as np

from ...theory.equation import least_squares
from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..learnt import learnt, started
from ..wording import apart, fact, figure

FAR = 0.25  # of a weight: by how much it is off where its owner would be surprised
FLAT = 10.0  # times less steep: from there on that is the reason
SEEN = 0.03  # of the target's spread: what a weight's error does in less is nobody's surprise
SEEN_ALONE = 0.003  # the same of the intercept, which is read by itself
STANDARD_ERRORS = 2  # nearer to least squares than that the data do not tell it from that


def find(evidence: Evidence) -> Finding | None:
    if evidence.verdict != "healthy" or evidence.spectrum is None:
        return None
    own = learnt(evidence.declared, evidence.record)
    best = least_squares(evidence.data)
    if own is None or not best.unique or not evidence.declared.use_bias:
        return None
    names = (*evidence.data.features, "the intercept")
    got = np.append(own.weights, own.intercept)
    wanted = np.append(best.equation.weights, best.equation.intercept)
    off, spread = np.abs(got - wanted), float(evidence.data.y_raw_train.std())
    size = np.append(np.abs(evidence.data.x_raw_train).mean(axis=0), 1.0)
    seen = np.append(np.full(len(own.weights), SEEN), SEEN_ALONE) * spread
    with np.errstate(divide="ignore"):
        matters = np.maximum(FAR * np.abs(wanted), seen / size)
    far = np.flatnonzero(off > np.maximum(matters, STANDARD_ERRORS * best.errors))
    if not len(far):
        return None
    worst = int(far[np.argmax((off / matters)[far])])
    shares = evidence.spectrum.shares[:, worst]
    curvatures = evidence.spectrum.eigenvalues
    flatness = float(curvatures[0] / max(float(shares @ curvatures), 1e-300))
    name = names[worst] if worst == len(names) - 1 else f"the weight of {names[worst]}"
    told = apart(float(got[worst]), float(wanted[worst]))
    text = (
        f"The loss is near its optimum, but {name} is {told[0]} where least squares has {told[1]}"
    )
    if flatness > FLAT:
        text += (
            f": along it the loss is {figure(flatness)} × less steep than along its steepest "
            "direction, so its steps are tiny, and the loss hardly shows it"
        )
    begun = started(evidence.declared, evidence.record)
    if begun is not None:
        start = np.append(begun.weights, begun.intercept)[worst]
        if abs(got[worst] - start) < FAR * abs(wanted[worst] - start):
            text += "; it has hardly begun to move"
    shown = (
        fact(f"{name}, in the table's units", float(got[worst]), float(wanted[worst])),
        fact("root mean squared error", own.rmse, best.equation.rmse),
    )
    return Finding("weights-off-optimum", "hyperparameters", "note", text + ".", shown)


CAUSE = Cause(
    key="weights-off-optimum",
    title="Weights off their optimum",
    what="The loss is near its optimum, and a weight or the intercept is far from it.",
    why=(
        "Where the loss is flat, a weight can be far off at little cost, and its steps are as "
        "small: a loss that no longer falls is no proof that all weights have arrived."
    ),
    see="The weights in the table's own units beside those of least squares.",
    remedy="Standardize the features, so that no direction is much flatter; or train longer.",
    reference="LeCun, Bottou, Orr & Müller, “Efficient BackProp”, 1998, section 4.3.",
    example={
        "data": {"source": "hundred-points", "target": "y"},
        "optimizer": {"learning_rate": 1e-4},
        "training": {"batch_size": None},
    },
    find=find,
    needs=("finite", "linear", "end"),
)
