"""The course of SGD on batches of a squared loss: each epoch is one affine map of the weights.

A step takes w to (I − η H) w + η g, where H = s AᵀA and g = s Aᵀy are those of its batch. They do
not depend on the learning rate: of a small table they are computed once for all rates. Momentum
makes the state w and the velocity v, see `core.theory.recursion`.
"""

import numpy as np

from .memory import remembered
from .problem import ORDER_CELLS, Problem

MOST_STATE = 16  # numbers of a state: a fifth of the steps' time; with 48 the maps take as long
MOST_BATCHES = 1000  # of an epoch: they are gone through one by one
MOST_CELLS = 500_000  # numbers of all batches' maps (4 MB)
Maps = tuple[np.ndarray, np.ndarray]  # H (epochs, batches, p, p) and g (epochs, batches, p)


def is_affine(problem: Problem) -> bool:
    """Whether a run on batches is SGD on a squared loss, small enough to be taken so."""
    optimizer, epochs = problem.spec.optimizer, problem.spec.training.epochs
    if optimizer.key != "sgd" or optimizer.clip_norm is not None or not problem.quadratic:
        return False
    state = problem.size * (2 if optimizer.momentum else 1)
    few = problem.steps * problem.size**2 <= MOST_CELLS and epochs * problem.rows <= ORDER_CELLS
    return 1 < problem.steps_per_epoch <= MOST_BATCHES and state <= MOST_STATE and few


def weights_after_epochs(problem: Problem, start: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """The weights at each epoch's end.

    Args:
        problem: For which `is_affine` holds.
        start: The first weights, shape (p,).
        rates: Learning rate of each step, shape (steps,).

    Returns:
        Shape (epochs, p); not finite from where float64 ends.
    """
    optimizer, size = problem.spec.optimizer, problem.size
    hessians, pulls = _maps(problem)
    rates = rates.reshape(hessians.shape[:2])
    with np.errstate(all="ignore"):
        matrix, offset = _of_epochs(
            rates[..., None, None] * hessians,
            rates[..., None] * pulls,
            optimizer.momentum,
            optimizer.nesterov,
        )
        state = np.zeros(matrix.shape[-1])
        state[:size] = start
        course = np.empty((len(matrix), len(state)))
        for epoch in range(len(course)):
            state = course[epoch] = matrix[epoch] @ state + offset[epoch]
    return course[:, :size]


def _of_epochs(
    shrinks: np.ndarray, pushes: np.ndarray, momentum: float, nesterov: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Each epoch's map of the state, (epochs, q, q) and (epochs, q), of the η H and η g of its
    batches: q is p, or 2 p with momentum."""
    epochs, batches, size = pushes.shape
    one = np.eye(size)
    matrix, offset = np.eye(size * (2 if momentum else 1)), np.zeros((epochs, 1))
    for batch in range(batches):
        shrink, push = shrinks[:, batch], pushes[:, batch]
        step = one - shrink
        if momentum:
            ahead = momentum if nesterov else 0.0  # of the velocity's own step, once more
            kept = np.broadcast_to(momentum * (momentum if nesterov else 1.0) * one, shrink.shape)
            slowed = np.broadcast_to(momentum * one, shrink.shape)
            step = np.concatenate(
                [
                    np.concatenate([one - (1 + ahead) * shrink, kept], axis=2),
                    np.concatenate([-shrink, slowed], axis=2),
                ],
                axis=1,
            )
            push = np.concatenate([(1 + ahead) * push, push], axis=1)
        matrix = step @ matrix
        offset = push if batch == 0 else (step @ offset[..., None])[..., 0] + push
    return matrix, offset


def _maps(problem: Problem) -> Maps:
    """H and g of every batch of every epoch."""
    training, loss = problem.spec.training, problem.spec.loss

    def computed() -> Maps:
        orders = np.stack([problem.order(epoch) for epoch in range(training.epochs)])
        features, targets = problem.table
        hessians, pulls = [], []
        for begin in range(0, problem.rows, problem.batch):
            rows = orders[:, begin : begin + problem.batch]
            steepness = 2 * loss.factor / (rows.shape[1] if problem.mean else 1)
            across = steepness * features[rows].transpose(0, 2, 1)
            hessians.append(across @ features[rows])
            pulls.append((across @ targets[rows][..., None])[..., 0])
        return np.stack(hessians, axis=1), np.stack(pulls, axis=1)

    order = training.shuffle, training.seed, training.epochs
    key = ("batch maps", *order, problem.batch, problem.spec.model.use_bias, loss)
    return remembered(problem.data, key, computed)
