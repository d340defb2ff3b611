"""What a run will do, said before it starts.

With a bug in the spec this is what the correct program would do: a run that departs from it shows
that something is wrong.
"""

import numpy as np

from ..data.prepare import Prepared
from ..spec import Spec
from .batch_limit import log_growth, stable_again_until
from .critical import critical_rate
from .doubt import ROUNDING, doubted
from .initial_weights import initial_weights
from .limits import growth_per_step
from .optimum import baseline_loss
from .prediction import Prediction
from .problem import Problem
from .recursion import excess_losses, steps_until
from .regime import goal_of, judge
from .simulation import (
    BUDGET_BYTES,
    BUDGET_SECONDS,
    bytes_needed,
    followed,
    planned_rates,
    seconds_needed,
    within_float32,
)
from .spectrum import spectrum_of
from .wording import explain

MAX_RATES = 2_000_000  # learning rates in memory (16 MB); a link may ask for 10⁹ steps and more


def predict(spec: Spec, data: Prepared, doubt: bool = True, growth: bool = True) -> Prediction:
    """Predicts a run without running it.

    Args:
        spec: What would be run; its bug, if any, is left out.
        data: The table, prepared by the same spec.
        doubt: Whether to find out how far a simulated curve is certain, which costs two more.
        growth: Whether to find out how fast the loss of batches grows, which costs some hundred
            steps beside; what becomes of the run does not hang on it.
    """
    linear = spec.model.activation == "linear"
    quadratic = linear and spec.loss.quadratic
    spectrum = spectrum_of(data, spec.model.use_bias)
    if spectrum is None:
        why = "The data hold values that are not finite, so the loss will be NaN from the start."
        return Prediction("unknown", quadratic, why)
    if not linear:
        why = (
            f"With the activation {spec.model.activation} the loss is not a quadratic function of "
            "the weights, so no formula tells its course."
        )
        baseline = Problem(spec, data, spectrum).anchors.baseline_loss
        return Prediction("unknown", False, why, baseline_loss=baseline)
    return _Forecast(spec, data, Problem(spec, data, spectrum), doubt, growth).prediction()


def unpredicted(spec: Spec, data: Prepared, why: str) -> Prediction:
    """What is known of a run of which nothing has been computed.

    Args:
        spec: What would be run.
        data: The table, prepared by the same spec.
        why: A sentence.
    """
    rows, targets = len(data.y_train), data.y_train
    batch = min(spec.training.batch_size or rows, rows)
    baseline = baseline_loss(spec.loss, targets, batch) if np.isfinite(targets).all() else None
    quadratic = spec.model.activation == "linear" and spec.loss.quadratic
    return Prediction("unknown", quadratic, why, baseline_loss=baseline)


class _Forecast:
    """The steps from a problem to its prediction."""

    def __init__(self, spec: Spec, data: Prepared, problem: Problem, doubt: bool, growth: bool):
        self.spec, self.problem, self.doubt = spec, problem, doubt
        self.growth = growth or problem.full_batch
        self.sgd = spec.optimizer.key == "sgd" and spec.optimizer.clip_norm is None
        self.linear_recursion = self.sgd and problem.quadratic
        self.start = initial_weights(spec, len(data.features))
        self.steps = problem.steps
        self.stride = -(-self.steps // MAX_RATES)
        self.follows_run = spec.schedule.follows_run
        self.goal = goal_of(problem, self.start)
        self.overshooting = 0.0
        self.certain_epochs: int | None = None
        self.regime_is_certain = True

    def prediction(self) -> Prediction:
        problem, rates = self.problem, self._rates()
        curve, rates = self._curve(rates)
        curvatures = problem.spectrum.curvatures(problem.scale) if problem.quadratic else None
        critical = critical_rate(problem)
        constant = self.spec.schedule.key == "constant"
        if critical is not None and rates is not None and constant and not problem.full_batch:
            critical = stable_again_until(problem, float(rates[0]), critical)
        facts = {
            "quadratic": problem.quadratic,
            "critical_learning_rate": critical,
            "optimal_loss": problem.anchors.optimal_loss,
            "baseline_loss": problem.anchors.baseline_loss,
            "initial_loss": float(problem.full_loss(self.start)),
            "full_loss": None if curve is None else curve.tolist(),
            "certain_epochs": self.certain_epochs,
            "regime_is_certain": self.regime_is_certain,
            "epochs_to_optimum": self._epochs_to_optimum(curve, rates, curvatures),
        }
        if curvatures is not None:
            curved = curvatures[curvatures > 0]
            facts["lambda_max"] = float(curvatures[0])
            facts["lambda_min"] = float(curved[-1]) if len(curved) else None
            facts["condition_number"] = float(curved[0] / curved[-1]) if len(curved) else None
        if rates is not None:
            ends = np.arange(1, self.spec.training.epochs + 1) * problem.steps_per_epoch - 1
            facts["learning_rates"] = rates[-(-ends // self.stride)].tolist()
        if critical is not None and rates is not None and curvatures is not None:
            facts["learning_rate_ratio"] = float(rates.max() / critical)
            facts["growth_per_step"] = self._growth(rates[-1], curvatures) if self.growth else None
            facts |= _unstable(rates, critical, problem.steps_per_epoch, self.stride)
        decided = problem.full_batch or curve is None  # a curve of the run's own batches knows more
        regime = judge(
            self.goal,
            curve,
            facts.get("learning_rate_ratio") if constant and decided else None,
            "unstable_since_step" in facts and facts["unstable_until_step"] is None,
            self.overshooting,
        )
        prediction = Prediction(regime=regime, why="", **facts)
        return Prediction(regime=regime, why=explain(self.spec, problem, prediction), **facts)

    def _rates(self) -> np.ndarray | None:
        """The learning rate of every step, as the trainer rounds it; None if not known before.

        Of very many steps that of each `stride`-th one, and of the last.
        """
        if self.follows_run:
            return None
        return planned_rates(self.spec, self.steps, self.stride)

    def _curve(self, rates: np.ndarray | None) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Full loss of every epoch, and the rates, if they can be known."""
        problem = self.problem
        if self.linear_recursion and problem.full_batch and rates is not None:
            optimizer, spectrum = self.spec.optimizer, problem.spectrum
            curvatures = spectrum.curvatures(problem.scale)
            rounded = ROUNDING * np.sqrt(spectrum.shares @ self._reached(rates, curvatures) ** 2)
            excess, last = excess_losses(
                curvatures,
                spectrum.components(self.start, problem.scale),
                rates,
                optimizer.momentum,
                optimizer.nesterov,
                rounded * np.sqrt(curvatures / 2),
            )
            with np.errstate(over="ignore", invalid="ignore"):
                curve = self.goal.optimal + excess
                across = rates[-1] * spectrum.curvatures(problem.scale) > 1
                self.overshooting = float(last[across].sum() / max(last.sum(), 1e-300))
            return within_float32(curve, problem.rows), rates
        if seconds_needed(problem) > BUDGET_SECONDS or bytes_needed(problem) > BUDGET_BYTES:
            return None, rates
        if self.doubt and not self.linear_recursion:
            told = doubted(problem, self.start, self.goal)
            self.certain_epochs = told.certain_epochs
            self.regime_is_certain = told.regime_is_certain
            return told.course.full_loss, told.course.rates
        course = followed(problem, self.start, rates)
        return course.full_loss, course.rates

    def _reached(self, rates: np.ndarray, curvatures: np.ndarray) -> np.ndarray:
        """The best weights (p,), as far as the run gets to them along each direction: where there
        is next to no curvature they may be huge, and the run never comes there."""
        directions = self.problem.spectrum.eigenvectors
        far = self.stride * float(np.abs(rates).sum()) / (1 - self.spec.optimizer.momentum)
        with np.errstate(invalid="ignore"):
            share = np.where(curvatures > 0, -np.expm1(-np.minimum(far * curvatures, 700.0)), 0.0)
        return directions.T @ (share * (directions @ self.problem.spectrum.best_weights))

    def _growth(self, rate: float, curvatures: np.ndarray) -> float | None:
        if not self.problem.full_batch:
            with np.errstate(over="ignore"):
                return float(np.exp(log_growth(self.problem, np.array([rate]))[0]))
        optimizer = self.spec.optimizer
        with np.errstate(over="ignore", invalid="ignore"):
            growth = growth_per_step(
                curvatures[curvatures > 0], rate, optimizer.momentum, optimizer.nesterov
            )
        return float(growth.max())

    def _epochs_to_optimum(self, curve, rates, curvatures) -> int | None:
        if curve is None:
            return None
        reached = np.flatnonzero(curve <= self.goal.near)
        if len(reached):
            return int(reached[0]) + 1
        constant = self.spec.schedule.key == "constant"
        if not (constant and self.linear_recursion and self.problem.full_batch):
            return None
        optimizer, problem = self.spec.optimizer, self.problem
        return steps_until(
            self.goal.near - self.goal.optimal,
            curvatures,
            problem.spectrum.components(self.start, problem.scale),
            float(rates[0]),
            optimizer.momentum,
            optimizer.nesterov,
        )


def _unstable(
    rates: np.ndarray, critical: float, per_epoch: int, stride: int
) -> dict[str, int | None]:
    """Where the rates are above the critical one for the last time, in steps and epochs."""
    above = np.flatnonzero(rates > critical)
    if not len(above):
        return {}
    last = int(above[-1])
    below = np.flatnonzero(rates[:last] <= critical)
    first = stride * (int(below[-1]) + 1) if len(below) else 0
    return {
        "unstable_since_step": first,
        "unstable_since_epoch": first // per_epoch,
        "unstable_until_step": stride * (last + 1) if last + 1 < len(rates) else None,
    }
