"""The curvatures of the loss, and which features each of them belongs to.

For the mean squared error the Hessian is H = (2/n) AᵀA, A = [X, 1]; for a batch's sum of b rows it
is (2b/n) AᵀA on average, for half the squares half of either. All come from the singular values of
the table's triangle.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..data.prepare import Prepared
from .memory import remembered
from .triangle import Triangle, fold

MOST_FEATURES_AT_ONCE = 500  # that a page may ask for: a spectrum is cubic in them, 0.2 s of 500
NAMED_SHARE = 0.8  # the features that a direction is named after make up at least this share
MOST_NAMES = 3
NO_CURVATURE = 1e-15  # of √λmax: what is smaller is rounding


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Eigenvalues and eigenvectors of AᵀA/n, the largest first; p weights, the bias last.

    Attributes:
        names: The features' names, then "bias", length p.
        triangle: The table, folded.
        left: Shape (p, p): with `singular` and `eigenvectors` the triangle's decomposition.
        singular: √(eigenvalues of AᵀA), descending, shape (p,).
        eigenvectors: One direction in a row, shape (p, p).
    """

    names: tuple[str, ...]
    triangle: Triangle
    left: np.ndarray
    singular: np.ndarray
    eigenvectors: np.ndarray

    @property
    def eigenvalues(self) -> np.ndarray:
        """Of the mean squared error's Hessian, (2/n) AᵀA, descending, shape (p,)."""
        return self.curvatures(1.0 / self.triangle.rows)

    @property
    def shares(self) -> np.ndarray:
        """What each feature makes up of each direction, shape (p, p), rows sum up to 1."""
        return self.eigenvectors**2

    @cached_property
    def directions(self) -> tuple[str, ...]:
        """A name for each direction after the features it is made of, such as "s5 + s6"."""
        return tuple(named(vector, self.names) for vector in self.eigenvectors)

    @cached_property
    def best_weights(self) -> np.ndarray:
        """The weights of least squares, shape (p,)."""
        return self.triangle.least_squares()

    @property
    def nearest_weights(self) -> np.ndarray:
        """Of all weights of least squares those nearest to 0, shape (p,): where columns add up to
        a constant, as one-hot ones do, others fit exactly as well."""
        curved = self.eigenvectors[self.curvatures(1.0) > 0]
        return curved.T @ (curved @ self.best_weights)

    def curvatures(self, scale: float) -> np.ndarray:
        """λ of the loss scale · Σ residuals², shape (p,), descending; 0 where there is none."""
        flat = self.singular <= NO_CURVATURE * self.singular[0]
        return np.where(flat, 0.0, 2 * scale * self.singular**2)

    def components(self, weights: np.ndarray, scale: float) -> np.ndarray:
        """z of weights (p,): the excess of the loss scale · Σ residuals² is Σ z²."""
        z = self.singular * (self.eigenvectors @ weights) - self.left.T @ self.triangle.target
        return np.where(self.curvatures(scale) == 0, 0.0, np.sqrt(scale) * z)


def spectrum_of(data: Prepared, use_bias: bool = True) -> Spectrum | None:
    """The spectrum of prepared data, computed once; None where the data are not all finite."""
    return remembered(data, ("spectrum", use_bias), lambda: _compute(data, use_bias))


def folded_table(data: Prepared, use_bias: bool = True) -> Triangle | None:
    """The training rows, folded once; None where the data are not all finite."""

    def compute() -> Triangle | None:
        x, y = data.x_train, data.y_train
        finite = np.isfinite(x).all() and np.isfinite(y).all()
        return fold(x, y.astype(np.float64), use_bias) if finite else None

    return remembered(data, ("folded", use_bias), compute)


def _compute(data: Prepared, use_bias: bool) -> Spectrum | None:
    triangle = folded_table(data, use_bias)
    if triangle is None:
        return None
    left, singular, eigenvectors = np.linalg.svd(triangle.factor)
    names = (*data.features, "bias") if use_bias else data.features
    return Spectrum(names, triangle, left, singular, eigenvectors)


def named(vector: np.ndarray, names: tuple[str, ...]) -> str:
    """A name for a direction of length 1, after the features that make up most of it."""
    order = np.argsort(-np.abs(vector), kind="stable")
    reached = np.cumsum(vector[order] ** 2)
    count = min(int(np.searchsorted(reached, NAMED_SHARE)) + 1, MOST_NAMES, len(vector))
    text = names[order[0]]
    for index in order[1:count]:
        same = vector[index] * vector[order[0]] > 0
        text += f" {'+' if same else '−'} {names[index]}"
    return text
