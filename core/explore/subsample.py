"""Few enough rows to draw, and the same ones each time."""

import numpy as np

DRAWN = 4000


def thinned(rows: int, always: np.ndarray, most: int = DRAWN) -> np.ndarray:
    """Positions to draw of `rows` rows, ascending: all of them, or a random sample.

    Args:
        rows: How many there are.
        always: Positions that must be among them.
        most: How many are drawn, beside these.
    """
    if rows <= most:
        return np.arange(rows)
    some = np.random.default_rng(0).choice(rows, most, replace=False)
    return np.union1d(some, always)
