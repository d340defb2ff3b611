"""Pairwise correlation of the columns."""

from dataclasses import dataclass

import numpy as np

BLOCK_ROWS = 8192  # that fit into the processor's cache


@dataclass(frozen=True, eq=False)
class Moments:
    """Moments of the features and the target, the target last: means (d + 1,), centred products.

    Attributes:
        products: Sums over the rows, shape (d + 1, d + 1).
    """

    means: np.ndarray
    products: np.ndarray

    @classmethod
    def of(cls, x: np.ndarray, y: np.ndarray) -> "Moments":
        """The moments of features (n, d) and target (n, 1)."""
        size = x.shape[1] + 1
        products = np.zeros((size, size))
        with np.errstate(all="ignore"):
            means = np.append(x.mean(axis=0), y.mean())
            for start in range(0, len(x), BLOCK_ROWS):
                rows = slice(start, start + BLOCK_ROWS)
                block = np.hstack([x[rows], y[rows]]) - means
                products += block.T @ block
        return cls(means, products)

    def correlation(self) -> np.ndarray:
        """Pearson's, shape (d + 1, d + 1); NaN where a column is constant or not finite."""
        with np.errstate(all="ignore"):
            length = np.sqrt(np.diag(self.products))
            correlation = np.clip(self.products / np.outer(length, length), -1, 1)
        correlation[np.outer(length > 0, length > 0) == 0] = np.nan
        return correlation

    def lines(self) -> list[tuple[float, float, float]]:
        """Slope, intercept and r² of the line that fits each feature alone to the target."""
        with np.errstate(all="ignore"):
            slopes = self.products[-1, :-1] / np.diag(self.products)[:-1]
            starts = self.means[-1] - slopes * self.means[:-1]
            shares = self.correlation()[-1, :-1] ** 2
        return list(zip(slopes.tolist(), starts.tolist(), shares.tolist(), strict=True))
