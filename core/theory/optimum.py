"""The two losses every curve is read against: the best possible, and that of learning nothing."""

from typing import NamedTuple

import numpy as np

from ..model.losses import Loss
from .triangle import BLOCK, design, fold

EXACT = 1e-12  # of the baseline loss: an optimal loss below it is nothing but rounding


class Anchors(NamedTuple):
    """Reference losses in the units of the loss as trained; None where they do not apply.

    Attributes:
        optimal_loss: Loss of the least-squares solution.
        baseline_loss: Loss of predicting the mean of the training targets.
    """

    optimal_loss: float | None
    baseline_loss: float | None


def anchors(
    loss: Loss,
    features: np.ndarray,
    targets: np.ndarray,
    batch_size: int,
    use_bias: bool = True,
    best: np.ndarray | None = None,
) -> Anchors:
    """Reference losses of a table.

    Args:
        loss: The loss as trained.
        features: Shape (n, d), scaled as trained.
        targets: Shape (n, 1).
        batch_size: Rows of a batch, which a summed loss depends on.
        use_bias: Whether the model has a constant.
        best: The weights of least squares (p,), where they are known.
    """
    targets = np.asarray(targets, np.float64)
    if not (np.isfinite(features).all() and np.isfinite(targets).all()):
        return Anchors(None, None)
    known = best is not None
    weights = best[:, None] if known else least_squares(features, targets, use_bias)
    share = row_shares(loss, len(features), batch_size)
    optimal = 0.0
    for start in range(0, len(features), BLOCK):
        rows = slice(start, start + BLOCK)
        predicted = design(features[rows], use_bias) @ weights
        optimal += float(share[rows] @ row_losses(loss, predicted - targets[rows])[:, 0])
    return Anchors(optimal, baseline_loss(loss, targets, batch_size))


def baseline_loss(loss: Loss, targets: np.ndarray, batch_size: int) -> float:
    """The loss of predicting the mean of finite targets (n, 1)."""
    targets = np.asarray(targets, np.float64)
    shares = row_shares(loss, len(targets), batch_size)
    return float(shares @ row_losses(loss, targets.mean() - targets)[:, 0])


def row_shares(loss: Loss, rows: int, batch_size: int) -> np.ndarray:
    """How much each row's loss counts in the loss of the whole table as Keras reports it.

    A batch's loss is weighted by its rows; so a summed loss counts b/n times, and the rows of the
    smaller last batch as many times as that one has rows.

    Returns:
        Shape (n,).
    """
    if loss.reduction == "mean":
        return np.full(rows, 1.0 / rows)
    batch = min(batch_size, rows)
    share = np.full(rows, batch / rows)
    remainder = rows % batch
    if remainder:
        share[rows - remainder :] = remainder / rows
    return share


def row_losses(loss: Loss, residuals: np.ndarray) -> np.ndarray:
    """Each row's loss, by the formulas of `keras.losses` and `core.model.losses`."""
    size = np.abs(residuals)
    match loss.key:
        case "mse" | "half_mse":
            return loss.factor * residuals**2
        case "mae":
            return size
        case "huber":
            delta = loss.arguments()["delta"]
            with np.errstate(over="ignore"):  # where it is not taken
                return np.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta))
        case "log_cosh":
            return size + np.log1p(np.exp(-2 * size)) - np.log(2)
    raise ValueError(f"`loss` has no formula here. Received: {loss.key!r}.")


def row_slopes(loss: Loss, residuals: np.ndarray) -> np.ndarray:
    """The derivative of each row's loss with respect to its prediction."""
    match loss.key:
        case "mse" | "half_mse":
            return 2 * loss.factor * residuals
        case "mae":
            return np.sign(residuals)
        case "huber":
            delta = loss.arguments()["delta"]
            return np.clip(residuals, -delta, delta)
        case "log_cosh":
            return np.tanh(residuals)
    raise ValueError(f"`loss` has no formula here. Received: {loss.key!r}.")


def least_squares(features: np.ndarray, targets: np.ndarray, use_bias: bool = True) -> np.ndarray:
    """The weights of least squares, shape (d + 1, 1), the bias last."""
    return fold(features, targets, use_bias).least_squares()[:, None]
