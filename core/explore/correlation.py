"""How the columns go together, two by two."""

import numpy as np


def correlation(values: np.ndarray) -> np.ndarray:
    """Pearson's correlation of columns (n, k), shape (k, k); NaN beside a constant column."""
    with np.errstate(all="ignore"):
        return np.clip(np.atleast_2d(np.corrcoef(values, rowvar=False)), -1, 1)
