"""Where a changed run goes, before it is run."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ...data.prepare import Prepared
from ...spec import Spec
from ...theory.critical import critical_rate, has_critical_rate
from ...theory.initial_weights import initial_weights
from ...theory.problem import Problem
from ...theory.regime import NEAR, OPTIMUM_NOISE, Goal, Regime, goal_of, judge
from ...theory.simulation import BUDGET_SECONDS, followed, seconds_needed
from ...theory.spectrum import spectrum_of
from ..spec_run import predicted

MOST_STEPS = 200_000  # whose rates are looked at one by one
SECONDS_PER_STEP, SECONDS_PER_CELL = 3e-5, 7.5e-9  # of training, measured
SHRINKING = ("adagrad", "ftrl")  # optimizers whose steps shrink as 1 / √t


class Outlook(NamedTuple):
    """Where a changed run goes.

    Attributes:
        regime: As of a prediction.
        last: Its last loss; None where it is not known.
        epochs_to_optimum: Also beyond its end, where a formula tells; None if it is not known.
    """

    regime: Regime
    last: float | None = None
    epochs_to_optimum: int | None = None


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
        given, count = self.spec.model.initial_weights, len(self.data.features)
        if given and len(given.kernel) != count:
            return None  # nobody gave weights to other features than the run's
        if spectrum is None or self.spec.model.activation != "linear":
            return None
        return Problem(self.spec, self.data, spectrum)

    @cached_property
    def start(self) -> np.ndarray:
        """The weights it begins with, shape (p,)."""
        return initial_weights(self.spec, len(self.data.features))

    @cached_property
    def goal(self) -> Goal | None:
        """Where it should arrive; None where theory does not say.

        Without a bias too it should be as near as the mean is far.
        """
        if self.problem is None:
            return None
        with np.errstate(all="ignore"):
            goal = goal_of(self.problem, self.start)
        baseline = self.problem.anchors.baseline_loss
        if baseline is None or baseline <= goal.optimal:
            return goal
        way = max(baseline - goal.optimal, OPTIMUM_NOISE / NEAR * goal.optimal)
        return replace(goal, way=min(goal.way, way)) if way > 0 else goal

    @property
    def worthwhile(self) -> bool:
        """Whether its optimum is no worse than predicting the mean, as it may be without a bias."""
        if self.problem is None or self.goal is None:
            return False
        baseline = self.problem.anchors.baseline_loss or 0.0
        return self.goal.optimal <= baseline * (1 + OPTIMUM_NOISE) + NEAR * self.goal.way

    @property
    def left(self) -> float:
        """What is left at its end of the way from the baseline to the optimum, from 0."""
        last = self.outlook.last
        if self.goal is None or last is None or not np.isfinite(last) or self.goal.way == 0:
            return float("inf")
        return max(0.0, (last - self.goal.optimal) / self.goal.way)

    @property
    def comes_down(self) -> bool:
        """Whether it ends below its start, and no worse than predicting the mean."""
        last = self.outlook.last
        if self.problem is None or last is None or self.outlook.regime == "diverges":
            return False
        baseline = self.problem.anchors.baseline_loss or 0.0
        return last <= min(baseline, float(self.problem.full_loss(self.start)))

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

    @cached_property
    def way(self) -> float:
        """The rate with which an optimizer whose steps are as long as its rate just gets to the
        optimum; NaN for one whose steps do not tell."""
        if self.problem is None or self.spec.optimizer.key == "adadelta":
            return float("nan")
        shape = self.rates_of(1.0)
        steps = float(self.steps if shape is None else np.sum(shape))
        if self.spec.optimizer.key in SHRINKING:
            steps = 2 * np.sqrt(steps)
        return self.distance / steps if steps > 0 else float("nan")

    @cached_property
    def distance(self) -> float:
        """How far the farthest weight must go, along the directions that matter for the loss."""
        assert self.problem is not None and self.goal is not None
        spectrum, scale = self.problem.spectrum, self.problem.scale
        if not self.problem.quadratic:
            return float(np.abs(spectrum.best_weights - self.start).max())
        with np.errstate(all="ignore"):
            excess = spectrum.components(self.start, scale) ** 2
            order = np.argsort(-excess)
            left = excess.sum() - np.cumsum(excess[order])
            count = int(np.argmax(left <= self.goal.near - self.goal.optimal)) + 1
            needed = order[:count]
            vectors = spectrum.eigenvectors
            moved = (vectors @ (spectrum.best_weights - self.start))[needed] @ vectors[needed]
        return float(np.abs(moved).max())

    @cached_property
    def outlook(self) -> Outlook:
        """Where it goes, followed step by step where no formula gives its course."""
        if self.problem is None or self.goal is None:
            return Outlook("unknown")
        if self.has_formula and self.problem.full_batch:
            told = predicted(self.spec, self.data, growth=False)
            last = told.full_loss[-1] if told.full_loss else None
            return Outlook(told.regime, last, told.epochs_to_optimum)
        if self.seconds == 0:
            return Outlook("unknown")
        with np.errstate(all="ignore"):
            curve = followed(self.problem, self.start, self.rates).full_loss
            near = np.flatnonzero(curve <= self.goal.near)
            regime = judge(self.goal, curve, None, False, 0.0)
        return Outlook(regime, float(curve[-1]), int(near[0]) + 1 if len(near) else None)

    @property
    def rates(self) -> np.ndarray | None:
        """The learning rate of every step; None where it follows the run, or they are too many."""
        return self.rates_of(self.spec.optimizer.learning_rate)

    def rates_of(self, rate: float) -> np.ndarray | None:
        """The same for another learning rate."""
        if self.spec.schedule.follows_run or self.steps > MOST_STEPS:
            return None
        with np.errstate(all="ignore"):
            rates = self.spec.schedule.at(rate, np.arange(self.steps))
            return rates.astype(np.float32).astype(np.float64)  # as the trainer has them

    @property
    def seconds(self) -> float:
        """About how long it takes to follow it; 0 if a formula tells, or it takes too long."""
        if self.problem is None or (self.has_formula and self.problem.full_batch):
            return 0.0
        seconds = seconds_needed(self.problem)
        return seconds if seconds <= BUDGET_SECONDS else 0.0

    @property
    def training_seconds(self) -> float:
        """About how long a worker trains it alone."""
        cells = self.data.x_train.size * self.spec.training.epochs
        return SECONDS_PER_CELL * cells + SECONDS_PER_STEP * self.steps

    @property
    def recursive(self) -> bool:
        """Whether a formula gives its course, but for the batches."""
        return self.has_formula and self.spec.schedule.key == "constant"

    @property
    def has_formula(self) -> bool:
        """Whether its loss is quadratic and its optimizer SGD as it stands."""
        return self.problem is not None and has_critical_rate(self.problem)

    @property
    def likely(self) -> bool:
        """Whether it should come to its optimum, where following it beforehand takes too long."""
        critical = self.critical
        stable = critical is not None and self.spec.optimizer.learning_rate <= critical / 2
        return self.outlook.regime == "unknown" and self.recursive and stable
