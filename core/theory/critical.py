"""The largest stable learning rate of a problem, where theory gives one."""

from .batch_limit import batch_critical_rate
from .limits import critical_learning_rate
from .problem import Problem


def has_critical_rate(problem: Problem) -> bool:
    """Whether the optimizer is SGD as it stands, and the loss curved and quadratic."""
    spec = problem.spec
    linear = spec.model.activation == "linear" and problem.quadratic
    sgd = spec.optimizer.key == "sgd" and spec.optimizer.clip_norm is None
    return linear and sgd and bool(problem.spectrum.eigenvalues[0] > 0)


def critical_rate(problem: Problem) -> float | None:
    """In units of weight per unit of gradient; for mini-batches in the run's own row order.

    Returns:
        None where there is no closed form.
    """
    if not has_critical_rate(problem):
        return None
    if not problem.full_batch:
        return batch_critical_rate(problem)
    optimizer = problem.spec.optimizer
    curvature = float(problem.spectrum.curvatures(problem.scale)[0])
    return critical_learning_rate(curvature, optimizer.momentum, optimizer.nesterov)
