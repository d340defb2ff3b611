"""How the columns go together, two by two."""

from dataclasses import dataclass

import numpy as np

BLOCK = 8192  # rows at once: they stay in the processor's own memory


@dataclass(frozen=True, eq=False)
class Moments:
    """The features and the target, the target last: means (d + 1,) and centred products.

    Attributes:
        products: Sums over the rows, shape (d + 1, d + 1).
    """

    means: np.ndarray
    products: np.ndarray

    @classmethod
    def of(cls, x: np.ndarray, y: np.ndarray) -> "Moments":
        """Of the features (n, d) and the target (n, 1)."""
        size = x.shape[1] + 1
        products = np.zeros((size, size))
        with np.errstate(all="ignore"):
            means = np.append(x.mean(axis=0), y.mean())
            for start in range(0, len(x), BLOCK):
                rows = slice(start, start + BLOCK)
                block = np.hstack([x[rows], y[rows]]) - means
                products += block.T @ block
        return cls(means, products)

    def correlation(self) -> np.ndarray:
        """Pearson's, shape (d + 1, d + 1); NaN beside a column that is constant or not finite."""
        with np.errstate(all="ignore"):
            length = np.sqrt(np.diag(self.products))
            related = np.clip(self.products / np.outer(length, length), -1, 1)
        related[np.outer(length > 0, length > 0) == 0] = np.nan
        return related

    def lines(self) -> list[tuple[float, float, float]]:
        """Slope, intercept and r² of the line that fits each feature alone to the target."""
        with np.errstate(all="ignore"):
            slopes = self.products[-1, :-1] / np.diag(self.products)[:-1]
            starts = self.means[-1] - slopes * self.means[:-1]
            shares = self.correlation()[-1, :-1] ** 2
        return list(zip(slopes.tolist(), starts.tolist(), shares.tolist(), strict=True))
