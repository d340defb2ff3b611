import numpy as np
from scipy.special import stdtr

from ...theory.regime import NEAR
from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..observed import without
from ..wording import fact, figure

SHARE = "share of the largest curvature"
MOST = 0.05  # of the rows, at least one
WORSE = 1.1  # the sum of squares of the others, with rows that lie on their line
APART = 0.005  # probability of a row so far from the others if it were one of their kind


def find(evidence: Evidence) -> Finding | None:
    spectrum, data = evidence.spectrum, evidence.data
    if spectrum is None or spectrum.singular[0] == 0 or len(data.x_train) <= 2:
        return None
    far = far_rows(evidence)
    if not len(far):
        return None
    share = float(_along(evidence)[far].sum() / _along(evidence).sum())
    if evidence.too_fast:
        level = "error" if evidence.stable_without(rows=far) else "note"
    elif evidence.verdict == "slow" and not evidence.reaches_at_best:
        level = "warning" if evidence.reaches_without(rows=far) else "note"
    else:
        level = "note"
    column = int(
        np.argmax(np.abs(data.x_train[far[0]] * spectrum.eigenvectors[0][: len(data.features)]))
    )
    name, value = data.features[column], float(data.x_raw_train[far[0], column])
    row = int(data.train_rows[far[0]]) + 1
    what = f"Row {row} ({name} = {figure(value)}) alone makes"
    if len(far) > 1:
        others = f"{len(far)} of {len(data.x_train):,} rows, first of all row {row}"
        what = f"{others} ({name} = {figure(value)}), make"
    critical, other = evidence.prediction.critical_learning_rate, None
    text = f"{what} {share:.0%} of the largest curvature"
    if level == "error" and critical is not None:
        other = evidence.critical_without(rows=far)
    if other is not None and critical is not None:
        text += (
            f": without {'it' if len(far) == 1 else 'them'} the largest stable rate would be "
            f"{figure(other)} in place of {figure(critical)}"
        )
    part = len(far) / len(data.x_train)
    shown = (
        fact(SHARE, share, part, f"{SHARE}: {figure(share)}, of {figure(part)} of the rows"),
        fact("row", row, None, f"row {row} of the table, counted from 1: {name} = {figure(value)}"),
    )
    return Finding("influential-rows", "data", level, text + ".", shown)


def far_rows(evidence: Evidence) -> np.ndarray:
    """The training rows to look at, the farthest first; where the rate is too high, enough of
    them that it is stable without them, if there are such."""
    far = _most(evidence)
    return _enough(evidence, far) if len(far) and evidence.too_fast else far


def fits_the_others(evidence: Evidence, rows: np.ndarray) -> bool:
    """Whether rows lie on the line of the others: with them it fits those about as well."""
    others = evidence.spectrum_of(without(evidence.data, rows)).triangle
    own = evidence.spectrum_of(without(evidence.data, rows)).best_weights
    least = float(others.sum_of_squares(own))
    told = float(others.sum_of_squares(evidence.spectrum_of(evidence.data).best_weights))
    targets = np.delete(evidence.data.y_train[:, 0].astype(float), rows)
    return told <= WORSE * least + NEAR * float(targets.var()) * len(targets)


def _enough(evidence: Evidence, far: np.ndarray) -> np.ndarray:
    """The same rows and, where that does not do, more of those that lie as far away."""
    data = evidence.data
    most = max(1, int(MOST * len(data.x_train)))
    order = np.argsort(-(data.x_train.astype(float) ** 2).sum(axis=1), kind="stable")
    count = len(far)
    while count <= most:
        rows = far if count == len(far) else order[:count]
        if evidence.stable_without(rows=rows):
            return rows
        count = count + 1 if count < 4 else 2 * count
    return far


def _most(evidence: Evidence) -> np.ndarray:
    """The fewest rows that make more than half of the largest curvature, if they are few."""
    along = _along(evidence)
    order = np.argsort(-along, kind="stable")[: max(1, int(MOST * len(along)))]
    enough = np.flatnonzero(np.cumsum(along[order]) > 0.5 * along.sum())
    if not len(enough) or len(along) <= 2:
        return order[:0]
    far = order[: enough[0] + 1]
    return far if _stands_apart(evidence, far) else order[:0]


def _stands_apart(evidence: Evidence, far: np.ndarray) -> bool:
    """Whether the farthest row lies where none of the others' kind would: of few rows in a regular
    line the last one makes most of the curvature too.

    A t-test of one new value against the others, along the steepest direction.
    """
    assert evidence.spectrum is not None
    top, count = evidence.spectrum.eigenvectors[0], len(evidence.data.features)
    place = evidence.data.x_train.astype(float) @ top[:count]
    rest = np.delete(place, far)
    if len(rest) < 2:
        return False
    room = float(rest.std(ddof=1)) * np.sqrt(1 + 1 / len(rest))
    distance = abs(float(place[far[0]] - rest.mean()))
    return distance > 0 and (room == 0 or 2 * float(stdtr(len(rest) - 1, -distance / room)) < APART)


def _along(evidence: Evidence) -> np.ndarray:
    """What each row adds to the largest curvature, shape (n,)."""
    assert evidence.spectrum is not None
    top, count = evidence.spectrum.eigenvectors[0], len(evidence.data.features)
    return (evidence.data.x_train.astype(float) @ top[:count] + top[count:].sum()) ** 2


CAUSE = Cause(
    key="influential-rows",
    title="Influential rows",
    what="A few rows lie so far away that most of the curvature is theirs.",
    why="The curvature grows with the square of the distance, and a single step serves all rows.",
    see="More than half of the largest curvature comes from at most 5 % of the rows.",
    remedy="Look at those rows: correct or leave them out; or lower the rate.",
    reference="Belsley, Kuh & Welsch, Regression Diagnostics, 1980.",
    example={
        "data": {"source": "influential-point", "target": "y", "validation_fraction": 0},
        "loss": {"reduction": "sum"},
        "training": {"batch_size": None},
    },
    find=find,
    needs=("finite",),
)
