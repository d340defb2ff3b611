"""The outcome of a cell: judged from its loss curve as the diagnosis judges a run's."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ..data.prepare import Prepared
from ..events import number
from ..spec import Spec
from ..theory.initial_weights import initial_weights
from ..theory.problem import Problem
from ..theory.regime import DIVERGED_FACTOR, Goal, Regime, goal_of, judge
from ..theory.spectrum import spectrum_of


@dataclass(frozen=True)
class Criteria:
    """What a cell's run is judged against, as far as theory gives it.

    Attributes:
        goal: The losses that count as arrived; None for data that are not finite, or an output
            that is not linear.
        height: The higher of the first loss and the baseline; a run that ends above
            `DIVERGED_FACTOR` times that has diverged.
        last_rate: The learning rate at the last step.
    """

    goal: Goal | None
    height: float
    last_rate: float

    @classmethod
    def of(cls, spec: Spec, data: Prepared, first_loss: float) -> Self:
        """The criteria for a run that starts at `first_loss`."""
        rows = len(data.x_train)
        batch_size = min(spec.training.batch_size or rows, rows)
        last_step = spec.training.epochs * -(-rows // batch_size) - 1
        with np.errstate(over="ignore"):
            rate = float(spec.schedule.at(spec.optimizer.learning_rate, np.array([last_step]))[0])
        spectrum = spectrum_of(data, spec.model.use_bias)
        if spectrum is None:
            return cls(None, first_loss, rate)
        problem = Problem(spec, data, spectrum)
        height = max(first_loss, problem.anchors.baseline_loss or 0.0)
        if spec.model.activation != "linear":
            return cls(None, height, rate)
        return cls(goal_of(problem, initial_weights(spec, len(data.features))), height, rate)


@dataclass(frozen=True)
class CellOutcome:
    """The outcome of a cell's run.

    Attributes:
        regime: As `core.theory.regime` defines it; unknown where there is no goal.
        final_loss: Of all training rows, at the last epoch's end; infinite or NaN where the run
            became non-finite.
        epochs_to_optimum: Epochs until 1 % of the way to the optimum was left; None unless the
            run converged.
        diverged_epoch: The epoch of the first non-finite value, from 0.
    """

    regime: Regime
    final_loss: float
    epochs_to_optimum: int | None = None
    diverged_epoch: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The outcome's fields in a cell of a `cells` event."""
        return {
            "regime": self.regime,
            "final_loss": number(self.final_loss),
            "epochs_to_optimum": self.epochs_to_optimum,
            "diverged_epoch": self.diverged_epoch,
        }


def judge_cell(
    criteria: Criteria,
    curve: np.ndarray,
    non_finite_epoch: int | None,
    critical_rate: float | None,
) -> CellOutcome:
    """Judges a run that has ended.

    Args:
        criteria: What it is judged against.
        curve: Loss of all training rows at each epoch's end, up to the first non-finite one.
        non_finite_epoch: The epoch of the first non-finite value, from 0; None if there is none.
        critical_rate: The critical learning rate, where theory gives one.
    """
    final = float(curve[-1]) if len(curve) else float("nan")
    if non_finite_epoch is not None or not final <= DIVERGED_FACTOR * criteria.height:
        return CellOutcome("diverges", final, diverged_epoch=non_finite_epoch)
    if criteria.goal is None:
        return CellOutcome("unknown", final)
    above_critical = critical_rate is not None and criteria.last_rate > critical_rate
    regime = judge(criteria.goal, curve, None, above_critical, 0.0)
    epochs = epochs_to_optimum(criteria, curve) if regime == "converges" else None
    return CellOutcome(regime, final, epochs)


def epochs_to_optimum(criteria: Criteria, curve: np.ndarray) -> int | None:
    """Epochs until the loss is near the optimum; None if it never is."""
    if criteria.goal is None:
        return None
    near = np.flatnonzero(curve <= criteria.goal.near)
    return int(near[0]) + 1 if len(near) else None
