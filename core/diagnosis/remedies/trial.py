"""A changed run, really run: what it came to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...data.prepare import Prepared
from ...events import Event, from_number
from ...record import Record
from ...spec import Spec
from ...theory.regime import DIVERGED_FACTOR, NEAR, OPTIMUM_NOISE, Goal, judge
from .course import Course

Train = Callable[[Spec, Prepared], Iterable[Event]]
ROUNDINGS = 16  # of float32: an error of so many is told as none
Reach = Literal["optimum", "stable"]


@dataclass(frozen=True, eq=False)
class Result:
    """What a run came to.

    Attributes:
        outcome: Its own.
        reaches: `optimum` if it came near its optimum and stayed, `stable` if it came down and
            ends better than predicting the mean, None for neither.
        epochs_to_optimum: Epochs until it was near the optimum; None if it never was.
        seconds: How long it took.
        final_loss: At the end, of all training rows; None where it told no epoch.
        rmse: Root mean squared error on the training rows at the end, in the target's unit; None
            where the loss does not tell.
        rounding: What float32's rounding may leave of that error, in the same unit; None where the
            error is.
        left: Share of the way from the baseline to the optimum that is left, from 0; infinite
            where the loss is not finite.
    """

    outcome: str | None
    reaches: Reach | None
    epochs_to_optimum: int | None
    seconds: float | None
    final_loss: float | None
    rmse: float | None
    rounding: float | None
    left: float


def result_of(course: Course, events: Iterable[Event]) -> Result:
    """What came of running a course."""
    record = Record.of(events)
    curve, goal = record.full_loss, _goal(course, record)
    if not len(curve):
        return Result(record.outcome, None, None, None, None, None, None, float("inf"))
    final = float(curve[-1])
    near = np.flatnonzero(curve <= goal.near) if goal else np.empty(0, int)
    reaches = None if goal is None else _reach(record, goal)
    rmse = _rmse(course, record, final)
    return Result(
        record.outcome,
        reaches,
        int(record.epoch[near[0]]) + 1 if len(near) else None,
        (record.ended or {}).get("seconds"),
        final,
        rmse,
        None if rmse is None else _rounding(course, record),
        _left(goal, final),
    )


def _reach(record: Record, goal: Goal) -> Reach | None:
    curve = record.full_loss
    baseline = from_number(record.started.get("baseline_loss"))
    start = from_number(record.started.get("full_loss"))
    if record.outcome != "completed" or not np.isfinite(curve[-1]):
        return None
    better = curve[-1] <= baseline * (1 + OPTIMUM_NOISE) + NEAR * goal.way
    if judge(goal, curve, None, False, 0.0) == "converges" and better:
        return "optimum"
    settles = curve[-1] <= DIVERGED_FACTOR * np.min(curve)
    return "stable" if better and settles and not curve[-1] > start else None


def _goal(course: Course, record: Record) -> Goal | None:
    if course.goal is not None:
        return course.goal
    optimal = from_number(record.started.get("optimal_loss"))
    baseline = from_number(record.started.get("baseline_loss"))
    start = from_number(record.started.get("full_loss"))
    if not np.isfinite([optimal, baseline]).all():
        return None
    way = max(baseline - optimal, OPTIMUM_NOISE * optimal / NEAR, 1e-7 * baseline)
    return Goal(optimal, way, max(start, baseline))


def _left(goal: Goal | None, final: float) -> float:
    if goal is None or not np.isfinite(final) or goal.way == 0:
        return float("inf")
    return max(0.0, (final - goal.optimal) / goal.way)


def _rmse(course: Course, record: Record, loss: float) -> float | None:
    problem, data = course.problem, course.data
    if problem is None or not problem.quadratic or not np.isfinite(loss):
        return None
    scale, weights, count = data.target_scaling.scale, record.weights[-1], data.x_train.shape[1]
    unit = 1.0 if scale is None else float(scale[0])
    if _whole(course, weights):  # of sums over batches of two sizes the loss tells another
        outputs = data.x_train.astype(float) @ weights[:count] + weights[count:].sum()
        return float(np.sqrt(np.mean((outputs - data.y_train[:, 0]) ** 2))) * unit
    return float(np.sqrt(max(loss, 0.0) / problem.scale / problem.rows)) * unit


def _whole(course: Course, weights: np.ndarray) -> bool:
    """Whether these are all weights, and not some of very many."""
    return len(weights) == course.data.x_train.shape[1] + course.spec.model.use_bias


def _rounding(course: Course, record: Record) -> float:
    """The error that is of the size of float32's rounding, of the target and of what adds up to it.

    Sums and differences of float32 are off by up to half an eps of their largest part; a weight
    stops where its step is less than that of itself. Below some of them digits tell nothing.
    """
    data, scale = course.data, course.data.target_scaling.scale
    weights, count = np.abs(record.weights[-1]), data.x_train.shape[1]
    size = float(np.abs(data.y_train).max())
    if _whole(course, weights):
        parts = np.abs(data.x_train.astype(float)) @ weights[:count] + weights[count:].sum()
        size = max(size, float(parts.max()))
    unit = 1.0 if scale is None else float(scale[0])
    return ROUNDINGS * float(np.finfo(np.float32).eps) * size * unit
