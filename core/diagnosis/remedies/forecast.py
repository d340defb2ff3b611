"""What a changed run would do, before it is run."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ...data.prepare import Prepared, prepare
from ...data.scaling import Scaling
from ...spec import Spec
from ...theory.critical import critical_rate, has_critical_rate
from ...theory.initial_weights import initial_weights
from ...theory.limits import critical_learning_rate
from ...theory.prediction import Prediction
from ...theory.problem import Problem
from ...theory.recursion import excess_losses, steps_until
from ...theory.regime import NEAR, SETTLED, Goal, goal_of
from ...theory.simulation import BUDGET_SECONDS, seconds_needed
from ...theory.spectrum import spectrum_of
from ..observed import predicted

MOST_STEPS = 200_000  # of a schedule that is followed without its batches
SLACK = 1.3  # the batches of a run may be quicker than all rows at once


@dataclass(frozen=True, eq=False)
class Course:
    """A changed run, as theory has it.

    Args:
        spec: The changed spec.
        data: Its table, prepared.
    """

    spec: Spec
    data: Prepared

    @cached_property
    def problem(self) -> Problem | None:
        """What it minimizes; None where theory does not reach."""
        spectrum = spectrum_of(self.data, self.spec.model.use_bias)
        if spectrum is None or self.spec.model.activation != "linear":
            return None
        return Problem(self.spec, self.data, spectrum)

    @cached_property
    def start(self) -> np.ndarray:
        """The weights it begins with, shape (p,)."""
        return initial_weights(self.spec, len(self.data.features))

    @cached_property
    def goal(self) -> Goal | None:
        """Where it should arrive; None where theory does not say."""
        if self.problem is None:
            return None
        with np.errstate(all="ignore"):
            return goal_of(self.problem, self.start)

    @property
    def steps(self) -> int:
        """All of its updates."""
        rows = len(self.data.x_train)
        batch = min(self.spec.training.batch_size or rows, rows)
        return self.spec.training.epochs * -(-rows // batch)

    @cached_property
    def critical(self) -> float | None:
        """Its largest stable rate; None where there is no closed form."""
        with np.errstate(all="ignore"):
            return None if self.problem is None else critical_rate(self.problem)

    @property
    def way(self) -> float:
        """A rate with which an adaptive optimizer just gets to the weights of least squares."""
        if self.problem is None:
            return float("nan")
        far = np.abs(self.problem.spectrum.best_weights - self.start).max()
        return float(far) / self.steps

    @cached_property
    def prediction(self) -> Prediction:
        """All that is known of it beforehand."""
        return predicted(self.spec, self.data)

    @property
    def seconds(self) -> float:
        """About how long the prediction takes."""
        if self.problem is None or (self.recursive and self.problem.full_batch):
            return 0.0
        seconds = seconds_needed(self.problem)
        return seconds if seconds <= BUDGET_SECONDS else 0.0

    @property
    def recursive(self) -> bool:
        """Whether a formula gives its course, but for the batches."""
        return self._known and self.spec.schedule.key == "constant"

    @property
    def _known(self) -> bool:
        return self.problem is not None and has_critical_rate(self.problem)

    @cached_property
    def promising(self) -> bool:
        """Whether it could come near its optimum in time, by a formula that costs next to nothing.

        For small batches as if each were as good as all rows. True where there is no formula.
        """
        problem, goal = self.problem, self.goal
        if problem is None or goal is None or not self._known:
            return problem is not None
        if self.spec.schedule.key != "constant":
            return self._promising_with_schedule(problem, goal)
        sgd, rate = self.spec.optimizer, self.spec.optimizer.learning_rate
        curvatures = problem.spectrum.curvatures(problem.scale)
        if rate > self.limit:
            return False
        with np.errstate(all="ignore"):
            needed = steps_until(
                goal.near - goal.optimal,
                curvatures,
                problem.spectrum.components(self.start, problem.scale),
                rate,
                sgd.momentum,
                sgd.nesterov,
            )
        slack = 1.0 if problem.full_batch else SLACK
        return needed is not None and needed <= slack * self.steps

    def _promising_with_schedule(self, problem: Problem, goal: Goal) -> bool:
        """The same for a planned rate, without momentum."""
        spec = self.spec
        if spec.schedule.follows_run or spec.optimizer.momentum or self.steps > MOST_STEPS:
            return True
        with np.errstate(all="ignore"):
            rates = spec.schedule.at(spec.optimizer.learning_rate, np.arange(self.steps))
            curvatures = problem.spectrum.curvatures(problem.scale)
            components = problem.spectrum.components(self.start, problem.scale)
            excess = excess_losses(curvatures, components, rates)[0]
        slack = 1.0 if problem.full_batch else SETTLED / NEAR
        return bool(np.nanmin(excess) <= slack * (goal.near - goal.optimal))

    @cached_property
    def limit(self) -> float:
        """The largest stable rate of all rows at once, which small batches stay below."""
        assert self.problem is not None
        sgd = self.spec.optimizer
        top = float(self.problem.spectrum.curvatures(self.problem.scale)[0])
        return critical_learning_rate(top, sgd.momentum, sgd.nesterov)

    @property
    def likely(self) -> bool:
        """Whether it should come to its optimum, where following it beforehand takes too long."""
        critical = self.critical
        stable = critical is not None and self.spec.optimizer.learning_rate <= critical / 2
        return self.prediction.regime == "unknown" and self.recursive and stable


class Forecast:
    """Gives the courses of changed runs, each prepared table once.

    Args:
        table: The table.
        spec: What was run.
        data: The table, prepared by it.
    """

    def __init__(self, table: pd.DataFrame, spec: Spec, data: Prepared):
        self._table = table
        self._known = {self._key(spec): data}
        self._courses: dict[Spec, Course] = {}

    def course(self, spec: Spec) -> Course:
        """The course of a spec."""
        if spec not in self._courses:
            self._courses[spec] = Course(spec, self.prepared(spec))
        return self._courses[spec]

    def prepared(self, spec: Spec) -> Prepared:
        """The table, prepared by a spec."""
        key = self._key(spec)
        if key not in self._known:
            self._known[key] = self._prepare(spec)
        return self._known[key]

    def _prepare(self, spec: Spec) -> Prepared:
        for (data, features, target), known in self._known.items():
            if data == spec.data and features == spec.scaling.features:
                return _with_target(known, spec.scaling.target)
            if data == spec.data and target == spec.scaling.target:
                return _with_features(known, spec.scaling.features)
        return prepare(self._table, spec.data, spec.scaling, spec.training.seed)

    @staticmethod
    def _key(spec: Spec):
        return spec.data, spec.scaling.features, spec.scaling.target


def _with_features(data: Prepared, kind: str) -> Prepared:
    """The same rows with their features scaled otherwise."""
    scaling = Scaling.fit(kind, data.x_raw_train)
    return replace(
        data,
        x_train=scaling.transform(data.x_raw_train),
        x_val=None if data.x_raw_val is None else scaling.transform(data.x_raw_val),
        feature_scaling=scaling,
    )


def _with_target(data: Prepared, kind: str) -> Prepared:
    """The same rows with their target scaled otherwise."""
    scaling = Scaling.fit(kind, data.y_raw_train)
    return replace(
        data,
        y_train=scaling.transform(data.y_raw_train),
        y_val=None if data.y_raw_val is None else scaling.transform(data.y_raw_val),
        target_scaling=scaling,
    )
