"""Sections of the loss surface: the loss over one or two directions through any weights.

For a loss that is quadratic in the weights θ the section through θ along the directions dᵢ is known
in closed form, L(θ + Σ αᵢ dᵢ) = L(θ) + gᵀα + ½ αᵀHα, with gᵢ = (∇²L dᵢ)ᵀ (θ − θ*) and
Hᵢⱼ = dᵢᵀ ∇²L dⱼ. Its shape is the same wherever it is cut; along eigenvectors the cut stays true
whatever the other components do.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..spec import Spec
from .problem import Problem
from .rows_loss import RowsLoss
from .spectrum import Spectrum
from .updates import update_rule

TRIED_RATES = 1e-3, 2e-3  # at which a first update is held against a line
MOST_CELLS = 2_000_000  # of a batch that is looked at whole
LINEAR = 1e-6  # of the update's length: what differs by more is not linear in the rate


@dataclass(frozen=True, eq=False)
class Section:
    """The section of a quadratic loss along k directions, for p weights.

    Attributes:
        directions: Orthonormal, one in a row, shape (k, p).
        hessian: Of the loss over them, shape (k, k).
        gradient_rows: ∇²L · dᵢ, shape (k, p): their products with θ − θ* are the slope at θ.
        best_weights: θ*, of least squares, shape (p,).
        optimal_loss: L(θ*).
    """

    directions: np.ndarray
    hessian: np.ndarray
    gradient_rows: np.ndarray
    best_weights: np.ndarray
    optimal_loss: float

    @classmethod
    def of(cls, problem: Problem, directions: np.ndarray) -> "Section":
        """The section of a problem's loss, which is quadratic."""
        triangle, factor = problem.weighed
        with np.errstate(over="ignore", invalid="ignore"):
            turned = directions @ triangle.factor.T  # (k, p): R dᵢ
            best = problem.spectrum.best_weights
            return cls(
                directions,
                2 * factor * (turned @ turned.T),
                2 * factor * (turned @ triangle.factor),
                best,
                float(problem.full_loss(best)),
            )

    @cached_property
    def best(self) -> np.ndarray:
        """The place of the best weights, shape (k,)."""
        return self.place(self.best_weights)

    def place(self, weights: np.ndarray) -> np.ndarray:
        """Where weights (…, p) lie along the directions, shape (…, k)."""
        return weights @ self.directions.T

    def slope(self, weights: np.ndarray) -> np.ndarray:
        """The loss' slope along the directions at weights (…, p), shape (…, k)."""
        return (weights - self.best_weights) @ self.gradient_rows.T

    def rise(self, weights: np.ndarray, offsets: np.ndarray) -> np.ndarray:
        """L(θ + Σ αᵢ dᵢ) − L(θ) for weights (p,) and offsets α (…, k)."""
        return offsets @ self.slope(weights) + 0.5 * np.sum((offsets @ self.hessian) * offsets, -1)


def steepest_and_flattest(spectrum: Spectrum) -> list[int]:
    """Numbers of the two directions: of the largest curvature and of the smallest above zero.

    One of them where there is only one weight.
    """
    curvatures = spectrum.eigenvalues
    curved = int((curvatures > 0).sum())
    return [0] if len(curvatures) == 1 else [0, max(1, curved - 1)]


def directions_of(eigenvectors: np.ndarray, chosen: list[int]) -> np.ndarray:
    """Some of the eigenvectors (p, p), each turned so that its largest number is positive."""
    vectors = eigenvectors[chosen]
    largest = np.abs(vectors).argmax(axis=1)
    signs = np.sign(vectors[np.arange(len(chosen)), largest])
    return vectors * signs[:, None]


def first_update(spec: Spec, problem: Problem, weights: np.ndarray) -> np.ndarray | None:
    """What the first step adds to the weights (p,), for a learning rate of 1.

    Returns:
        Shape (p,); None where the update is not linear in the rate, or nothing is known of it.
    """
    with np.errstate(all="ignore"):
        slopes = _first_gradient(spec, problem, weights)
    if slopes is None:
        return None
    tried = []
    with np.errstate(all="ignore"):
        for rate in TRIED_RATES:
            rule = update_rule(spec.optimizer, problem.size, len(problem.data.features))
            first = rate
            if not spec.schedule.follows_run:
                first = float(spec.schedule.at(rate, np.zeros(1, int))[0])
            tried.append((rule(weights, slopes, first) - weights) / rate)
    low, high = tried
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        return None
    with np.errstate(over="ignore"):
        apart, size = np.linalg.norm(high - low), np.linalg.norm(high)
    return low if np.isfinite(size) and apart <= LINEAR * size else None


def _first_gradient(spec: Spec, problem: Problem, weights: np.ndarray) -> np.ndarray | None:
    """The gradient of the first batch's loss, shape (p,); None where a batch is very large."""
    if problem.full_batch and problem.quadratic and spec.model.activation == "linear":
        return problem.gradient_function()(weights, None)
    if problem.batch * problem.size > MOST_CELLS:
        return None
    rows = np.arange(problem.rows)
    if not problem.full_batch:
        rows = problem.order(0)[: problem.batch]
    batch = spec.patched({"training": {"batch_size": len(rows)}})
    return RowsLoss.of(batch, problem.data, rows).gradient(weights)
