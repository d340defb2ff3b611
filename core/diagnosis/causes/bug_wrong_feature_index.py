from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages.shapes import columns_read
from ..wording import bug_finding


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("forward", "outputs")
    read = columns_read(evidence, departure)
    if read is None:
        return None
    wrong = [j for j, column in enumerate(read) if column != j]
    first, names = wrong[0], evidence.data.features
    return bug_finding(
        "wrong-feature-index",
        departure,
        f"The weight of {names[first]} multiplies {names[read[first]]}: {len(wrong)} of "
        f"{len(read)} weights are given another feature than their own.",
        ("weights with another feature", len(wrong), 0),
    )


CAUSE = Cause(
    key="bug:wrong-feature-index",
    title="Wrong feature index",
    what="The layer reads some feature twice and another one never.",
    why=(
        "What the unread feature says about the target cannot be learned, so the loss stops too "
        "high."
    ),
    see="The outputs fit the same weights exactly when each is given another feature than its own.",
    remedy="Multiply whole matrices; where columns must be picked, pick each one exactly once.",
    reference="The document: an incorrect indexing scheme within a custom layer.",
    find=find,
    needs=("probes",),
)
