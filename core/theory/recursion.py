"""The exact course of full-batch SGD on a squared loss, in the eigenbasis of the Hessian.

The excess of the loss over the optimum is Σ zᵢ². Without momentum zᵢ ← (1 − ηₜ λᵢ) zᵢ; with it
each component carries a velocity (see `core.theory.limits`).
"""

import numpy as np

from core.theory.limits import growth_per_step

FURTHEST = 1_000_000_000  # steps looked ahead, at most


def excess_losses(
    curvatures: np.ndarray,
    start: np.ndarray,
    rates: np.ndarray,
    momentum: float = 0.0,
    nesterov: bool = False,
) -> np.ndarray:
    """The components' share of the loss after every step.

    Args:
        curvatures: λ, shape (p,).
        start: z before the first step, shape (p,), in units of √loss.
        rates: Learning rate of each step, shape (T,).
        momentum: β.
        nesterov: Whether the step looks ahead.

    Returns:
        zᵢ², shape (T, p); their sum over i is the loss's excess over the optimum.
    """
    moving = start != 0
    curvatures, start = curvatures[moving], start[moving]
    table = np.zeros((len(rates), len(moving)))
    with np.errstate(over="ignore", invalid="ignore"):
        if momentum == 0:
            factors = 1 - rates[:, None] * curvatures
            table[:, moving] = (np.cumprod(factors, axis=0) * start) ** 2
            return table
        course = np.empty((len(rates), len(start)))
        place, velocity = start.copy(), np.zeros_like(start)
        for step, rate in enumerate(rates):
            push = rate * curvatures * place
            velocity = momentum * velocity - push
            place = place + (momentum * velocity - push if nesterov else velocity)
            course[step] = place
        table[:, moving] = course**2
    return table


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
