from collections import Counter
from dataclasses import dataclass

import numpy as np

from ...data.missing_codes import find_code
from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..observed import Observed, without
from ..wording import fact, figure, listed

MOST_NAMED = 3  # columns
STEEPER = 2  # times the curvature without those rows: more than half of it is theirs


@dataclass(frozen=True)
class Codes:
    """A number in the table that looks like a code for a missing value.

    Attributes:
        code: The number.
        names: The columns that hold it.
        rows: Positions of the training rows that hold it, ascending.
        all_rows: The same, and held-out ones, as positions in the table.
        least: The lowest other number in these columns.
    """

    code: float
    names: tuple[str, ...]
    rows: np.ndarray
    all_rows: np.ndarray
    least: float


def codes_in(run: Observed) -> Codes | None:
    """The code that most cells hold; None where there is none, or too few rows without it."""
    data = run.data
    names = (*data.features, data.target)
    raw = (*data.x_raw_train.T, data.y_raw_train[:, 0])
    found = [(code, j) for j, column in enumerate(raw) if (code := find_code(column)) is not None]
    if not found:
        return None
    cells: Counter[float] = Counter()
    for each, j in found:
        cells[each] += int((raw[j] == each).sum())
    code = cells.most_common(1)[0][0]
    columns = [j for each, j in found if each == code]
    holds = np.any([raw[j] == code for j in columns], axis=0)
    if len(holds) - holds.sum() < 2:
        return None
    rows = data.train_rows[holds]
    if data.val_rows is not None and data.x_raw_val is not None and data.y_raw_val is not None:
        held = (*data.x_raw_val.T, data.y_raw_val[:, 0])
        rows = np.r_[rows, data.val_rows[np.any([held[j] == code for j in columns], axis=0)]]
    least = min(float(raw[j][raw[j] != code].min()) for j in columns)
    return Codes(code, tuple(names[j] for j in columns), np.flatnonzero(holds), rows, least)


def find(evidence: Evidence) -> Finding | None:
    codes = codes_in(evidence)
    if codes is None:
        return None
    count, data = len(codes.rows), evidence.data
    level, critical = "warning", evidence.prediction.critical_learning_rate
    if evidence.too_fast and _makes_it_steep(evidence, codes.rows):
        level = "error"
    names = [*codes.names[:MOST_NAMED]]
    if more := len(codes.names) - len(names):
        names.append(f"{more:,} more")
    that, those = ("that row", "it") if count == 1 else ("those rows", "them")
    text = (
        f"{codes.code:g} in {listed(names)} looks like a code for a missing value: it "
        f"stands in {count:,} of {len(data.x_train):,} rows, and no other number there is below "
        f"{figure(codes.least)}; without {that} "
    )
    if level == "error" and critical is not None:
        other = evidence.critical_without(rows=codes.rows)
        text += f"the largest stable rate would be {figure(other)} in place of {figure(critical)}."
    else:
        mended = _r2(evidence, codes.rows)
        text += (
            f"the best line explains {mended:.1%} of the variance, with {those} {evidence.r2:.1%}."
        )
    shown = (fact("rows with a code", count, 0),)
    return Finding("missing-value-code", "data", level, text, shown)


def _makes_it_steep(evidence: Evidence, rows: np.ndarray) -> bool:
    """Whether the rate is stable without some rows, or most of the curvature is theirs."""
    if evidence.prediction.critical_learning_rate is None:
        return evidence.stable_without(rows=rows)
    steeper = evidence.critical_without(rows=rows) / evidence.critical_without()
    return steeper > STEEPER or evidence.stable_without(rows=rows)


def _r2(evidence: Evidence, rows: np.ndarray) -> float:
    """The share of the variance that least squares explains without some rows."""
    left = without(evidence.data, rows)
    spectrum, variance = evidence.spectrum_of(left), float(left.y_train.var(dtype=np.float64))
    least = float(spectrum.triangle.sum_of_squares(spectrum.best_weights)) / len(left.y_train)
    return 1 - least / variance if variance > 0 else 0.0


CAUSE = Cause(
    key="missing-value-code",
    title="A code for “missing” among the numbers",
    what="The table has a number such as -999 where a value is missing, and it is trained on.",
    why="It lies far from all else: its square enters the curvature, and the line is drawn to it.",
    see="A column's lowest number is all nines, and ten times as far from 0 as any other below it.",
    remedy="Read it as missing: on the Data page, or with `na_values` in a script.",
    reference="scikit-learn user guide, “Imputation of missing values”.",
    example={
        "data": {
            "source": "points:2,9;5,21;6,22;9,33;11,38;14,46;15,52;18,61;-999,66;21,70;24,81;26,86",
            "target": "y",
            "validation_fraction": 0,
        },
        "optimizer": {"learning_rate": 0.001},
        "training": {"batch_size": None},
    },
    find=find,
    needs=("finite",),
)
