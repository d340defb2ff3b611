from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages import fed
from ..wording import bug_finding, figure


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("pipeline", "features")
    offsets = fed.offsets(evidence, departure)
    if departure is None or offsets is None:
        return None
    last = departure.snapshots[-1]
    return bug_finding(
        "epoch-drift",
        departure,
        f"The features drift: by epoch {last.epoch + 1} every row of {offsets[0]} is off by "
        f"{figure(offsets[1])}, where nothing should be added.",
        (f"offset of {offsets[0]}", offsets[1], 0.0),
    )


CAUSE = Cause(
    key="bug:epoch-drift",
    title="Drift from epoch to epoch",
    what="The loader adds an offset to every feature, and the offset grows with each epoch.",
    why="A feature shifted by s has the mean square 1 + s², so the curvature grows with s².",
    see="Within a probe each feature is off by the same amount in every row, later ones by more.",
    remedy="Compute what an epoch feeds from the original table, never from the last epoch's.",
    reference="The document: incremental biases during each training epoch.",
    find=find,
    needs=("probes",),
)
