"""A line in the table's own units, and the best one: that of least squares.

A layer that holds w and b for scaled features (x − c) / s and a target scaled as (y − m) / t says,
in the table's units, y = Σ (t wⱼ / sⱼ) xⱼ + m + t b − Σ (t wⱼ / sⱼ) cⱼ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ..data.prepare import Prepared
from ..events import from_number, number, numbers
from .memory import remembered
from .spectrum import MOST_FEATURES_AT_ONCE
from .triangle import RANK_TOLERANCE, Triangle, fold
from .wording import figure

MOST_TERMS = 12  # of an equation that is written out
ROUNDING = 1e-12  # of the target's length: what is less is 0


@dataclass(frozen=True, eq=False)
class Equation:
    """target = weights · features + intercept, in the table's units.

    Attributes:
        features, target: The columns' names, d of them and one.
        weights: In units of the target per unit of the feature, shape (d,).
        intercept: In units of the target.
        rmse: Root of the mean squared error on the training rows, in units of the target.
    """

    features: tuple[str, ...]
    target: str
    weights: np.ndarray
    intercept: float
    rmse: float

    def text(self, activation: str = "linear") -> str:
        """The equation as it is written, as `y = 9.02 · x1 − 1.99 · x2 + 10`.

        Args:
            activation: What the sum goes through before it is the prediction.
        """
        pairs = zip(self.weights.tolist(), self.features, strict=True)
        terms = [(weight, f"{figure(abs(weight))} · {name}") for weight, name in pairs]
        left_out = len(terms) - MOST_TERMS
        if left_out > 0:
            terms = [*terms[:MOST_TERMS], (1.0, f"… ({left_out} more)")]
        terms.append((self.intercept, figure(abs(self.intercept))))
        signs = ["−" if value < 0 else "+" for value, _ in terms]
        line = " ".join(f"{sign} {term}" for sign, (_, term) in zip(signs, terms, strict=True))
        line = line[2:] if line[0] == "+" else line[0] + line[2:]
        return f"{self.target} = {line if activation == 'linear' else f'{activation}({line})'}"


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """The best line for a table.

    Attributes:
        equation: Its weights and its error; the shortest weights where many fit as well.
        errors: Standard error of each weight, the intercept last, shape (d + 1,); 0 where
            there are no more rows than weights.
        unique: Whether no other weights fit as well.
    """

    equation: Equation
    errors: np.ndarray
    unique: bool

    def to_json(self) -> dict[str, Any]:
        """The line as it travels; nothing is lost."""
        line = self.equation
        return {
            "features": list(line.features),
            "target": line.target,
            "weights": numbers(line.weights),
            "intercept": number(line.intercept),
            "rmse": number(line.rmse),
            "errors": numbers(self.errors),
            "unique": self.unique,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The line behind `to_json`."""
        weights, errors = (
            np.array([from_number(value) for value in told[name]]) for name in ("weights", "errors")
        )
        intercept, rmse = from_number(told["intercept"]), from_number(told["rmse"])
        line = Equation(tuple(told["features"]), told["target"], weights, intercept, rmse)
        return cls(line, errors, told["unique"])


def equation_of(data: Prepared, kernel: np.ndarray, bias: float) -> Equation:
    """What a layer's weights say of the table; its training rows are all finite.

    Args:
        data: The table, and how it was scaled.
        kernel: The layer's weights, shape (d,).
        bias: Its constant, 0 without one.
    """
    x, y = data.feature_scaling, data.target_scaling
    step = 1.0 if y.scale is None else float(y.scale[0])
    with np.errstate(all="ignore"):
        weights = step * np.asarray(kernel, np.float64) / (1.0 if x.scale is None else x.scale)
        intercept = step * bias + (0.0 if y.center is None else float(y.center[0]))
        intercept -= 0.0 if x.center is None else float(weights @ x.center)
        return _equation(data, weights, intercept)


def least_squares(data: Prepared) -> LeastSquares:
    """The best line for the training rows, with a constant; computed once. They are finite.

    Source of the standard errors, s √diag (AᵀA)⁻¹ with s² = Σ e² / (n − p): any text on linear
    regression.
    """
    return remembered(data, "least squares in the table's units", lambda: _least_squares(data))


def _least_squares(data: Prepared) -> LeastSquares:
    triangle = _folded(data)
    best = triangle.least_squares()
    scale = np.linalg.norm(triangle.factor, axis=0)
    best[np.abs(best) * scale <= ROUNDING * _length(triangle)] = 0.0
    scale[scale == 0] = 1.0
    _, lengths, directions = np.linalg.svd(triangle.factor / scale)
    rank = int((lengths > RANK_TOLERANCE * lengths[0]).sum())
    errors = np.zeros(len(best))
    left = triangle.rows - len(best)
    if rank == len(best) and left > 0:
        variance = float(triangle.sum_of_squares(best)) / left
        errors = np.sqrt(variance * ((directions / lengths[:, None]) ** 2).sum(axis=0)) / scale
    unique = bool(rank == len(best))
    return LeastSquares(_equation(data, best[:-1], float(best[-1])), errors, unique)


def _equation(data: Prepared, weights: np.ndarray, intercept: float) -> Equation:
    if len(weights) > MOST_FEATURES_AT_ONCE:
        off = data.x_raw_train @ weights + intercept - data.y_raw_train[:, 0]
        rmse = float(np.sqrt(np.mean(off**2)))
        return Equation(data.features, data.target, weights, intercept, rmse)
    triangle = _folded(data)
    total = float(triangle.sum_of_squares(np.append(weights, intercept)))
    exact = total <= (ROUNDING * _length(triangle)) ** 2
    rmse = 0.0 if exact else float(np.sqrt(total / triangle.rows))
    return Equation(data.features, data.target, weights, intercept, rmse)


def _length(triangle: Triangle) -> float:
    """Of the target, as a vector of n numbers."""
    return float(np.hypot(np.linalg.norm(triangle.target), np.sqrt(triangle.rest)))


def _folded(data: Prepared) -> Triangle:
    def compute() -> Triangle:
        return fold(data.x_raw_train, data.y_raw_train)

    return remembered(data, "folded in the table's units", compute)
