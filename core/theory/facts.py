"""A prediction in numbers, each with its name and what it says."""

from .optimum import EXACT
from .prediction import Prediction

NAMES = {
    "largest stable rate": "of the learning rate, here",
    "rate / largest stable rate": "above 1 the loss grows",
    "growth per step": "of the loss above the optimum, in the long run",
    "λmax": "largest curvature of the loss",
    "λmin": "smallest curvature above zero",
    "condition number κ": "λmax / λmin: how long the valley is",
    "epochs to the optimum": "until 1 % of the way is left",
    "optimal loss": "of least squares: no line does better",
    "baseline loss": "of predicting the mean",
}


def facts(told: Prediction) -> list[tuple[str, str, str]]:
    """Name, value and meaning of the numbers that are known."""
    values = (
        told.critical_learning_rate,
        told.learning_rate_ratio,
        told.growth_per_step,
        told.lambda_max,
        told.lambda_min,
        told.condition_number,
        told.epochs_to_optimum,
        told.optimal_loss,
        told.baseline_loss,
    )
    least = EXACT * (told.baseline_loss or 0.0)
    return [
        (name, "≈ 0" if 0 <= value < least else _figure(value), meaning)
        for (name, meaning), value in zip(NAMES.items(), values, strict=True)
        if value is not None
    ]


def _figure(value: float) -> str:
    return f"{value:,.5g}".replace("inf", "∞")
