from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages import fed
from ..wording import bug_finding


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("pipeline", "targets")
    if departure is None or fed.shift(evidence, departure) is not None:
        return None
    wrong = fed.mixed_up(evidence, departure)
    if wrong is None:
        return None
    return bug_finding(
        "shuffled-targets",
        departure,
        f"{wrong[0]} of {wrong[1]} rows shown are fed another row's target, so that features and "
        "targets have little to do with each other.",
        ("rows with another row's target", wrong[0], 0),
    )


CAUSE = Cause(
    key="bug:shuffled-targets",
    title="Shuffled targets",
    what="Features and targets are shuffled apart.",
    why=(
        "Another row's target has nothing to do with the features, so the best weights are near "
        "zero."
    ),
    see="The targets fed are the table's own, but of other rows, in no order.",
    remedy="Shuffle row numbers, or both arrays with one call, so that pairs stay together.",
    reference="scikit-learn API docs, sklearn.utils.shuffle.",
    find=find,
    needs=("probes",),
)
