"""Which way a predicted run goes, defined by numbers.

The way is the distance from the baseline loss down to the optimal one; near the optimum means that
1 % of it is left.

- diverges: the loss leaves float32, or ends more than twice above both its start and the
  baseline; or the rate is constant and above the critical one (full batch, or batches too many to
  be followed); or the rate has passed the critical one for good and the loss has risen clearly
  from its lowest and ends at its highest since.
- converges: the loss comes near the optimum and ends with no more than 5 % of the way left.
- oscillates: neither, and the loss goes up again, by more than 1 % of the way, in a fifth of the
  later half's epochs; or, in full-batch SGD, most of what is left of the loss belongs to
  components that jump across the valley at every step (1 − ηλ < 0).
- slow: none of these: the loss falls, but will not come near the optimum in the given epochs.
- unknown: there is no curve, and no critical rate that the learning rate is above.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .problem import Problem

Regime = Literal["converges", "slow", "oscillates", "diverges", "unknown"]
NEAR = 0.01  # of the way that may be left
SETTLED = 0.05  # the same at the end of a run that came near
OPTIMUM_NOISE = 1e-3  # of the optimal loss: nearer than that nobody needs to come
RESOLUTION = 1e-9  # of the mean squared target: what float32 cannot tell from nothing
RISES = 0.2  # of the later half's epochs
DIVERGED_FACTOR = 2.0  # a loss that ends this much above both its start and the baseline


@dataclass(frozen=True)
class Goal:
    """Where a run should arrive, in units of the loss.

    Attributes:
        optimal: Loss of least squares.
        way: From the baseline down to it; where a table has no signal, what still matters.
        height: The higher of the loss at the start and the baseline.
    """

    optimal: float
    way: float
    height: float

    @property
    def near(self) -> float:
        """The loss from which on a run counts as near the optimum."""
        return self.optimal + NEAR * self.way


def goal_of(problem: Problem, weights: np.ndarray) -> Goal:
    """The goal of a run that starts from `weights` (p,)."""
    optimal, baseline = problem.anchors
    assert optimal is not None and baseline is not None  # the data are finite
    start = float(problem.full_loss(weights))
    nothing = float(problem.full_loss(np.zeros(problem.size)))
    lowest = baseline if problem.spec.model.use_bias else nothing  # else the mean is out of reach
    floor = (OPTIMUM_NOISE * optimal + RESOLUTION * nothing) / NEAR
    return Goal(optimal, max(lowest - optimal, floor), max(start, baseline))


def judge(
    goal: Goal,
    curve: np.ndarray | None,
    ratio: float | None,
    crossed: bool,
    overshooting: float,
) -> Regime:
    """The regime of a run.

    Args:
        goal: Where it should arrive.
        curve: Full loss at each epoch's end; None if not known.
        ratio: The learning rate over the critical one, where that alone decides; else None.
        crossed: Whether the rate ends above the critical one.
        overshooting: Share of the last loss above the optimum in components with 1 − ηλ < 0.
    """
    if ratio is not None and ratio > 1:
        return "diverges"
    if curve is None:
        return "unknown"
    last, lowest = curve[-1], curve.min()
    risen = last == curve[np.argmin(curve) :].max() and last > lowest + NEAR * goal.way
    if not last <= DIVERGED_FACTOR * goal.height or (crossed and risen):
        return "diverges"
    if lowest <= goal.near and last <= goal.optimal + SETTLED * goal.way:
        return "converges"
    rises = np.diff(curve[len(curve) // 2 :]) > NEAR * goal.way
    if (len(rises) and rises.mean() >= RISES) or overshooting > 0.5:
        return "oscillates"
    return "slow"
