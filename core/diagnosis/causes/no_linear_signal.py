from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import against_chance, fact


def find(evidence: Evidence) -> Finding | None:
    chance = evidence.chance
    if chance is None or not evidence.no_signal:
        return None
    r2 = evidence.r2
    text = (
        f"The features say nothing linear about {evidence.data.target}: the best line explains "
        f"{r2:.1%} of its variance, as chance alone would in {chance:.0%} of cases, so the loss "
        "cannot fall much below the variance of y."
    )
    shown = (
        fact("R² of least squares", r2, None),
        fact("probability by chance", chance, 0.01, against_chance(chance)),
    )
    level = "warning" if evidence.verdict in ("stuck", "slow", "oscillating") else "note"
    level = level if evidence.conforms else "note"
    return Finding("no-linear-signal", "data", level, text, shown)


CAUSE = Cause(
    key="no-linear-signal",
    title="No linear signal",
    what="No linear combination of the features says anything about the target.",
    why="The best a line can do is to predict the mean, so the loss stops at the variance of y.",
    see="R² of least squares is no larger than chance would make it (F-test).",
    remedy="Look for other features, or other forms of these; training longer cannot help.",
    reference="Any statistics text on the F-test of overall significance.",
    example={
        "data": {"source": "synthetic:noise=1000", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
    },
    find=find,
    needs=("finite", "linear"),
)
