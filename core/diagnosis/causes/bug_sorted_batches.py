from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages import fed
from ..wording import bug_finding


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("pipeline", "order")
    if departure is None or not fed.by_target(evidence):
        return None
    return bug_finding(
        "sorted-batches",
        departure,
        f"The rows come sorted by {evidence.data.target} in every epoch: all "
        f"{len(evidence.case.snapshots)} probed batches hold neighbours of that order.",
        ("probed batches out of turn", len(departure.snapshots), 0),
    )


CAUSE = Cause(
    key="bug:sorted-batches",
    title="Sorted batches",
    what="Rows come sorted by their target and are never shuffled.",
    why=(
        "A batch of like targets asks for a line through these alone, each epoch ends on the "
        "largest."
    ),
    see="The rows of every probed step are those of the table sorted by the target.",
    remedy="Shuffle the rows in every epoch.",
    reference="Goodfellow, Bengio & Courville, Deep Learning, section 8.1.3.",
    find=find,
    needs=("probes",),
)
