"""What is measured on a loss curve, once for all that is said of it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .curve import Curve
from .growth import growth_of

Course = Literal["non-finite", "grows", "oscillates", "plateaus", "falls"]
RISES = 0.2  # share of the later half's epochs that a restless loss rises in, and falls in
SAME_PACE = 0.5  # of the fall per epoch before: a loss that comes to rest has lost more of it
CLEAR = 0.01  # of the loss: a smaller rise or fall is none


@dataclass(frozen=True)
class Known:
    """What the learner tells besides the losses.

    Attributes:
        steps_per_epoch: Updates of one epoch; 1 for full batches.
        learning_rate: The optimizer's; None where it is not known or stands in the curve.
        target_variance: Of the targets as fed to the loss, in its unit; None where not known.
    """

    steps_per_epoch: int = 1
    learning_rate: float | None = None
    target_variance: float | None = None


class Measured:
    """A curve, and what its numbers are like.

    Args:
        curve: Losses by epoch.
        known: What is known besides.

    Attributes:
        broken: Position of the first loss that is not finite; None where all are.
        epoch, loss: As far as the losses are finite, shape (f,).
        growth: Its factor per epoch; None where it has none.
    """

    def __init__(self, curve: Curve, known: Known):
        self.curve, self.known = curve, known
        broken = np.flatnonzero(~np.isfinite(curve.loss))
        self.broken = int(broken[0]) if len(broken) else None
        self.epoch, self.loss = curve.epoch[: self.broken], curve.loss[: self.broken]
        self.growth = growth_of(self.epoch, self.loss) if len(self.loss) > 2 else None

    def counted(self, position: int) -> int:
        """The epoch at a position, counted from 1 as Keras prints it; a step as the log has it."""
        return int(self.curve.epoch[position]) + self.curve.origin

    @property
    def unit(self) -> str:
        """What is counted, in a word."""
        return self.curve.unit

    @property
    def one(self) -> str:
        """The same with its article."""
        return "an epoch" if self.unit == "epoch" else "a step"

    @property
    def steps(self) -> int:
        """Updates of what is counted."""
        return 1 if self.unit == "step" else self.known.steps_per_epoch

    @property
    def grew(self) -> bool:
        return self.growth is not None and self.growth.factor > 1

    @property
    def later_half(self) -> np.ndarray:
        return self.loss[len(self.loss) // 2 :]

    @property
    def last_third(self) -> np.ndarray:
        return self.loss[-max(3, len(self.loss) // 3) :]

    @property
    def flat(self) -> bool:
        """Whether the last third keeps to one level, and does not fall on as before."""
        return self._level and self.pace is None

    @property
    def _level(self) -> bool:
        last = self.last_third
        return len(self.loss) > 4 and bool(np.ptp(last) <= CLEAR * abs(np.median(last)))

    @property
    def pace(self) -> float | None:
        """By how much a loss that seems to stand falls in each of the last epochs, where each step
        goes down and on average about as far as those before; None of any other curve."""
        last, start = self.last_third, len(self.loss) - len(self.last_third)
        if start < 1 or not self._level or not (np.diff(last) < 0).all():
            return None
        before = (self.loss[0] - self.loss[start]) / (self.epoch[start] - self.epoch[0])
        pace = (last[0] - last[-1]) / (self.epoch[-1] - self.epoch[start])
        return float(pace) if pace >= SAME_PACE * before > 0 else None

    @property
    def restless(self) -> bool:
        """Whether the later half goes up and down again and again."""
        later = self.later_half
        if len(later) < 4 or self.grew:
            return False
        steps, clear = np.diff(later), CLEAR * abs(np.median(later))
        return bool(min((steps > clear).mean(), (steps < -clear).mean()) >= RISES)

    @property
    def course(self) -> Course:
        """Which way the loss goes in the end."""
        if self.broken is not None:
            return "non-finite"
        if self.grew:
            return "grows"
        if self.restless:
            return "oscillates"
        return "plateaus" if self.flat else "falls"

    @property
    def rate(self) -> float | None:
        """The learning rate while the growth was measured, if it was one and is known."""
        rates = self.curve.learning_rate
        if rates is None or self.growth is None:
            return self.known.learning_rate
        then = rates[self.growth.first : self.growth.last + 1]
        same = np.isfinite(then).all() and np.ptp(then) <= CLEAR * abs(then[-1])
        return float(then[-1]) if same and then[-1] > 0 else None
