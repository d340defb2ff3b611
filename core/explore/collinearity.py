"""Collinearity of the features.

The variance inflation factor of a feature is 1 / (1 − R²), R² of its regression on the others: the
diagonal of the inverse of the correlation matrix. The condition number is that of the standardized
features' Hessian: the largest eigenvalue of the correlation matrix over the smallest.

Source: Belsley, Kuh & Welsch, *Regression Diagnostics*, 1980.
"""

from dataclasses import dataclass

import numpy as np

from .folded import COLLINEAR, Folded

INVOLVED = 1e-6  # squared weight in a null direction from which on a feature is part of it


@dataclass(frozen=True)
class Collinearity:
    """Attributes:
    names: Of the features.
    inflation: The variance inflation factor of each, 1 at least; infinite where it is a linear
        combination of others, NaN where it is constant.
    condition_number: Of the standardized features; infinite where some are collinear.
    """

    names: tuple[str, ...]
    inflation: tuple[float, ...]
    condition_number: float


def collinearity(folded: Folded) -> Collinearity:
    """Inflation factors and condition number of a table's features."""
    standardized = folded.standardized()
    varies = standardized.any(axis=0)
    inflation = np.full(len(folded.names), np.nan)
    if not varies.any():
        return Collinearity(folded.names, tuple(inflation.tolist()), 1.0)
    _, lengths, directions = np.linalg.svd(standardized[:, varies])
    lengths = np.concatenate([lengths, np.zeros(len(directions) - len(lengths))])
    flat = lengths <= COLLINEAR * lengths[0]
    squares = directions**2
    exact = (squares[flat] > INVOLVED).any(axis=0)
    finite = (squares[~flat] / lengths[~flat, None] ** 2).sum(axis=0)
    inflation[varies] = np.where(exact, np.inf, np.maximum(finite, 1.0))
    condition = np.inf if flat.any() else float((lengths[0] / lengths[-1]) ** 2)
    return Collinearity(folded.names, tuple(inflation.tolist()), condition)
