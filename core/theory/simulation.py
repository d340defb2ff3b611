"""A run in NumPy float64, step by step, where no formula gives its course."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..spec import Spec
from .batch_recursion import is_affine, weights_after_epochs
from .memory import remembered
from .optimum import row_losses, row_shares
from .plateau import Plateau
from .problem import Gradient, Problem
from .triangle import design
from .updates import FLOAT32_MAX, Rule, update_rule

SECONDS_PER_STEP = 2e-5  # of an update's NumPy calls, measured
SECONDS_PER_CELL = 1e-8  # of reading one number of the table once, measured
BUDGET_SECONDS = 1.5  # what a page may wait for
LOOK = 50  # steps, about, between two looks whether a run has any finite weight left
BUDGET_BYTES = 50_000_000  # what it may hold of one simulation, some times over while it computes


@dataclass(frozen=True, eq=False)
class Course:
    """What a simulated run went through.

    Attributes:
        full_loss: At each epoch's end, shape (epochs, ...); infinite from where float32 ends.
        rates: Learning rate of each step taken, shape (steps,).
    """

    full_loss: np.ndarray
    rates: np.ndarray


def seconds_needed(problem: Problem) -> float:
    """About how long `simulate` will take."""
    epochs = problem.spec.training.epochs
    cells = 0 if problem.full_batch and problem.quadratic else problem.rows * problem.size
    passes = 4 if not problem.quadratic else 3
    return epochs * (problem.steps_per_epoch * SECONDS_PER_STEP + passes * cells * SECONDS_PER_CELL)


def bytes_needed(problem: Problem) -> int:
    """How much the weights of every epoch take."""
    return 8 * problem.spec.training.epochs * problem.size


def followed(problem: Problem, weights: np.ndarray, rates: np.ndarray | None) -> Course:
    """`simulate` of a spec's run from its own first weights, computed once.

    Args:
        problem: Of the spec.
        weights, rates: As `simulate` takes them, and as the spec says them.
    """
    key = ("followed", problem.spec)
    return remembered(problem.data, key, lambda: simulate(problem, weights, rates))


def planned_rates(spec: Spec, steps: int, stride: int = 1) -> np.ndarray:
    """The learning rate of so many steps, as the trainer rounds it.

    Args:
        spec: Its schedule must not follow the run.
        steps: At least 1.
        stride: Of very many that of each `stride`-th one, and of the last.
    """
    chosen = np.append(np.arange(0, steps - 1, stride), steps - 1)
    with np.errstate(over="ignore"):
        at = spec.schedule.at(spec.optimizer.learning_rate, chosen)
        return at.astype(np.float32).astype(np.float64)


def simulate(
    problem: Problem,
    weights: np.ndarray,
    rates: np.ndarray | None,
    dtype: type[np.floating] = np.float64,
) -> Course:
    """Takes every step of a run; where an epoch is one map of the weights, every epoch.

    Args:
        problem: Loss, gradient and batches.
        weights: At the start, shape (..., p): of several runs that are taken together.
        rates: Learning rate of each step; None for a schedule that follows the run, which is one.
        dtype: Of weights and gradients; with `np.float32` they are rounded as the run's own are.
    """
    weights = weights.astype(dtype)
    if rates is None:
        return _simulate_following(problem, weights)
    if dtype == np.float64 and weights.ndim == 1 and is_affine(problem):
        return Course(_full_losses(problem, weights_after_epochs(problem, weights, rates)), rates)
    rule, gradient, course = _prepare(problem, weights)
    rates_of_steps = rates.astype(dtype)
    step, look = 0, max(1, LOOK // problem.steps_per_epoch)
    with np.errstate(all="ignore"):
        for epoch in range(len(course)):
            for batch in problem.batches(epoch):
                weights = rule(weights, gradient(weights, batch), rates_of_steps[step])
                step += 1
            course[epoch] = weights
            if epoch % look == 0 and not np.isfinite(weights).any():
                break  # nothing is finite again
        return Course(_full_losses(problem, course), rates)


def _simulate_following(problem: Problem, weights: np.ndarray) -> Course:
    """The same where each epoch's learning rate depends on the losses before it."""
    spec = problem.spec
    plateau = Plateau(spec.schedule, spec.optimizer.learning_rate)
    rule, gradient, course = _prepare(problem, weights)
    rates = np.empty(len(course))
    with np.errstate(all="ignore"):
        for epoch in range(len(course)):
            total = count = 0.0
            for batch in problem.batches(epoch):
                loss, rows = problem.batch_loss(weights, batch)
                total, count = total + loss * rows, count + rows
                rate: Any = weights.dtype.type(plateau.rate)
                weights = rule(weights, gradient(weights, batch), rate)
            course[epoch], rates[epoch] = weights, plateau.rate
            watched = spec.schedule.monitor == "loss"
            plateau.epoch_ended(total / count if watched else _validation_loss(problem, weights))
        return Course(_full_losses(problem, course), np.repeat(rates, problem.steps_per_epoch))


def _prepare(problem: Problem, weights: np.ndarray) -> tuple[Rule, Gradient, np.ndarray]:
    """The update, the gradient, and room for each epoch's weights (epochs, ..., p)."""
    spec, dtype = problem.spec, weights.dtype.type
    return (
        update_rule(spec.optimizer, problem.size, len(problem.data.features), dtype),
        problem.gradient_function(dtype),
        np.full((spec.training.epochs, *weights.shape), np.nan),
    )


def _full_losses(problem: Problem, course: np.ndarray) -> np.ndarray:
    """The whole table's loss for each epoch's weights (epochs, ..., p), while float32 holds it."""
    if problem.quadratic:
        losses = np.asarray(problem.full_loss(course))
    else:
        losses = np.array([problem.full_loss(weights) for weights in course])
    return within_float32(losses, problem.rows)


def _validation_loss(problem: Problem, weights: np.ndarray) -> float | None:
    data, spec = problem.data, problem.spec
    if data.x_val is None or data.y_val is None:
        return None
    residuals = design(data.x_val, spec.model.use_bias) @ weights - data.y_val[:, 0]
    shares = row_shares(spec.loss, len(residuals), problem.batch)
    return float(shares @ row_losses(spec.loss, residuals))


def within_float32(losses: np.ndarray, rows: int) -> np.ndarray:
    """Losses (epochs, ...), infinite from the first whose sum over the rows leaves float32."""
    over = ~(losses <= FLOAT32_MAX / rows)
    return np.where(np.logical_or.accumulate(over, axis=0), np.inf, losses)
