"""Keras' ReduceLROnPlateau without Keras: the rate of an epoch from the losses before it."""

import numpy as np

from ..model.schedules import ReduceOnPlateau


class Plateau:
    """Follows a run; source: `keras/src/callbacks/reduce_lr_on_plateau.py` of Keras 3.

    Args:
        schedule: The rule's parameters.
        learning_rate: Where it starts.

    Attributes:
        rate: The learning rate of the next epoch, a float32 value.
    """

    def __init__(self, schedule: ReduceOnPlateau, learning_rate: float):
        self.schedule = schedule
        self.rate = float(np.float32(learning_rate))
        self._best: float | None = None
        self._waited = self._resting = 0

    def epoch_ended(self, loss: float | None) -> None:
        """Lets the rule see the loss it watches; None where the run does not have it."""
        if loss is None:
            return
        if self._resting > 0:
            self._resting -= 1
            self._waited = 0
        if self._best is None or loss + self.schedule.min_delta < self._best:
            self._best, self._waited = loss, 0
        elif self._resting == 0:
            self._waited += 1
            if self._waited >= self.schedule.patience and self.rate > np.float32(
                self.schedule.min_lr
            ):
                lower = max(self.rate * self.schedule.factor, self.schedule.min_lr)
                self.rate = float(np.float32(lower))
                self._resting, self._waited = self.schedule.cooldown, 0
