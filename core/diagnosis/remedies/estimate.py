"""Whether a changed run could come near its optimum, by formulas that cost next to nothing."""

import numpy as np

from ...theory.limits import critical_learning_rate
from ...theory.problem import Problem
from ...theory.recursion import steps_until
from ...theory.regime import NEAR, SETTLED, Goal
from .course import Course

THOROUGH = 3.0  # times as far an estimate may be wrong, where nothing else helps
TOO_SHORT = 2.5  # times the way that steps of the rate's size may fall short
SLACK = 1.3  # the batches of a run may be quicker than all rows at once
DIVIDING = ("adam", "adamw", "nadam", "adamax", "rmsprop", "lion", "adagrad", "ftrl")


def promising(course: Course, thorough: bool) -> bool:
    """Whether a run could come near its optimum in time; True where there is no formula.

    Small batches are taken as if each were as good as all rows.

    Args:
        course: Of the run.
        thorough: Whether what an estimate makes unlikely is not given up yet.
    """
    problem, goal, spec = course.problem, course.goal, course.spec
    if problem is None or goal is None:
        return False
    slack = THOROUGH if thorough else 1.0
    if not course.has_formula:
        steps_tell = spec.optimizer.key in DIVIDING and problem.quadratic
        return not (steps_tell and spec.optimizer.learning_rate < course.way / TOO_SHORT / slack)
    if spec.schedule.key == "constant":
        return _with_constant_rate(course, problem, goal, slack)
    return _with_schedule(course, problem, goal, slack)


def _with_constant_rate(course: Course, problem: Problem, goal: Goal, slack: float) -> bool:
    """By the exact number of steps that all rows at once would take."""
    sgd, rate = course.spec.optimizer, course.spec.optimizer.learning_rate
    curvatures = problem.spectrum.curvatures(problem.scale)
    if rate > critical_learning_rate(float(curvatures[0]), sgd.momentum, sgd.nesterov):
        return False
    with np.errstate(all="ignore"):
        needed = steps_until(
            goal.near - goal.optimal,
            curvatures,
            problem.spectrum.components(course.start, problem.scale),
            rate,
            sgd.momentum,
            sgd.nesterov,
        )
    slack = 1.0 if problem.full_batch else SLACK * slack
    return needed is not None and needed <= slack * course.steps


def _with_schedule(course: Course, problem: Problem, goal: Goal, slack: float) -> bool:
    """By a planned rate that never overshoots; momentum counts as one that is as much larger."""
    rates, momentum = course.rates, course.spec.optimizer.momentum
    if rates is None:
        return True
    with np.errstate(all="ignore"):
        rates = slack * rates / max(1 - momentum, 0.01)
        curvatures = problem.spectrum.curvatures(problem.scale)
        components = problem.spectrum.components(course.start, problem.scale)
        excess = sum(
            (z * np.prod(1 - np.minimum(rates * curvature, 1))) ** 2
            for z, curvature in zip(components, curvatures, strict=True)
        )
    return bool(excess <= SETTLED / NEAR * (goal.near - goal.optimal))
