"""The largest stable learning rate of SGD on a quadratic loss, and how fast a component grows.

In the eigenbasis of the Hessian each component z of the error follows its own recursion, for SGD
with momentum β as Keras 3 writes it (`optimizers/sgd.py`), v the velocity and a = ηλ:

    v ← β v − a z,   z ← z + v            characteristic polynomial x² − (1 + β − a) x + β
    Nesterov: z ← z + β v − a z           x² − (1 + β − (1 + β) a) x + β (1 − a)

It is stable iff both roots lie inside the unit circle, which by Jury's criterion is
a < 2 (1 + β), and for Nesterov a < 2 (1 + β) / (1 + 2β).

Sources: Goh 2017, *Why Momentum Really Works*; Jury 1964, *Theory of the z-Transform*.
"""

import numpy as np


def critical_learning_rate(
    curvature: float, momentum: float = 0.0, nesterov: bool = False
) -> float:
    """The learning rate above which the component of this curvature grows, full batch.

    Args:
        curvature: λmax, in units of loss per weight².
        momentum: β, from 0 to 1.
        nesterov: Whether the step looks ahead; without momentum it changes nothing.

    Returns:
        In units of weight per unit of gradient; infinite for a curvature of 0.
    """
    if curvature <= 0:
        return float("inf")
    limit = 2 * (1 + momentum) / curvature
    return limit / (1 + 2 * momentum) if nesterov else limit


def growth_per_step(
    curvatures: np.ndarray, learning_rate: float, momentum: float = 0.0, nesterov: bool = False
) -> np.ndarray:
    """By what each component's loss is multiplied at a step, in the long run.

    Args:
        curvatures: λ, shape (p,).
        learning_rate: η.
        momentum: β.
        nesterov: Whether the step looks ahead.

    Returns:
        The largest root's squared size, shape (p,): above 1 it grows, below 1 it dies out.
    """
    a = learning_rate * np.asarray(curvatures, np.float64)
    if momentum == 0:
        return (1 - a) ** 2
    trace = 1 + momentum - (a * (1 + momentum) if nesterov else a)
    product = momentum * (1 - a) if nesterov else np.full_like(a, momentum)
    root = np.sqrt(trace.astype(complex) ** 2 - 4 * product)
    largest = np.maximum(np.abs(trace + root), np.abs(trace - root)) / 2
    return largest**2
