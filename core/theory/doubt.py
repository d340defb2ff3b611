"""How far a simulated curve holds for the run too, by two more of its kind in float32.

Adaptive optimizers can be chaotic near their optimum, and an optimum itself can be one from which
rounding alone drives a run away. Then the run, which rounds otherwise than any simulation does,
goes its own way, and only what all of them have in common can be told beforehand.
"""

from dataclasses import dataclass

import numpy as np

from ..spec import MAX_EPOCHS
from .problem import Problem
from .regime import Goal, judge
from .simulation import (
    BUDGET_SECONDS,
    Course,
    followed,
    planned_rates,
    seconds_needed,
    simulate,
)

ROUNDING = 0.7 * float(np.finfo(np.float32).eps)  # of a weight, about: a step's rounding
SOONER = 0.8  # of the epochs until simulations part: the run, rounded otherwise, may do so before
APART = 0.003  # of the loss, or of one near the optimum; three times as much is seen


@dataclass(frozen=True, eq=False)
class Doubt:
    """A simulated run, and how far others go with it.

    Attributes:
        course: The run in float64.
        certain_epochs: Epochs until others part from it; None where they do not in its length.
        regime_is_certain: Whether they all go the same way, as far as it could be found out.
    """

    course: Course
    certain_epochs: int | None
    regime_is_certain: bool


def doubted(problem: Problem, start: np.ndarray, goal: Goal) -> Doubt:
    """The run, simulated thrice, and somewhat beyond its end: what parts soon after it may part
    before it in the run. Of a long one the others take as many epochs as there is time for.

    Args:
        problem: Of a spec that is short enough to be simulated.
        start: The run's first weights, shape (p,).
        goal: Where it should arrive.
    """
    epochs = problem.spec.training.epochs
    compared = min(int(epochs / SOONER), _affordable(problem), MAX_EPOCHS)
    course = _followed(_of_length(problem, max(compared, epochs)), start)
    own = Course(course.full_loss[:epochs], course.rates[: problem.steps])
    if not compared:
        return Doubt(own, None, True)
    short = _of_length(problem, compared)
    rates = None if short.spec.schedule.follows_run else planned_rates(short.spec, short.steps)
    beside = start * (1 + ROUNDING) + ROUNDING
    starts = np.array([start, beside])
    if rates is None:
        twins = [simulate(short, first, None, np.float32).full_loss for first in starts]
    else:
        twins = list(simulate(short, starts, rates, np.float32).full_loss.T)
    alike = [_epochs_alike(course.full_loss[:compared], twin, goal) for twin in twins]
    known = [int(SOONER * count) for count in alike if count is not None]
    certain = min(known, default=epochs)
    if certain >= epochs:
        return Doubt(own, None, True)
    ends = (own.full_loss, *(twin[:epochs] for twin in twins)) if compared >= epochs else ()
    regimes = {judge(goal, curve, None, False, 0.0) for curve in ends}
    return Doubt(own, certain, len(regimes) == 1)


def _affordable(problem: Problem) -> int:
    """How many epochs the others may take, with what the run itself leaves of the time."""
    seconds = seconds_needed(problem)
    left = max(BUDGET_SECONDS - seconds, BUDGET_SECONDS / 3)
    return int(problem.spec.training.epochs * left / (2 * seconds))


def _followed(problem: Problem, start: np.ndarray) -> Course:
    spec = problem.spec
    rates = None if spec.schedule.follows_run else planned_rates(spec, problem.steps)
    return followed(problem, start, rates)


def _of_length(problem: Problem, epochs: int) -> Problem:
    spec = problem.spec.patched({"training": {"epochs": epochs}})
    return Problem(spec, problem.data, problem.spectrum)


def _epochs_alike(curve: np.ndarray, twin: np.ndarray, goal: Goal) -> int | None:
    """Epochs until two curves differ by what can be seen; None where they never do."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(twin - curve) > APART * np.maximum(curve, goal.near)
    return int(np.argmax(apart)) if apart.any() else None
