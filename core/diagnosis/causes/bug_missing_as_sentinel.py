from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages import fed
from ..wording import bug_finding, figure


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("pipeline", "features")
    found = fed.placeholder(evidence, departure)
    if departure is None or found is None:
        return None
    value, cells, shown = found
    return bug_finding(
        "missing-as-sentinel",
        departure,
        f"{cells} of {shown} cells shown hold the number {figure(value)} in place of the table's "
        "own, as if it had been measured.",
        ("cells with that number", cells, 0),
    )


CAUSE = Cause(
    key="bug:missing-as-sentinel",
    title="Missing values as a number",
    what="A code for “missing”, such as -999, is read as if it were a measurement.",
    why="The placeholder lies many standard deviations away, and its square enters the curvature.",
    see="A few cells of different rows and columns all hold one and the same raw number.",
    remedy="Turn the placeholder into NaN when reading, then drop those rows or fill them.",
    reference="scikit-learn user guide, “Imputation of missing values”.",
    find=find,
    needs=("probes",),
)
