"""A reproducible random subsample of rows, small enough to draw."""

import numpy as np

MAX_DRAWN = 4000


def subsample(rows: int, always: np.ndarray, limit: int = MAX_DRAWN) -> np.ndarray:
    """Positions of a subsample, ascending; of all rows, where they are few enough.

    Args:
        rows: Number of rows.
        always: Positions that the subsample must contain.
        limit: Size of the random sample, without these.
    """
    if rows <= limit:
        return np.arange(rows)
    sample = np.random.default_rng(0).choice(rows, limit, replace=False)
    return np.union1d(sample, always)
