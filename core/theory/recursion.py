"""The exact course of full-batch SGD on a squared loss, in the eigenbasis of the Hessian.

The excess of the loss over the optimum is Σ zᵢ². Without momentum zᵢ ← (1 − ηₜ λᵢ) zᵢ; with it
each component carries a velocity (see `core.theory.limits`).
"""

import numpy as np

from .limits import growth_per_step

SMALLEST = 1e-150  # in place of 0, whose logarithm there is not; its square is a number still
FURTHEST = 1_000_000_000  # steps looked ahead, at most


def excess_losses(
    curvatures: np.ndarray,
    start: np.ndarray,
    rates: np.ndarray,
    momentum: float = 0.0,
    nesterov: bool = False,
    rounding: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """The components' share of the loss after every step.

    Args:
        curvatures: λ, shape (p,).
        start: z before the first step, shape (p,), in units of √loss.
        rates: Learning rate of each step, shape (T,).
        momentum: β.
        nesterov: Whether the step looks ahead.
        rounding: What the rounding of weights leaves of z, shape (p,), in units of √loss; 0 by
            default. No component comes closer, and one that grows later begins from there.

    Returns:
        Σ zᵢ² after every step, shape (T,), and zᵢ² after the last one, shape (p,).
    """
    rounding = np.zeros_like(start) if rounding is None else rounding
    with np.errstate(over="ignore", invalid="ignore"):
        if momentum == 0:
            return _plain(curvatures, start, rates, rounding)
        total = np.empty(len(rates))
        place, velocity = start.copy(), np.zeros_like(start)
        for step, rate in enumerate(rates):
            push = rate * curvatures * place
            velocity = momentum * velocity - push
            place = place + (momentum * velocity - push if nesterov else velocity)
            place = np.where(np.hypot(place, velocity) < rounding, rounding, place)
            total[step] = place @ place
        return total, place**2


def _plain(
    curvatures: np.ndarray, start: np.ndarray, rates: np.ndarray, rounding: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The same without momentum, in logarithms: each component is the product of its factors, and
    begins anew from its rounding at every step at which that gives more."""
    total, last = np.zeros(len(rates)), np.empty(len(start))
    for i, curvature in enumerate(curvatures):
        grown = np.cumsum(np.log(np.maximum(np.abs(1 - rates * curvature), SMALLEST)))
        left = np.log(max(rounding[i], SMALLEST)) - np.minimum.accumulate(grown)
        course = np.exp(2 * (grown + np.maximum(left, np.log(max(abs(start[i]), SMALLEST)))))
        total += course
        last[i] = course[-1]
    return total, last


def steps_until(
    below: float,
    curvatures: np.ndarray,
    start: np.ndarray,
    learning_rate: float,
    momentum: float = 0.0,
    nesterov: bool = False,
) -> int | None:
    """How many steps at a constant rate bring the excess loss down to `below`.

    Steps are taken in powers of two of each component's 2 × 2 map, so a billion of them cost
    some thirty multiplications. Returns None beyond `FURTHEST`.
    """
    moving = (start != 0) & (curvatures > 0)
    curvatures, start = curvatures[moving], start[moving]
    if np.any(growth_per_step(curvatures, learning_rate, momentum, nesterov) >= 1):
        return None
    if np.sum(start**2) <= below:
        return 1
    a = learning_rate * curvatures
    power = np.empty((len(a), 2, 2))  # acts on (z, v)
    power[:, 1, 0], power[:, 1, 1] = -a, momentum
    power[:, 0, 0] = 1 - a * (1 + momentum) if nesterov else 1 - a
    power[:, 0, 1] = momentum**2 if nesterov else momentum
    powers = [power]
    while 2 ** len(powers) < FURTHEST:
        powers.append(powers[-1] @ powers[-1])
    state = np.stack([start, np.zeros_like(start)], axis=1)
    taken = 0
    for exponent in reversed(range(len(powers))):
        ahead = np.einsum("pij,pj->pi", powers[exponent], state)
        if np.sum(ahead[:, 0] ** 2) > below:
            state, taken = ahead, taken + 2**exponent
    return taken + 1 if taken + 1 < FURTHEST else None
