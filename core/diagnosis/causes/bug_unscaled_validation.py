from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages import fed
from ..wording import bug_finding, told_apart


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("pipeline", "validation")
    if departure is None or not fed.validation_is_raw(evidence, departure):
        return None
    told, wanted = told_apart(departure)
    return bug_finding(
        "unscaled-validation",
        departure,
        f"The held-out rows are not scaled as the training rows are: their loss is "
        f"{told} where these weights give {wanted}.",
        ("validation loss", departure.value, departure.limit),
    )


CAUSE = Cause(
    key="bug:unscaled-validation",
    title="Unscaled validation",
    what="The held-out rows skip the scaling that the training rows went through.",
    why="A weight for one standard deviation is multiplied by a raw number.",
    see="The validation loss is that of the raw held-out rows, while training is as it should be.",
    remedy="Fit the scaler on the training rows and apply that same one to all others.",
    reference="scikit-learn user guide, “Common pitfalls and recommended practices”.",
    find=find,
    needs=("probes", "validation"),
)
