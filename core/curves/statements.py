"""What a loss curve says, one function for each thing that it may say."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..theory.wording import figure
from .measured import CLEAR, Measured

FLOAT32_END = float(np.finfo(np.float32).max)
REACH = 1e4  # by which one epoch of many steps may multiply a loss that grows
AT_VARIANCE = 0.02  # of the variance: a loss so near is that of the mean
APART = 0.1  # of its lowest value: by so much a validation loss has risen


@dataclass(frozen=True)
class Statement:
    """One thing that the curve says.

    Attributes:
        name: What was measured.
        value: The number.
        text: A sentence for the learner. Epochs count from 1, as Keras prints them.
    """

    name: str
    value: float
    text: str


def non_finite(seen: Measured) -> Statement | None:
    """When the loss ceased to be a number, and whether growth alone explains it."""
    if seen.broken is None:
        return None
    at = seen.counted(seen.broken)
    word = "NaN" if np.isnan(seen.curve.loss[seen.broken]) else "infinite"
    if not len(seen.loss):
        text = (
            f"The loss is {word} from the first {seen.unit} on: a value in the table that is not "
            f"finite does that, and so does a growth that leaves float32 within one {seen.unit}."
        )
    else:
        text = f"The loss became {word} in {seen.unit} {at}, {_how_it_broke(seen)}."
    return Statement("non-finite", at, text)


def _how_it_broke(seen: Measured) -> str:
    last = float(seen.loss[-1])
    if seen.growth is None or seen.growth.factor <= 1:
        return (
            f"after {figure(last)} and no growth: a value that is not finite came in, from the "
            "table, a logarithm, a root or a division"
        )
    after = f"after growing to {figure(last)}"
    if last * REACH * seen.growth.factor > FLOAT32_END:
        return f"{after}: float32 ends at 3.4e+38, so the growth explains it"
    return (
        f"{after}, far below where float32 ends (3.4e+38): the growth quickened within that "
        f"{seen.unit}, or a value that is not finite came in"
    )


def growth(seen: Measured) -> Statement | None:
    """The factor per epoch."""
    found = seen.growth
    if found is None:
        return None
    what = "The loss is" if found.factor > 1 else "What the loss has above its final level is"
    evenly = "" if found.steady else " on average, unevenly"
    where = f"from {seen.unit} {seen.counted(found.first)} to {seen.counted(found.last)}"
    text = f"{what} multiplied by {figure(found.factor)} {seen.one}{evenly}, {where}."
    return Statement("growth per epoch", found.factor, text)


def learning_rate_ratio(seen: Measured) -> Statement | None:
    """The learning rate over the largest stable one, if this was plain gradient descent.

    Its growth per step is g = (1 − ηλ)², so ηλ = 1 + √g, and the largest stable rate has ηλ = 2.
    A loss that shrinks by g has no direction with a larger (1 − ηλ)², so that is the most.
    """
    if seen.growth is None:
        return None
    steps = seen.steps
    ratio = (1 + np.sqrt(seen.growth.factor ** (1 / steps))) / 2
    most, least = ("", "") if seen.grew else ("at most ", "at least ")
    how = "on full batches" if steps == 1 else f"in {steps:,} steps an epoch (roughly)"
    text = (
        f"If this was plain SGD {how}, the learning rate was {most}{figure(ratio)} × the largest "
        "stable one"
    )
    if seen.rate is not None:
        text += f", {least}{figure(seen.rate / ratio)}"
    return Statement("learning rate / largest stable", float(ratio), f"{text}.")


def oscillation(seen: Measured) -> Statement | None:
    """How often and how far the loss goes up and down."""
    if not seen.restless:
        return None
    later = seen.later_half
    share = float((np.diff(later) > 0).mean())
    text = (
        f"In the later half the loss rises in {100 * share:.0f} % of the {seen.unit}s, between "
        f"{figure(later.min())} and {figure(later.max())}: its steps are too long for a steep "
        "direction, or its batches are small and differ."
    )
    return Statement("share of rises", share, text)


def plateau(seen: Measured) -> Statement | None:
    """The level it stays at, against the variance of the target if that is known."""
    if not seen.flat:
        return None
    level, variance = float(np.median(seen.last_third)), seen.known.target_variance
    told = f"The loss stays at {figure(level)}"
    if variance:
        told += _against(level / variance)
    return Statement("plateau", level, f"{told}.")


def slow_fall(seen: Measured) -> Statement | None:
    """How fast a loss falls that only seems to stand."""
    if seen.pace is None:
        return None
    text = (
        f"The loss falls to the end about as fast as before, by {figure(seen.pace)} {seen.one} "
        f"from {figure(float(seen.loss[0]))}: it is still on its way, in small steps."
    )
    return Statement(f"fall per {seen.unit}", seen.pace, text)


def _against(share: float) -> str:
    if abs(share - 1) <= AT_VARIANCE:
        return (
            ", the variance of y: the model predicts the mean and has learned nothing from the "
            "features"
        )
    if share > 1:
        return f", {figure(share)} × the variance of y: worse than predicting the mean"
    return f": it explains {100 * (1 - share):.3g} % of the variance of y"


def validation(seen: Measured) -> Statement | None:
    """Whether the held-out rows tell another story."""
    values = np.array([]) if seen.curve.val_loss is None else seen.curve.val_loss[: seen.broken]
    if len(values) < 4 or seen.grew or not np.isfinite(values).all():
        return None
    lowest = int(values.argmin())
    risen = values[-1] > values[lowest] + APART * abs(values[lowest])
    if not risen or seen.loss[-1] > (1 + CLEAR) * abs(seen.loss[lowest]):
        return None
    text = (
        f"The validation loss was lowest in {seen.unit} {seen.counted(lowest)}, "
        f"{figure(values[lowest])}, and ends at {figure(values[-1])}, while the loss does not "
        "rise: the model learns its own rows by heart, or the held-out rows are prepared "
        "differently."
    )
    return Statement("rise of the validation loss", float(values[-1] - values[lowest]), text)


STATEMENTS: tuple[Callable[[Measured], Statement | None], ...] = (
    non_finite,
    growth,
    learning_rate_ratio,
    oscillation,
    plateau,
    slow_fall,
    validation,
)
