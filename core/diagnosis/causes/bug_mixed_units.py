from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages import fed
from ..wording import bug_finding, figure


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("pipeline", "features")
    found = fed.other_unit(evidence, departure)
    if departure is None or found is None:
        return None
    factor, rows, shown = found
    return bug_finding(
        "mixed-units",
        departure,
        f"{rows} of {shown} rows shown are fed features {figure(factor)} × as large as in the "
        "table, as if in another unit.",
        ("features fed over the table's", factor, 1.0),
    )


CAUSE = Cause(
    key="bug:mixed-units",
    title="Mixed units",
    what="Some rows have all their features in another unit.",
    why="Those rows lie far away from the others, and the curvature grows with the square of that.",
    see=(
        "In some rows every raw feature is the same multiple of the table's, in the others none is."
    ),
    remedy="Convert to one unit when reading, and look at each feature's largest values.",
    reference="Mars Climate Orbiter Mishap Investigation Board, Phase I Report, 1999.",
    find=find,
    needs=("probes",),
)
