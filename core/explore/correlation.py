"""How the columns go together, two by two."""

import numpy as np

BLOCK = 65_536


def correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Pearson's correlation of the features (n, d) and the target (n, 1), the target last.

    Returns:
        Shape (d + 1, d + 1); NaN beside a column that is constant or not finite.
    """
    size = x.shape[1] + 1
    with np.errstate(all="ignore"):
        center = np.append(x.mean(axis=0), y.mean())
        products = np.zeros((size, size))
        for start in range(0, len(x), BLOCK):
            rows = slice(start, start + BLOCK)
            block = np.hstack([x[rows], y[rows]]) - center
            products += block.T @ block
        length = np.sqrt(np.diag(products))
        related = np.clip(products / np.outer(length, length), -1, 1)
    related[np.outer(length > 0, length > 0) == 0] = np.nan
    return related
