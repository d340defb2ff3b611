from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages import fed
from ..wording import bug_finding


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("pipeline", "targets")
    shift = fed.shift(evidence, departure)
    if departure is None or shift is None:
        return None
    return bug_finding(
        "shifted-targets",
        departure,
        f"Every row is fed the target of the row {abs(shift)} place{'s' * (abs(shift) != 1)} "
        f"{'before' if shift > 0 else 'after'} it, where it should be its own.",
        ("rows between features and target", shift, 0),
    )


CAUSE = Cause(
    key="bug:shifted-targets",
    title="Shifted targets",
    what="Every row gets the target of a row a fixed number of rows away.",
    why="The features of one row say little about another row's target.",
    see="Every target fed is the one of the row that many places away.",
    remedy="Read features and targets of a row with one and the same index.",
    reference="The document: an error in the data preprocessing pipeline.",
    find=find,
    needs=("probes",),
)
