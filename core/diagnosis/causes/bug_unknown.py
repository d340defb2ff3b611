from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import bug_finding


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departure
    if departure is None:
        if evidence.record.outcome != "failed":
            return None
        return bug_finding(
            "unknown",
            "forward",
            "The program stopped with an error before its run was over: see the reason it gave.",
            ("epochs told", len(evidence.record.epoch), evidence.declared.epochs),
        )
    return bug_finding(
        "unknown",
        departure,
        f"The program departs from its spec in the {departure.stage}: {departure.text}.",
        (departure.part, departure.value, departure.limit),
    )


CAUSE = Cause(
    key="bug:unknown",
    title="Another bug",
    what="The run departs from its spec in a way that no known bug does.",
    why="A correct linear regression must follow its reference to the last bits of float32.",
    see=(
        "The first stage that departs tells where to look; the shape of the departure is none "
        "known."
    ),
    remedy="Compare that stage's code with the correct one, line by line.",
    reference="Zeller, Why Programs Fail, 2009: find the first state that is infected.",
    find=find,
    needs=(),
)
