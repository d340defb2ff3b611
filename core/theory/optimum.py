"""The two losses every curve is read against: the best one possible, and that of learning nothing."""

from typing import NamedTuple

import numpy as np

from core.model.losses import Loss

BLOCK = 65_536  # rows taken to float64 at once


class Anchors(NamedTuple):
    """Reference losses in the units of the loss as trained; None where they do not apply.

    Attributes:
        optimal_loss: Loss of the least-squares solution.
        baseline_loss: Loss of predicting the mean of the training targets.
    """

    optimal_loss: float | None
    baseline_loss: float | None


def anchors(
    loss: Loss, features: np.ndarray, targets: np.ndarray, batch_size: int, use_bias: bool = True
) -> Anchors:
    """Reference losses of a table.

    Args:
        loss: The loss as trained.
        features: Shape (n, d), scaled as trained.
        targets: Shape (n, 1).
        batch_size: Rows of a batch, which a summed loss depends on.
        use_bias: Whether the model has a constant.
    """
    targets = np.asarray(targets, np.float64)
    if not (np.isfinite(features).all() and np.isfinite(targets).all()):
        return Anchors(None, None)
    weights = least_squares(features, targets, use_bias)
    optimal = baseline = 0.0
    for start in range(0, len(features), BLOCK):
        rows = slice(start, start + BLOCK)
        predicted = design(features[rows], use_bias) @ weights
        optimal += float(np.sum(row_losses(loss, predicted - targets[rows])))
    baseline = float(np.sum(row_losses(loss, targets.mean() - targets)))
    scale = loss_scale(loss, len(features), batch_size)
    return Anchors(optimal * scale, baseline * scale)


def loss_scale(loss: Loss, rows: int, batch_size: int) -> float:
    """What the sum of all rows' losses is multiplied by to give the loss as Keras reports it.

    For a summed loss the small last batch of an epoch is counted like the others.
    """
    return 1.0 / rows if loss.reduction == "mean" else min(batch_size, rows) / rows


def row_losses(loss: Loss, residuals: np.ndarray) -> np.ndarray:
    """Each row's loss, by the formulas of `keras.losses`."""
    size = np.abs(residuals)
    match loss.key:
        case "mse":
            return residuals**2
        case "mae":
            return size
        case "huber":
            delta = loss.arguments()["delta"]
            return np.where(size <= delta, 0.5 * size**2, delta * size - 0.5 * delta**2)
        case "log_cosh":
            return size + np.log1p(np.exp(-2 * size)) - np.log(2)
    raise ValueError(f"`loss` has no formula here. Received: {loss.key!r}.")


def design(features: np.ndarray, use_bias: bool = True) -> np.ndarray:
    """A = [X, 1] in float64, shape (n, d + 1), or X without a bias."""
    features = np.asarray(features, np.float64)
    return np.hstack([features, np.ones((len(features), 1))]) if use_bias else features


def least_squares(features: np.ndarray, targets: np.ndarray, use_bias: bool = True) -> np.ndarray:
    """The weights of least squares, shape (d + 1, 1), the bias last.

    Blocks of rows are folded into one triangle by QR, so that memory does not grow with n and the
    condition number is not squared, as it would be by the normal equations.
    """
    triangle = np.empty((0, features.shape[1] + use_bias + 1))
    for start in range(0, len(features), BLOCK):
        rows = slice(start, start + BLOCK)
        block = np.hstack([design(features[rows], use_bias), targets[rows]])
        triangle = np.linalg.qr(np.vstack([triangle, block]), mode="r")
    scale = np.linalg.norm(triangle[:, :-1], axis=0)
    scale[scale == 0] = 1.0
    solution = np.linalg.lstsq(triangle[:, :-1] / scale, triangle[:, -1:], rcond=1e-12)[0]
    return solution / scale[:, None]
