"""By what factor a loss grows or shrinks from epoch to epoch.

Full-batch gradient descent on a quadratic loss gives L(t) = L* + Σ cᵢ gᵢᵗ, gᵢ = (1 − ηλᵢ)². In the
end one component remains, so that the ratio of successive differences is its g, whatever L* is.
"""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

WINDOW = 5  # ratios that must agree
STEADY = 0.01  # relative spread of ratios that do
STRAIGHT = 1e-3  # a ratio so near to 1 is a straight line, whose factor says nothing
UNEVEN = 0.2  # of the logarithm's variance that growth on average may leave unexplained
GROWN = 2.0  # times its lowest value: a loss that ends so much higher has grown
QUANTA = 100  # of the last digit: smaller differences are rounding
FLOAT32 = float(np.finfo(np.float32).eps)
SHORT = 8  # digits up to which a number has been rounded by whoever printed it


@dataclass(frozen=True)
class Growth:
    """A factor per epoch.

    Attributes:
        factor: Above 1 the loss grows, below it shrinks.
        steady: Whether it was the same in every epoch looked at, as one component alone gives it.
        first, last: Positions in the curve that it was measured between.
    """

    factor: float
    steady: bool
    first: int
    last: int


def growth_of(epoch: np.ndarray, loss: np.ndarray) -> Growth | None:
    """The factor in the end of a curve; None where it has none.

    Args:
        epoch: Rising, shape (e,).
        loss: Finite, shape (e,).
    """
    with np.errstate(all="ignore"):
        return _growth_of(epoch, loss)


def _growth_of(epoch: np.ndarray, loss: np.ndarray) -> Growth | None:
    start = int(np.argmin(loss))
    grows = len(loss) - start > 2 and loss[-1] > GROWN * abs(loss[start])
    if not grows:
        start = 0
    return _steady(epoch, loss, start) or (_average(epoch, loss, start) if grows else None)


def last_digit(loss: np.ndarray) -> np.ndarray:
    """What the last digit of each loss is worth: as a log printed it, or of a float32; shape (e,).

    Zeros at the end of a printed number are not seen, so the finest of the neighbours counts.
    """
    written = [Decimal(repr(value)).as_tuple() for value in loss.tolist()]
    short = max(len(number.digits) for number in written) <= SHORT
    if not short:
        return FLOAT32 * np.abs(loss)
    exponents = np.array([int(number.exponent) for number in written], float)
    around = np.pad(exponents, WINDOW, mode="edge")
    finest = sliding_window_view(around, 2 * WINDOW + 1).min(axis=1)
    return 10.0**finest


def _steady(epoch: np.ndarray, loss: np.ndarray, start: int) -> Growth | None:
    """From the latest epochs whose differences go by one ratio: up by more than 1, down by less."""
    apart = np.diff(epoch)
    steps = np.diff(loss)
    clear = np.abs(steps) > QUANTA * last_digit(loss)[1:]
    ratio = steps[1:] / steps[:-1]
    fine = clear[1:] & clear[:-1] & (apart[1:] == apart[:-1]) & (np.abs(ratio - 1) > STRAIGHT)
    ratio[~(fine & ((steps[1:] > 0) == (ratio > 1)) & (ratio > 0))] = np.nan
    for end in range(len(ratio), start + WINDOW - 1, -1):
        window = ratio[end - WINDOW : end]
        if np.isfinite(window).all() and np.ptp(window) <= STEADY * window[-1]:
            factor = float(window[-1] ** (1 / apart[end - 1]))
            return Growth(factor, True, end - WINDOW, end + 1)
    return None


def _average(epoch: np.ndarray, loss: np.ndarray, start: int) -> Growth | None:
    """From the lowest loss to the last: the slope of its logarithm, if that is nearly a line."""
    if loss[start] <= 0:
        return None
    x, y = epoch[start:], np.log(loss[start:])
    slope, level = np.polyfit(x, y, 1)
    if np.var(y - slope * x - level) > UNEVEN * np.var(y):
        return None
    return Growth(float(np.exp(slope)), False, start, len(loss) - 1)
