"""What becomes of a cell: judged from its curve as the diagnosis judges a run's."""

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
class Aim:
    """Where a cell's run should arrive, as far as theory says.

    Attributes:
        goal: Of the judge; None for data that are not finite, or an output that is not linear.
        height: The loss above which, twice, a run that ends has diverged.
        last_rate: Of the schedule, at the last step.
    """

    goal: Goal | None
    height: float
    last_rate: float

    @classmethod
    def of(cls, spec: Spec, data: Prepared, first_loss: float) -> Self:
        """The aim of a run that starts at `first_loss`."""
        rows = len(data.x_train)
        batch = min(spec.training.batch_size or rows, rows)
        last = spec.training.epochs * -(-rows // batch) - 1
        with np.errstate(over="ignore"):
            rate = float(spec.schedule.at(spec.optimizer.learning_rate, np.array([last]))[0])
        spectrum = spectrum_of(data, spec.model.use_bias)
        if spectrum is None:
            return cls(None, first_loss, rate)
        problem = Problem(spec, data, spectrum)
        height = max(first_loss, problem.anchors.baseline_loss or 0.0)
        if spec.model.activation != "linear":
            return cls(None, height, rate)
        return cls(goal_of(problem, initial_weights(spec, len(data.features))), height, rate)


@dataclass(frozen=True)
class Outcome:
    """What became of a cell.

    Attributes:
        regime: As `core.theory.regime` defines it; unknown where there is no goal.
        final_loss: Of the whole table, at the last epoch's end; infinite or NaN where it broke.
        epochs_to_optimum: Epochs until 1 % of the way to the optimum was left; None unless the
            run converged.
        diverged_epoch: The epoch of the first value that is not finite, from 0.
    """

    regime: Regime
    final_loss: float
    epochs_to_optimum: int | None = None
    diverged_epoch: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The outcome as it travels."""
        return {
            "regime": self.regime,
            "final_loss": number(self.final_loss),
            "epochs_to_optimum": self.epochs_to_optimum,
            "diverged_epoch": self.diverged_epoch,
        }


def outcome_of(
    aim: Aim, curve: np.ndarray, broken_epoch: int | None, critical: float | None
) -> Outcome:
    """Judges an ended run.

    Args:
        aim: Where it should have arrived.
        curve: Loss of the whole table at each epoch's end, as far as it went.
        broken_epoch: Of its first value that is not finite; None if there was none.
        critical: The critical learning rate, where theory gives one.
    """
    final = float(curve[-1]) if len(curve) else float("nan")
    if broken_epoch is not None or not final <= DIVERGED_FACTOR * aim.height:
        return Outcome("diverges", final, diverged_epoch=broken_epoch)
    if aim.goal is None:
        return Outcome("unknown", final)
    regime = judge(aim.goal, curve, None, critical is not None and aim.last_rate > critical, 0.0)
    reached = reached_epoch(aim, curve) if regime == "converges" else None
    return Outcome(regime, final, reached)


def reached_epoch(aim: Aim, curve: np.ndarray) -> int | None:
    """How many epochs brought the loss near the optimum; None if they did not."""
    if aim.goal is None:
        return None
    near = np.flatnonzero(curve <= aim.goal.near)
    return int(near[0]) + 1 if len(near) else None
