from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import against_chance, fact, figure


def find(evidence: Evidence) -> Finding | None:
    if evidence.spectrum is None or evidence.verdict not in ("healthy", "biased", "oscillating"):
        return None
    rows, weights = len(evidence.data.y_train), len(evidence.spectrum.singular)
    if rows <= weights:
        text = f"{_too_few(rows, weights)}, so that a loss near 0 says nothing of other rows."
        return Finding("few-rows", "data", "note", text, (fact("rows", rows, None),))
    chance = evidence.chance
    if chance is None or chance <= 0.01 or evidence.no_signal:
        return None
    text = (
        f"{rows} rows prove little: the best line explains {evidence.r2:.1%} of the target's "
        f"variance, but where there is no connection at all chance would do as much in "
        f"{figure(100 * chance)} % of such tables."
    )
    shown = (
        fact("rows", rows, None),
        fact("R² of least squares", evidence.r2, None),
        fact("probability by chance", chance, 0.01, against_chance(chance)),
    )
    return Finding("few-rows", "data", "note", text, shown)


def _too_few(rows: int, weights: int) -> str:
    line = f"a line with {weights} weight{'s' if weights != 1 else ''} can go through"
    if rows == 1:
        return f"1 row proves little: {line} it wherever it lies"
    return f"{rows} rows prove little: {line} {rows} points wherever they lie"


CAUSE = Cause(
    key="few-rows",
    title="Few rows",
    what="There are too few rows to tell a connection from chance.",
    why="The loss is no worse for it; it only says little about rows that were not seen.",
    see="Least squares explains a part of the target that chance might explain as well (F-test).",
    remedy="Collect more rows, or use fewer features.",
    reference="Any statistics text on the F-test of overall significance.",
    example={
        "data": {
            "source": "synthetic:rows=6,features=3,noise=1",
            "target": "y",
            "validation_fraction": 0,
        },
        "scaling": {"features": "standard"},
        "optimizer": {"learning_rate": 0.1},
        "training": {"epochs": 2000, "batch_size": None},
    },
    find=find,
    needs=("finite", "linear"),
)
