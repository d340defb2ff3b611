"""Held-out rows beside those of training: are they on the same scale?"""

from collections.abc import Iterator

import numpy as np

from ..diagnosis.finding import Fact, Finding
from ..theory.wording import figure
from .rows import Rows

CAUSE = "fault:unscaled-validation"
FAR = 10.0  # standard deviations between means, or times the deviation: no split does that
ENOUGH = 10  # held-out rows
MOST = 100_000  # rows of either part that are looked at


def of_held_out(rows: Rows, held: Rows) -> Iterator[Finding]:
    """Columns that training has on one scale and validation on another.

    Args:
        rows: Of training.
        held: Of validation.
    """
    some, others = _columns(rows), _columns(held)
    if some.shape[1] != others.shape[1] or len(others) < ENOUGH:
        return
    with np.errstate(all="ignore"):
        center, spread = np.nanmean(some, axis=0), np.nanstd(some, axis=0)
        there, width = np.nanmean(others, axis=0), np.nanstd(others, axis=0)
        moves = spread > 1e-6 * np.abs(center)
        off = (np.abs(there - center) > FAR * spread) | (width > FAR * spread)
        off = moves & (off | (FAR * width < spread))
    learnt, target = off[:-1], bool(off[-1])
    if not target and (not moves[:-1].any() or 2 * learnt.sum() < moves[:-1].sum()):
        return
    place = len(learnt) if target else int(np.flatnonzero(learnt)[0])
    name = [*rows.names, rows.target][place]
    text = (
        f"The validation rows are on another scale than those of training: {name} has the mean "
        f"{figure(float(there[place]))} and the standard deviation {figure(float(width[place]))}, "
        f"where training has {figure(float(center[place]))} and {figure(float(spread[place]))}. "
        "Scale both with the numbers of the training rows."
    )
    count = int(off.sum())
    shown = Fact("columns on another scale", count, 0, f"{count} of {len(off)} columns")
    yield Finding(CAUSE, "pipeline", "warning", text, (shown,))


def _columns(rows: Rows) -> np.ndarray:
    """Features and target of evenly chosen rows (k, d + 1), float64."""
    some = (
        rows if rows.count <= MOST else rows.take(np.linspace(0, rows.count - 1, MOST).astype(int))
    )
    return np.column_stack([some.table().astype(np.float64), some.y])
