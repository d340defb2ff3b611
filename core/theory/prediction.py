"""What theory says of a run: its regime, its numbers, its curve."""

from dataclasses import dataclass, field
from typing import Any

from ..events import number, numbers
from .regime import Regime


@dataclass(frozen=True)
class Prediction:
    """A run's course as theory has it; None where theory does not reach.

    Attributes:
        regime: converges, slow, oscillates, diverges or unknown; see `core.theory.regime`.
        quadratic: Whether the loss is a quadratic function of the weights.
        lambda_max, lambda_min: The largest curvature of the loss and the smallest above zero, in
            units of loss per weight²; of an average batch where a batch's rows are summed up.
        condition_number: λmax / λmin.
        critical_learning_rate: The largest stable one for this optimizer and these data; for
            mini-batches the largest that is stable in this run's own row order.
        learning_rate_ratio: The run's highest learning rate over the critical one.
        growth_per_step: By what the loss above the optimum is multiplied at a step in the long
            run, at the run's last learning rate; for mini-batches over 300 of the run's steps.
        epochs_to_optimum: Epochs until 1 % of the way from the baseline to the optimum is left
            (`core.theory.regime.Goal.near`); at a constant rate and full batch also beyond the
            run's end.
        optimal_loss, baseline_loss: Loss of least squares, and of predicting the mean.
        full_loss: At each epoch's end; infinite from where float32 ends.
        certain_epochs: Epochs of it that hold for the run too. Behind them the run hangs on how
            float32 rounds (adaptive optimizers near their optimum can be chaotic), and only the
            regime is predicted. None where all of it holds.
        regime_is_certain: Whether runs that round otherwise go the same way.
        why: One sentence for the learner.
        unstable_since_step, unstable_since_epoch: From when on the schedule stays above the
            critical rate, or, if it comes back below, where it is above it for the last time.
        unstable_until_step: Where it comes back below it; None if it does not.
        learning_rates: The rate at each epoch's last step.
        initial_loss: Loss before the first step.
    """

    regime: Regime
    quadratic: bool
    why: str
    lambda_max: float | None = None
    lambda_min: float | None = None
    condition_number: float | None = None
    critical_learning_rate: float | None = None
    learning_rate_ratio: float | None = None
    growth_per_step: float | None = None
    epochs_to_optimum: int | None = None
    optimal_loss: float | None = None
    baseline_loss: float | None = None
    full_loss: list[float] | None = field(default=None, repr=False)
    certain_epochs: int | None = None
    regime_is_certain: bool = True
    unstable_since_step: int | None = None
    unstable_since_epoch: int | None = None
    unstable_until_step: int | None = None
    learning_rates: list[float] = field(default_factory=list, repr=False)
    initial_loss: float | None = None

    @property
    def certain_loss(self) -> list[float]:
        """The predicted curve as far as it holds; empty where there is none."""
        return (self.full_loss or [])[: self.certain_epochs]

    def to_json(self) -> dict[str, Any]:
        """The prediction as it travels; NaN and infinity as strings; uncertain losses null."""
        certain = numbers(self.certain_loss)
        return {
            "regime": self.regime,
            "quadratic": self.quadratic,
            "lambda_max": number(self.lambda_max),
            "lambda_min": number(self.lambda_min),
            "condition_number": number(self.condition_number),
            "critical_learning_rate": number(self.critical_learning_rate),
            "learning_rate_ratio": number(self.learning_rate_ratio),
            "growth_per_step": number(self.growth_per_step),
            "epochs_to_optimum": self.epochs_to_optimum,
            "optimal_loss": number(self.optimal_loss),
            "baseline_loss": number(self.baseline_loss),
            "full_loss": self.full_loss and certain + [None] * (len(self.full_loss) - len(certain)),
            "why": self.why,
        }
