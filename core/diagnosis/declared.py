"""What a run was declared to do, and what theory says of it and of others like it.

That and its events are all that a diagnosis is made of: causes and stages know of no spec. A spec's
run fills it in `spec_run.py`; a model from elsewhere can fill it as well.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..data.prepare import Prepared
from ..model.losses import Loss
from ..model.optimizers import Optimizer
from ..model.schedules import Schedule
from ..theory.prediction import Prediction
from ..theory.regime import Goal


@dataclass(frozen=True)
class Change:
    """What is different in a what-if; None leaves it as it was declared.

    Attributes:
        rate: The learning rate, where the schedule starts.
        constant: Whether the rate is kept, whatever the schedule was.
        momentum: Of the optimizer.
        epochs: How many.
        with_bias: Whether the layer has a constant, whatever was declared.
        unregularized: Whether nothing pulls the weights towards 0.
        unclipped: Whether gradients keep their length.
    """

    rate: float | None = None
    constant: bool = False
    momentum: float | None = None
    epochs: int | None = None
    with_bias: bool = False
    unregularized: bool = False
    unclipped: bool = False


AS_DECLARED = Change()


class Theory(ABC):
    """What the correct program does, as theory has it; data of None are the run's own."""

    @abstractmethod
    def predict(self, change: Change = AS_DECLARED, data: Prepared | None = None) -> Prediction:
        """Where a changed run goes, on these data or others."""

    @abstractmethod
    def stable(self, rates: np.ndarray, data: Prepared | None = None) -> np.ndarray:
        """At which of these constant rates (k,) no part of the error grows, shape (k,), bool.

        Only where there is a critical learning rate.
        """

    @abstractmethod
    def full_batch_limit(self, data: Prepared) -> float:
        """The critical learning rate of all rows at once, for finite data."""

    @abstractmethod
    def seconds(self) -> float:
        """About how long it takes to follow the run step by step; for finite data."""

    @abstractmethod
    def goal(self, start: float | None) -> Goal | None:
        """Where the run should arrive; None where theory does not say.

        Args:
            start: Its own loss before the first step; None for that of the first weights.
        """

    @abstractmethod
    def loss(self, weights: np.ndarray) -> float:
        """The loss of all rows for weights (p,), the bias last; for finite data."""

    @abstractmethod
    def first_weights(self) -> np.ndarray | None:
        """The weights before the first step (p,), the bias last; None where they are not known."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Declared:
    """What a run was declared to do.

    Attributes:
        data: The rows to feed, with their names, and the same in the table's own units.
        features_scaling, target_scaling: `none`, `standard`, `minmax` or `robust`.
        optimizer, schedule, loss: With their parameters and titles.
        activation: Its Keras key.
        use_bias: Whether the layer has a constant.
        first: What gives the first weights, in a word: the initializer's key.
        epochs: Planned passes over the rows.
        most_epochs: The most that such a run may have.
        batch: Rows of a full batch.
        order: The row numbers (n,) of an epoch in the order in which they are to be fed.
        theory: What the correct program does.
    """

    data: Prepared
    features_scaling: str
    target_scaling: str
    optimizer: Optimizer
    schedule: Schedule
    loss: Loss
    activation: str
    use_bias: bool
    first: str
    epochs: int
    most_epochs: int
    batch: int
    order: Callable[[int], np.ndarray]
    theory: Theory

    @property
    def rows(self) -> int:
        """Of training."""
        return len(self.data.x_train)

    @property
    def steps_per_epoch(self) -> int:
        """Updates of one epoch, the last of which may have fewer rows."""
        return -(-self.rows // self.batch)

    @property
    def steps(self) -> int:
        """All updates that were planned."""
        return self.epochs * self.steps_per_epoch

    @property
    def rate(self) -> float:
        """The optimizer's learning rate, where the schedule starts."""
        return self.optimizer.learning_rate

    @property
    def momentum(self) -> float:
        """The optimizer's; 0 for one without."""
        return getattr(self.optimizer, "momentum", 0.0)

    @property
    def constant(self) -> bool:
        """Whether the learning rate is the same at every step."""
        return self.schedule.key == "constant"
