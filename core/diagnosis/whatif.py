"""What-ifs: what a run would do with another rate, momentum or length, or on other data."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..data.prepare import Prepared
from ..theory.prediction import Prediction
from ..theory.regime import SETTLED
from ..theory.spectrum import Spectrum, spectrum_of
from .declared import AS_DECLARED, Change
from .observed import Observed, without
from .wording import figure

BUDGET_SECONDS = 0.2  # of what-ifs of one kind, beyond the first
RAISED = 10 ** np.arange(0.5, 9.5, 0.5)  # by what a rate is multiplied in a what-if
RESTLESS = (2, 4, 8, 32)  # of the critical rate: nearer to it batches are restless
SWINGING = (2, 8, 32, 128, 512)  # the same with momentum, which swings far below it
LONGER = 10  # times the run's epochs: how far is looked
HEAVY = 0.5  # a momentum from which on it does


@dataclass(frozen=True)
class Way:
    """A rate with which a run comes near its optimum.

    Attributes:
        rate: Where the schedule starts.
        epochs: Needed with it; None if not known.
        own: Whether that is the run's own rate, with its own schedule.
        constant: Whether the run's own schedule must give way to a constant rate.
    """

    rate: float
    epochs: int | None
    own: bool = False
    constant: bool = False

    def in_words(self) -> str:
        """What is to be set, as “ and with a rate of 0.3”; empty for the run's own rate."""
        if self.own:
            return ""
        return f" and with a {'constant ' if self.constant else ''}rate of {figure(self.rate)}"


def told_as(rate: float) -> float:
    """A rate as it is told, so that what is said of it is said of that number."""
    return float(f"{rate:.3g}")


class WhatIf(Observed):
    """What was seen of a run, and what others like it would do."""

    def predicted_on(self, data: Prepared) -> Prediction:
        """The prediction of this run on other data."""
        return self.prediction if data is self.data else self.declared.theory.predict(data=data)

    def spectrum_of(self, data: Prepared) -> Spectrum:
        """The spectrum of finite data."""
        spectrum = spectrum_of(data, self.declared.use_bias)
        assert spectrum is not None
        return spectrum

    def stable_with(self, data: Prepared) -> bool:
        """Whether the same rate would be stable on other data, and their optimum no worse."""
        if not self.declared.use_bias and not self._as_good(self.predicted_on(data), data):
            return False
        if self.prediction.critical_learning_rate is None:
            return self.predicted_on(data).regime not in ("diverges", "unknown")
        return bool(self.declared.theory.stable(np.array([self.rate]), data)[0])

    def stable_without(self, rows=None, columns=None) -> bool:
        """Whether the same rate would be stable without some rows or features."""
        return self.stable_with(without(self.data, rows, columns))

    def critical_without(self, rows=None, columns=None) -> float:
        """The full batch's critical rate without some rows or features."""
        return self.declared.theory.full_batch_limit(without(self.data, rows, columns))

    def at(self, rate: float, data: Prepared, constant: bool = True) -> Prediction:
        """The prediction of this run at another rate, on these data or others.

        Args:
            rate: Where the schedule starts.
            data: The data.
            constant: Whether the rate is kept, whatever the schedule was.
        """
        if data is self.data and self.declared.constant and rate == self.declared.rate:
            return self.prediction
        return self.declared.theory.predict(Change(rate=rate, constant=constant), data)

    def best_way_with(self, data: Prepared) -> Way | None:
        """The first rate at which the run would reach its optimum on these data in time, its own
        before all others, its own schedule before none; None if no rate does."""
        known = self.__dict__.setdefault("_ways", {})
        if id(data) not in known:
            known[id(data)] = (data, self._best_way(data))
        return known[id(data)][1]

    def _best_way(self, data: Prepared) -> Way | None:
        own = self.predicted_on(data)
        rates = self._rates_to_try(data, own.critical_learning_rate)
        rates = [rate for rate in rates if np.isfinite(rate)]
        scheduled = not self.declared.constant
        first = self.declared.rate if scheduled else self.rate
        for constant in (False, True) if scheduled else (False,):
            for rate in (first, *rates):
                told = own if rate == first and not constant else self.at(rate, data, constant)
                if told.regime == "converges" and self._as_good(told, data):
                    own_rate = not constant and bool(np.isclose(rate, first))
                    return Way(rate, told.epochs_to_optimum, own_rate, constant)
        return None

    def _rates_to_try(self, data: Prepared, critical: float | None) -> list[float]:
        own, momentum = self.rate, self.declared.momentum
        if critical is not None:
            parts = SWINGING if momentum >= HEAVY else RESTLESS
            rates = [critical / part for part in parts]
            higher = [rate for rate in rates if rate > 1.5 * own]
            near = [own, *rates] if own <= critical else rates
            rates = near if own > critical / 2 else higher or [own]
        else:
            far = float(np.abs(self.spectrum_of(data).best_weights).max())
            steps = self.declared.steps
            rates = [4 * far / steps, 2 * far / np.sqrt(steps), far, *(own * RAISED).tolist()]
            rates = [own, *(rate for rate in rates if rate > own)]
            if data is not self.data:
                rates[2:2] = [own / 10, own / 100]
        return [rate if rate == own else told_as(rate) for rate in rates[: self.affordable()]]

    def affordable(self, times: int = 1) -> int:
        """How many simulations of so many times the run's epochs cost next to nothing; 4 of
        the run itself in any case."""
        cost = times * self.declared.theory.seconds()
        return max(int(BUDGET_SECONDS / cost), 4 if times == 1 else 0)

    def _as_good(self, told: Prediction, data: Prepared) -> bool:
        """Whether the optimum on other data is no worse: without a bias, a centred feature is."""
        if self.declared.use_bias or data is self.data:
            return True
        own, other = self.prediction.optimal_loss, told.optimal_loss
        base = max(self.prediction.baseline_loss or 0.0, told.initial_loss or 0.0)
        return own is None or other is None or other <= own + SETTLED * max(base - own, 0.0)

    def epochs_with(self, data: Prepared) -> int | None:
        """Epochs to the optimum at half the critical rate, however many; None if not known."""
        critical = self.at(self.rate, data).critical_learning_rate
        if critical is None or not np.isfinite(critical):
            return None
        told = self.at(critical / 2, data)
        return told.epochs_to_optimum if self._as_good(told, data) else None

    @cached_property
    def best_way_in_the_end(self) -> Way | None:
        """The rate with the fewest epochs to the optimum on these data, beyond the run's end too;
        as far as a formula tells it, else within ten times the run's epochs."""
        critical = self.prediction.critical_learning_rate
        rates = self._rates_to_try(self.data, critical)
        if critical is not None and np.isfinite(critical):
            rates = [*dict.fromkeys([*rates, *(told_as(critical / part) for part in SWINGING)])]
        rates = [rate for rate in rates if rate != self.rate]
        if critical is not None and self.case.steps_per_epoch == 1:
            told = [(rate, self.at(rate, self.data).epochs_to_optimum) for rate in rates]
        else:
            most, told = min(LONGER * self.declared.epochs, self.declared.most_epochs), []
            for rate in rates[: self.affordable(LONGER)]:
                longer = self.mends(Change(rate=rate, constant=True, epochs=most))
                told.append((rate, longer.epochs_to_optimum if longer else None))
        ways = [Way(rate, epochs) for rate, epochs in told if epochs is not None]
        return min(ways, key=lambda way: way.epochs or 0, default=None)

    @property
    def reaches_at_best(self) -> bool:
        """Whether any rate would bring this run to its optimum in time."""
        return self.best_way_with(self.data) is not None

    def reaches_at_best_with(self, data: Prepared) -> bool:
        """The same for other data."""
        return self.best_way_with(data) is not None

    def mends(
        self, change: Change = AS_DECLARED, data: Prepared | None = None
    ) -> Prediction | None:
        """What a changed run would do, if it is to reach its optimum in time; else None."""
        told = self.declared.theory.predict(change, data)
        return (
            told if told.regime == "converges" and self._as_good(told, data or self.data) else None
        )

    @cached_property
    def longer(self) -> Prediction | None:
        """What the run would do in ten times its epochs, if it is to reach its optimum; else None,
        also where that costs too much to know."""
        epochs = min(LONGER * self.declared.epochs, self.declared.most_epochs)
        return self.mends(Change(epochs=epochs)) if self.affordable(LONGER) else None

    def reaches_without(self, rows=None, columns=None) -> bool:
        """The same without some rows or features."""
        return self.reaches_at_best_with(without(self.data, rows, columns))

    @property
    def condition(self) -> float:
        """The condition number of the loss."""
        return self.condition_of(self.data)

    def condition_of(self, data: Prepared) -> float:
        """The condition number of the loss on other data."""
        values = self.spectrum_of(data).eigenvalues
        values = values[values > 0]
        return float(values[0] / values[-1]) if len(values) else 1.0
