"""The steepest and the flattest direction of the loss, and what the loss is along them.

Of many columns a whole decomposition takes long (ten seconds of 2,000). Two of its vectors are the
largest of RᵀR and of its inverse, R the folded table: Lanczos' method finds each by some tens of
products, or of solutions, with a triangle.

Source: Lehoucq, Sorensen and Yang, *ARPACK Users' Guide*, sections 3.2 and 4.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from scipy.linalg import solve_triangular
from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

from ..data.prepare import Prepared
from .memory import remembered
from .problem import Problem
from .section import Section, directions_of, first_update, steepest_and_flattest
from .spectrum import MOST_FEATURES_AT_ONCE, folded_table, named, spectrum_of
from .triangle import Triangle

MOST_FEATURES = 2000  # of which these directions are looked for
NO_CURVATURE = 1e-12  # of the steepest direction's √λ: what is flatter is rounding


@dataclass(frozen=True, eq=False)
class Extremes:
    """The two directions; one where there is only one weight.

    Attributes:
        directions: Of length 1, the largest number of each positive, shape (k, p).
        names: What features they are made of, such as "s5 + s6".
    """

    directions: np.ndarray
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ExtremeSection:
    """A quadratic loss along the k extreme directions, as far as places along them say.

    Attributes:
        names: What features the directions are made of.
        hessian: Of the loss over them, shape (k, k).
        start, best: Places of the weights before the first step and of least squares, shape (k,).
        slope: Of the loss along them at the start, shape (k,).
        update: The first step for a learning rate of 1, shape (k,); None where it is not known.
        start_loss, optimal_loss: At the start, and of least squares.
    """

    names: tuple[str, ...]
    hessian: np.ndarray
    start: np.ndarray
    best: np.ndarray
    slope: np.ndarray
    update: np.ndarray | None
    start_loss: float
    optimal_loss: float

    @classmethod
    def of(cls, problem: Problem, start: np.ndarray, update: np.ndarray | None = None) -> Self:
        """The section of a problem's loss through some weights (p,)."""
        found = extremes_of(problem.data, problem.spec.model.use_bias)
        assert found is not None
        section = Section.of(problem, found.directions)
        return cls(
            found.names,
            section.hessian,
            section.place(start),
            section.best,
            section.slope(start),
            None if update is None else section.place(update),
            float(problem.full_loss(start)),
            section.optimal_loss,
        )

    @property
    def section(self) -> Section:
        """Over places instead of weights: along eigenvectors nothing else counts."""
        whole = np.eye(len(self.best))
        return Section(whole, self.hessian, self.hessian, self.best, self.optimal_loss)

    def to_json(self) -> dict[str, Any]:
        """The section as it travels; nothing is lost of what is finite."""
        arrays = {name: v for name, v in asdict(self).items() if isinstance(v, np.ndarray)}
        return asdict(self) | {name: value.tolist() for name, value in arrays.items()}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The section behind `to_json`."""
        arrays = {name: np.array(v) for name, v in told.items() if isinstance(v, list)}
        return cls(**{**told, **arrays, "names": tuple(told["names"])})


def section_of(
    problem: Problem, start: np.ndarray, pause: Callable[[], None] = lambda: None
) -> ExtremeSection | None:
    """The section of a table with many columns; None where there is none.

    Args:
        problem: Its loss is looked at if it is quadratic.
        start: The weights before the first step, shape (p,).
        pause: Called between two parts; may wait, or raise to give up.
    """
    spec, features = problem.spec, len(problem.data.features)
    if features > MOST_FEATURES or not (spec.loss.quadratic and spec.model.activation == "linear"):
        return None
    if extremes_of(problem.data, spec.model.use_bias) is None:
        return None
    pause()
    found = ExtremeSection.of(problem, start, first_update(spec, problem, start))
    finite = all(
        np.isfinite(v).all() for v in (found.hessian, found.start, found.best, found.slope)
    )
    return found if finite and np.isfinite([found.start_loss, found.optimal_loss]).all() else None


def extremes_of(data: Prepared, use_bias: bool = True) -> Extremes | None:
    """The two directions of a table, computed once.

    Returns:
        None where the data are not all finite, or have more than `MOST_FEATURES` features.
    """
    return remembered(data, ("extremes", use_bias), lambda: _compute(data, use_bias))


def _compute(data: Prepared, use_bias: bool) -> Extremes | None:
    count = len(data.features)
    if count > MOST_FEATURES:
        return None
    names = (*data.features, "bias") if use_bias else data.features
    if count <= MOST_FEATURES_AT_ONCE:
        spectrum = spectrum_of(data, use_bias)
        if spectrum is None:
            return None
        chosen = directions_of(spectrum.eigenvectors, steepest_and_flattest(spectrum))
    else:
        triangle = folded_table(data, use_bias)
        if triangle is None:
            return None
        chosen = directions_of(_steepest_and_flattest(triangle), [0, 1])
    return Extremes(chosen, tuple(named(vector, names) for vector in chosen))


def _steepest_and_flattest(triangle: Triangle) -> np.ndarray:
    """Of many columns, shape (2, p)."""
    factor = triangle.factor
    if triangle.is_regular:
        try:
            steepest = _largest(len(factor), lambda v: factor.T @ (factor @ v))
            flattest = _largest(len(factor), lambda v: _solved(factor, v))
            return np.stack([steepest, flattest])
        except ArpackError:
            pass
    rows = factor[np.any(factor != 0, axis=1)]
    _, singular, vectors = np.linalg.svd(rows, full_matrices=False)
    curved = int((singular > NO_CURVATURE * singular[0]).sum())
    return vectors[[0, max(1, curved - 1)]]


class _Symmetric(LinearOperator):
    """A symmetric matrix (p, p), given by what it makes of a vector."""

    def __init__(self, size: int, product: Callable[[np.ndarray], np.ndarray]):
        super().__init__(np.float64, (size, size))
        self._product = product

    def _matvec(self, x: np.ndarray) -> np.ndarray:
        return self._product(x)


def _largest(size: int, product: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """The eigenvector of a symmetric matrix's largest eigenvalue, shape (p,)."""
    begin = np.cos(np.arange(size))  # the same each time, and at right angles to no likely one
    return eigsh(_Symmetric(size, product), k=1, which="LM", v0=begin)[1][:, 0]


def _solved(factor: np.ndarray, v: np.ndarray) -> np.ndarray:
    """(RᵀR)⁻¹ v."""
    half = solve_triangular(factor, v, trans=1, check_finite=False)
    return solve_triangular(factor, half, check_finite=False)
