from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import bug_finding


def find(evidence: Evidence) -> Finding | None:
    ended, started = evidence.record.ended, evidence.record.started
    if evidence.record.outcome != "failed" or ended is None or started.get("weights"):
        return None
    if not any(word in ended["reason"].lower() for word in ("matmul", "rank")):
        return None
    features = len(evidence.data.features)
    return bug_finding(
        "weight-shape",
        "forward",
        f"The layer could not be called even once: its weight needs the shape ({features}, 1), a "
        f"row for each of {features} features and a column for its single output.",
        ("steps taken", 0, evidence.declared.steps),
    )


CAUSE = Cause(
    key="bug:weight-shape",
    title="Wrong weight shape",
    what="The layer's weight is a vector, and the matrix product refuses it.",
    why="A matrix product needs a column for each unit: a weight of shape (features, units).",
    see="The run fails before its first step, while the layer is built or first called.",
    remedy="Take features from input_shape[-1] and give the weight the shape (features, units).",
    reference="Keras guide “Making new layers and models via subclassing”.",
    find=find,
    needs=(),
)
