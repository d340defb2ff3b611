"""A table folded into one small triangle, from which every squared loss can be computed.

QR of [A, y], A = [X, 1]: for any weights w, Σ residuals² = ‖R w − r‖² + rest, at a cost that does
not grow with the rows. Unlike the Gram matrix AᵀA, the triangle does not square the condition
number, so raw columns of very different scales lose nothing.

Source: Golub and Van Loan, *Matrix Computations*, section 5.3.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import get_lapack_funcs, solve_triangular

BLOCK = 65_536  # rows taken to float64 at once
FOLDED_AT_ONCE = 256  # so few that BLAS starts no threads for it, which on a busy machine stall
MANY = 500  # columns: of more a decomposition takes long
RANK_TOLERANCE = 1e-12  # of columns scaled to length 1: what is smaller is a repetition
REGULAR = 1e-9  # of the reciprocal condition: far above what would be a repetition


@dataclass(frozen=True, eq=False)
class Triangle:
    """A table of n rows, folded; p weights (the features, then the bias).

    Attributes:
        rows: n.
        factor: R, shape (p, p), upper triangular.
        target: r, shape (p,).
        rest: Sum of squares that no weights can explain.
    """

    rows: int
    factor: np.ndarray
    target: np.ndarray
    rest: float

    def residuals(self, weights: np.ndarray) -> np.ndarray:
        """R w − r for weights (..., p); their squares, plus `rest`, sum up all residuals²."""
        return weights @ self.factor.T - self.target

    def sum_of_squares(self, weights: np.ndarray) -> np.ndarray:
        """Sum over all rows of (prediction − target)², for weights (..., p)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.sum(self.residuals(weights) ** 2, axis=-1) + self.rest

    def least_squares(self) -> np.ndarray:
        """The weights of the smallest sum of squares, shape (p,)."""
        scaled, scale = self._scaled
        if self.is_regular:
            return solve_triangular(scaled, self.target) / scale
        return np.linalg.lstsq(scaled, self.target, rcond=RANK_TOLERANCE)[0] / scale

    @cached_property
    def is_regular(self) -> bool:
        """Whether there are many columns, of which surely none repeats others."""
        if len(self.factor) <= MANY:
            return False
        scaled = self._scaled[0]
        (condition,) = get_lapack_funcs(("trcon",), (scaled,))
        return bool(condition(scaled)[0] > REGULAR)

    @property
    def _scaled(self) -> tuple[np.ndarray, np.ndarray]:
        """R with columns of length 1, and what they were divided by."""
        scale = np.linalg.norm(self.factor, axis=0)
        scale[scale == 0] = 1.0
        return self.factor / scale, scale


def fold(features: np.ndarray, targets: np.ndarray, use_bias: bool = True) -> Triangle:
    """Folds a table, block by block, so that memory does not grow with n.

    Args:
        features: Shape (n, d), finite.
        targets: Shape (n, 1), finite.
        use_bias: Whether the model has a constant.
    """
    weights = features.shape[1] + use_bias
    size = max(FOLDED_AT_ONCE, 4 * weights)
    stack = np.ones((weights + 1 + size, weights + 1))  # the triangle so far, then a block
    folded = 0
    for start in range(0, len(features), size):
        rows = slice(start, start + size)
        end = folded + len(features[rows])
        stack[folded:end, : features.shape[1]] = features[rows]
        stack[folded:end, features.shape[1] : weights] = 1.0
        stack[folded:end, weights:] = targets[rows]
        reduced = np.linalg.qr(stack[:end], mode="r")
        folded = len(reduced)
        stack[:folded] = reduced
    stack[folded:] = 0.0
    triangle = stack[: weights + 1]
    return Triangle(
        rows=len(features),
        factor=triangle[:weights, :weights],
        target=triangle[:weights, weights],
        rest=float(triangle[weights, weights] ** 2),
    )


def design(features: np.ndarray, use_bias: bool = True) -> np.ndarray:
    """A = [X, 1] in float64, shape (n, d + 1), or X without a bias."""
    if not use_bias:
        return np.asarray(features, np.float64)
    table = np.empty((len(features), np.shape(features)[1] + 1))  # one copy, not two
    table[:, :-1], table[:, -1] = features, 1.0
    return table
