"""Finds codes that stand for a missing value, as -999 among temperatures.

They stay numbers until somebody says otherwise: a script that reads the same file has them as
numbers too, and they may be why its loss rises.
"""

import numpy as np

CODES = frozenset(
    -float(nines + fraction)
    for nines in ("99", "999", "9999", "99999", "999999")
    for fraction in ("", ".9", ".99")
)
APART = 10  # times as near to 0 all other numbers below it are


def find_code(values: np.ndarray) -> float | None:
    """The code among numbers; None where its value may be meant.

    It is the lowest of them, all of nines, and far from every other one.

    Args:
        values: Of one column; missing ones are NaN.
    """
    if not len(values):
        return None
    lowest = float(np.fmin.reduce(values))
    if lowest not in CODES:
        return None
    others = values[np.isfinite(values) & (values != lowest)]
    if len(others) < 2 or others.min() < lowest / APART:
        return None
    return lowest if others.min() >= 0 or others.max() < -lowest else None
