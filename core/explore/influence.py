"""Which rows decide the line: leverage, studentized residuals and Cook's distance.

For A = [X, 1] of rank p the leverages h are the diagonal of the hat matrix A (AᵀA)⁺ Aᵀ; with
residuals e and s² = Σ e² / (n − p), the studentized residual is e / (s √(1 − h)), and Cook's
distance D = e² h / (p s² (1 − h)²): how far all predictions move when the row is left out.

Source: Cook 1977, *Detection of Influential Observation in Linear Regression*.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..data.prepare import Chosen
from ..theory.triangle import design
from .folded import Folded

BLOCK = 8192  # rows at once: they stay in the processor's own memory
ROW_BY_ROW = ("rows", "leverage", "residual", "distance")
RANK_TOLERANCE = 1e-12
ALONE = 1 - 1e-9  # leverage of a row that the line must pass through, whatever its target


@dataclass(frozen=True, eq=False)
class Influence:
    """Training rows of a table, one number each, shape (k,).

    Attributes:
        rows: As they are counted in the table, from 1.
        leverage: From 0 to 1; they sum up to the rank.
        residual: Studentized; NaN where the line must pass through the row.
        distance: Cook's; NaN there too.
        rank: p, the bias included.
        limit: The leverage above which a row is usually called far: twice the mean of all n rows.
    """

    rows: np.ndarray
    leverage: np.ndarray
    residual: np.ndarray
    distance: np.ndarray
    rank: int
    limit: float

    def of(self, positions: np.ndarray) -> "Influence":
        """That of some of the rows."""
        own = {name: getattr(self, name)[positions] for name in ROW_BY_ROW}
        return replace(self, **own)

    def most(self, count: int) -> np.ndarray:
        """Positions of the rows of the largest distance, the largest first."""
        score = np.where(np.isnan(self.distance), np.inf, self.distance)
        if len(score) > count:
            least = np.partition(score, -count)[-count]
            few = np.flatnonzero(score >= least)
            return few[np.argsort(-score[few], kind="stable")][:count]
        return np.argsort(-score, kind="stable")


def influence(data: Chosen, folded: Folded) -> Influence:
    """The influence of every training row on the least-squares line."""
    factor = folded.triangle.factor
    scale = np.linalg.norm(factor, axis=0)
    scale[scale == 0] = 1.0
    _, lengths, directions = np.linalg.svd(factor / scale)
    kept = lengths > RANK_TOLERANCE * lengths[0]
    turn = (directions[kept] / lengths[kept, None]).T / scale[:, None]  # A turn = orthonormal rows
    weights = folded.triangle.least_squares()
    n, rank = len(data.x_raw_train), int(kept.sum())
    leverage, error = np.empty(n), np.empty(n)
    for start in range(0, n, BLOCK):
        rows = slice(start, start + BLOCK)
        block = design(data.x_raw_train[rows])
        leverage[rows] = ((block @ turn) ** 2).sum(axis=1)
        error[rows] = data.y_raw_train[rows, 0] - block @ weights
    leverage = np.clip(leverage, 0.0, 1.0)
    with np.errstate(all="ignore"):
        variance = (error**2).sum() / (n - rank) if n > rank else np.nan
        rest = np.where(leverage >= ALONE, np.nan, 1 - leverage)
        residual = error / np.sqrt(variance * rest)
        distance = residual**2 * leverage / (rest * rank)
    return Influence(data.train_rows + 1, leverage, residual, distance, rank, 2 * rank / n)
