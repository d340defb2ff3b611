"""The learning-rate range test: a few steps at ever higher rates, to see where the loss turns.

Source: Smith 2017, *Cyclical Learning Rates for Training Neural Networks*, as fastai's `lr_find`
runs it: rates in a geometric series, one step each, until the loss is four times its lowest.
"""

from dataclasses import dataclass

import numpy as np

from ..data.prepare import Prepared
from ..model.activations import ACTIVATIONS
from ..spec import Spec
from .initial_weights import initial_weights
from .limits import critical_learning_rate
from .problem import Problem
from .spectrum import spectrum_of
from .updates import update_rule

STEPS = 120
LOWEST, HIGHEST = 1e-6, 10.0  # of the critical rate
STOP = 4.0  # of the lowest loss so far


@dataclass(frozen=True, eq=False)
class RangeTest:
    """What the test saw, k steps.

    Attributes:
        learning_rates: Of each step, rising, shape (k,).
        losses: Of the whole table behind each step, so that no lucky batch is in it, shape (k,).
        suggested: A tenth of the rate at the lowest loss, fastai's `minimum` rule.
    """

    learning_rates: np.ndarray
    losses: np.ndarray
    suggested: float


def range_test(spec: Spec, data: Prepared, steps: int = STEPS) -> RangeTest | None:
    """Runs the test in NumPy, on the run's own batches and from its own initial weights.

    Args:
        spec: Its schedule and its learning rate are left aside.
        data: The table, prepared by the same spec.
        steps: Rates tried, from 1e-6 to 10 times the critical rate of SGD without momentum; for
            other optimizers, whose steps are about as long as the rate, from 1e-6 to 10.

    Returns:
        None where the data are not finite or the activation is not linear, or the first step is
        already too far.
    """
    spectrum = spectrum_of(data, spec.model.use_bias)
    if spectrum is None or spec.model.activation != ACTIVATIONS[0]:
        return None
    problem = Problem(spec, data, spectrum)
    unit = 1.0
    if spec.optimizer.key == "sgd":
        unit = critical_learning_rate(float(spectrum.curvatures(problem.scale)[0]))
    rates = np.geomspace(LOWEST * unit, HIGHEST * unit, steps)
    weights = initial_weights(spec, len(data.features))
    rule = update_rule(spec.optimizer, problem.size, len(data.features))
    gradient = problem.gradient_function()
    lowest = float(problem.full_loss(weights))
    losses: list[float] = []
    batches = (batch for epoch in range(steps) for batch in problem.batches(epoch))
    with np.errstate(all="ignore"):
        for rate, batch in zip(rates, batches, strict=False):
            weights = rule(weights, gradient(weights, batch), rate)
            loss = float(problem.full_loss(weights))
            if not np.isfinite(loss):
                break
            losses.append(loss)
            if loss > STOP * lowest:
                break
            lowest = min(lowest, loss)
    if not losses:
        return None
    seen = np.array(losses)
    return RangeTest(rates[: len(seen)], seen, float(rates[np.argmin(seen)] / 10))
