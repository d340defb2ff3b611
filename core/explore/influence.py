"""Which rows decide the line: leverage, studentized residuals and Cook's distance.

For A = [X, 1] of rank p the leverages h are the diagonal of the hat matrix A (AᵀA)⁺ Aᵀ; with
residuals e and s² = Σ e² / (n − p), the studentized residual is e / (s √(1 − h)), and Cook's
distance D = e² h / (p s² (1 − h)²): how far all predictions move when the row is left out.

Source: Cook 1977, *Detection of Influential Observation in Linear Regression*.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..data.prepare import SplitTable
from ..theory.triangle import design
from .folded import Folded

BLOCK_ROWS = 8192  # that fit into the processor's cache
ROW_BY_ROW = ("rows", "leverage", "residual", "distance")
RANK_TOLERANCE = 1e-12
FULL_LEVERAGE = 1 - 1e-9  # of a row that the line must pass through, whatever its target


@dataclass(frozen=True, eq=False)
class Influence:
    """The influence of each of k training rows; arrays have shape (k,).

    Attributes:
        rows: Their numbers in the table, from 1.
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
        """The influence of a subset of the rows."""
        own = {name: getattr(self, name)[positions] for name in ROW_BY_ROW}
        return replace(self, **own)

    def top(self, count: int) -> np.ndarray:
        """Positions of the rows with the largest distance, descending."""
        scores = np.where(np.isnan(self.distance), np.inf, self.distance)
        if len(scores) > count:
            threshold = np.partition(scores, -count)[-count]
            candidates = np.flatnonzero(scores >= threshold)
            return candidates[np.argsort(-scores[candidates], kind="stable")][:count]
        return np.argsort(-scores, kind="stable")


def influence(data: SplitTable, folded: Folded) -> Influence:
    """The influence of every training row on the least-squares line."""
    factor = folded.triangle.factor
    scale = np.linalg.norm(factor, axis=0)
    scale[scale == 0] = 1.0
    _, lengths, directions = np.linalg.svd(factor / scale)
    significant = lengths > RANK_TOLERANCE * lengths[0]
    kept = directions[significant] / lengths[significant, None]
    basis = kept.T / scale[:, None]  # the columns of A basis are orthonormal
    weights = folded.triangle.least_squares()
    n, rank = len(data.x_raw_train), int(significant.sum())
    leverage, error = np.empty(n), np.empty(n)
    for start in range(0, n, BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        block = design(data.x_raw_train[rows])
        leverage[rows] = ((block @ basis) ** 2).sum(axis=1)
        error[rows] = data.y_raw_train[rows, 0] - block @ weights
    leverage = np.clip(leverage, 0.0, 1.0)
    with np.errstate(all="ignore"):
        variance = (error**2).sum() / (n - rank) if n > rank else np.nan
        rest = np.where(leverage >= FULL_LEVERAGE, np.nan, 1 - leverage)
        residual = error / np.sqrt(variance * rest)
        distance = residual**2 * leverage / (rest * rank)
    return Influence(data.train_rows + 1, leverage, residual, distance, rank, 2 * rank / n)
