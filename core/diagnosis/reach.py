"""What a setting allows against what the table allows: an activation's range, a bias left out."""

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from ..model.activations import RANGES
from ..theory.regime import NEAR
from .observed import CHANCE, Observed

ROUNDED = 3e-7  # of columns scaled to length 1: what is smaller is float32's rounding


@dataclass(frozen=True)
class OutOfReach:
    """Targets outside of what an activation can give.

    Attributes:
        low, high: What it can give.
        count: How many lie outside.
        distance: The mean squared error that this leaves at least.
        severe: Whether that is more than a line without the activation would leave.
    """

    low: float
    high: float
    count: int
    distance: float
    severe: bool

    @property
    def span(self) -> str:
        """What it can give, in words."""
        return span_in_words(self.low, self.high)


def span_in_words(low: float, high: float) -> str:
    """The range of an activation, not all numbers, in words."""
    if low == high:
        return f"on one unit nothing but {low:g}"
    if np.isinf(high):
        return f"{low:g} and above"
    return f"{high:g} and below" if np.isinf(low) else f"{low:g} to {high:g}"


def out_of_reach(run: Observed) -> OutOfReach | None:
    """The targets that the activation cannot give; None where it can give all."""
    key = run.declared.activation
    if not run.finite:
        return None
    low, high = RANGES[key]
    targets = run.data.y_train[:, 0].astype(float)
    count = int(((targets < low) | (targets > high)).sum())
    if not count:
        return None
    distance = float(np.mean((targets - np.clip(targets, low, high)) ** 2))
    return OutOfReach(low, high, count, distance, distance > run.linear_mean_square)


@dataclass(frozen=True)
class MissingBias:
    """A constant that is switched off and that the table needs.

    Attributes:
        intercept: What least squares would give it, in units of the target as scaled.
        without, with_bias: Mean squared residual of least squares without and with it.
        variance: Of the target, which predicting its mean leaves.
        chance: Probability of so large a difference where no constant is needed; 1 where the rows
            are too few to tell.
    """

    intercept: float
    without: float
    with_bias: float
    variance: float
    chance: float


def without_bias(run: Observed) -> float:
    """The mean squared residual of least squares without a constant, where what standardized
    columns have in common through float32's rounding alone does not stand in for it."""
    assert run.spectrum is not None
    triangle = run.spectrum.triangle
    scale = np.linalg.norm(triangle.factor, axis=0)
    scale[scale == 0] = 1.0
    weights = np.linalg.lstsq(triangle.factor / scale, triangle.target, rcond=ROUNDED)[0] / scale
    return max(float(triangle.sum_of_squares(weights)), 0.0) / triangle.rows


def gains_by_bias(run: Observed) -> bool:
    """Whether a constant that is switched off would bring the best line of these rows lower by more
    than 1 % of the way, be it by chance."""
    if run.declared.use_bias or run.spectrum is None:
        return False
    full, rows = run.spectrum_with_bias, len(run.data.y_train)
    rest = max(float(full.triangle.sum_of_squares(full.best_weights)) / rows, 0.0)
    variance = float(run.data.y_train.var(dtype=np.float64))
    size = float(np.mean(run.data.y_train.astype(float) ** 2))
    return without_bias(run) - rest > max(NEAR * (variance - rest), 1e-9 * size)


def missing_bias(run: Observed) -> MissingBias | None:
    """The need of a bias, where there is none; None where it would not do much, or by chance.

    An F-test of the model with a bias against the one without it, and no less than 1 % of the way
    from the variance to the optimum. What is worse than predicting the mean needs no test: it is so
    in these rows, however few they are.
    """
    if not gains_by_bias(run):
        return None
    full = run.spectrum_with_bias
    rows, rank = len(run.data.y_train), int((full.eigenvalues > 0).sum())
    rest = max(float(full.triangle.sum_of_squares(full.best_weights)) / rows, 0.0)
    without = without_bias(run)
    variance = float(run.data.y_train.var(dtype=np.float64))
    chance = 1.0
    if rows > rank:
        ratio = (without - rest) / max(rest / (rows - rank), 1e-300)
        chance = float(fdtrc(1, rows - rank, ratio))
    if chance > CHANCE and without <= variance:
        return None
    return MissingBias(float(full.best_weights[-1]), without, rest, variance, chance)
