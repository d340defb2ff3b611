"""The loss of a sample of rows at any weights, where it is no quadratic function of them."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from ..data.prepare import Prepared
from ..model.losses import Loss
from ..spec import Spec
from .activation import activate, slope
from .optimum import row_losses, row_slopes
from .triangle import design

MOST_ITERATIONS = 60  # of the search for the best weights
NEAR = 0.999  # of the loss at the start: what is not below it is no better


@dataclass(frozen=True, eq=False)
class RowsLoss:
    """L(θ) = scale · Σ loss(activation(A θ) − y) over m rows.

    Attributes:
        design: A, shape (m, p).
        target: y, shape (m,).
        loss: Of a row.
        activation: Its key.
        scale: What each row counts; of a sample, so that all of it counts as the whole table.
    """

    design: np.ndarray
    target: np.ndarray
    loss: Loss
    activation: str
    scale: float

    @classmethod
    def of(cls, spec: Spec, data: Prepared, rows: np.ndarray) -> "RowsLoss":
        """The loss of a spec on these training rows, which are finite."""
        batch = min(spec.training.batch_size or len(data.x_train), len(data.x_train))
        whole = 1.0 if spec.loss.reduction == "mean" else float(batch)
        return cls(
            design(data.x_train[rows], spec.model.use_bias),
            data.y_train[rows, 0].astype(np.float64),
            spec.loss,
            spec.model.activation,
            whole / len(rows),
        )

    def at(self, weights: np.ndarray) -> np.ndarray:
        """The loss at weights (…, p), shape (…)."""
        with np.errstate(all="ignore"):
            outputs = activate(self.activation, weights @ self.design.T)
            return self.scale * row_losses(self.loss, outputs - self.target).sum(-1)

    def gradient(self, weights: np.ndarray) -> np.ndarray:
        """Its gradient at weights (p,), shape (p,)."""
        with np.errstate(all="ignore"):
            sums = self.design @ weights
            outputs = activate(self.activation, sums)
            slopes = row_slopes(self.loss, outputs - self.target) * slope(self.activation, sums)
            return self.scale * (slopes @ self.design)

    def lowest(self, start: np.ndarray) -> np.ndarray | None:
        """Weights of a low loss, looked for from a start; None where none were found."""
        first = float(self.at(start))
        if not np.isfinite(first):
            return None
        with np.errstate(all="ignore"):
            options = {"maxiter": MOST_ITERATIONS}
            found = minimize(self.at, start, jac=self.gradient, method="L-BFGS-B", options=options)
        better = np.isfinite(found.x).all() and found.fun < NEAR * first
        return found.x if better else None
