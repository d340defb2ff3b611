"""All that causes are found in: what was seen of a run, and what theory says of others like it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..data.prepare import Prepared
from ..theory.batch_limit import log_growth
from ..theory.limits import critical_learning_rate, growth_per_step
from ..theory.prediction import Prediction
from ..theory.problem import Problem
from ..theory.regime import SETTLED
from ..theory.simulation import seconds_needed
from ..theory.spectrum import Spectrum, spectrum_of
from .course import Verdict, verdict_of
from .observed import Observed, predicted, without

CHEAP = 0.02  # seconds of a simulation of which there may be several
RAISED = 10 ** np.arange(0.5, 5.5, 0.5)  # by what a rate is multiplied in a what-if


@dataclass(frozen=True)
class Way:
    """A constant rate, and the epochs that the run needs with it to come near its optimum."""

    rate: float
    epochs: int | None


class Evidence(Observed):
    """What was seen of a run, and its what-ifs."""

    @cached_property
    def verdict(self) -> Verdict:
        """What the run looks like."""
        return verdict_of(self)

    def predicted_with(self, patch: Mapping[str, Any], data: Prepared | None = None) -> Prediction:
        """The prediction of a changed spec, on these data or changed ones."""
        return predicted(self.spec.patched(patch), data or self.data)

    def spectrum_of(self, data: Prepared) -> Spectrum:
        """The spectrum of finite data."""
        spectrum = spectrum_of(data, self.spec.model.use_bias)
        assert spectrum is not None
        return spectrum

    # rates

    @property
    def first_rate(self) -> float:
        """The learning rate of the first step."""
        shots = self.case.snapshots
        return shots[0].rate if shots else self.spec.optimizer.learning_rate

    @property
    def highest_rate(self) -> float:
        """The highest one that the schedule plans, or that the run has had."""
        p = self.prediction
        if p.learning_rate_ratio is None or p.critical_learning_rate is None:
            return self.rate
        return max(self.rate, p.learning_rate_ratio * p.critical_learning_rate)

    @cached_property
    def crosses_later(self) -> int | None:
        """The step from which on a schedule that began below the critical rate is above it."""
        critical, since = (
            self.prediction.critical_learning_rate,
            self.prediction.unstable_since_step,
        )
        if critical is None or not since or self.first_rate > critical:
            return None
        return since

    @cached_property
    def unstable(self) -> bool:
        """Whether the rate is above what this optimizer, these data and batches can bear.

        With mini-batches at a constant rate the run's own batches decide: in one order of the rows
        a rate can be stable above another one that is not.
        """
        critical, growth = (
            self.prediction.critical_learning_rate,
            self.prediction.growth_per_step,
        )
        if critical is None:
            return False
        above = self.highest_rate > critical
        if self.case.steps_per_epoch == 1 or self.spec.schedule.key != "constant" or growth is None:
            return above
        bad = self.verdict == "diverging" or self.prediction.regime == "diverges"
        return growth > 1 or (above and bad)

    @cached_property
    def largest_stable_rate(self) -> float | None:
        """The critical rate, or, where the run's own rate is unstable below it, a stable one."""
        critical = self.prediction.critical_learning_rate
        if critical is None or not self.unstable or self.highest_rate > critical:
            return critical
        spectrum = self.spectrum
        assert spectrum is not None
        rates = self.rate * np.array([0.99, 0.97, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.3, 0.1])
        stable = rates[log_growth(Problem(self.spec, self.data, spectrum), rates) <= 0]
        return float(stable[0]) if len(stable) else critical

    @cached_property
    def too_fast(self) -> bool:
        """Whether the rate is above the critical one, and the run shows it or must.

        A run with a bug says nothing about its rate, so there the prediction decides.
        """
        if not self.finite or self.crosses_later:
            return False
        if self.prediction.critical_learning_rate is None:
            return self.conforms and self.verdict == "diverging"
        if not self.unstable:
            return False
        moving = self.conforms and self.verdict in ("diverging", "oscillating")
        return moving or self.prediction.regime == "diverges"

    @cached_property
    def decays_too_soon(self) -> bool:
        """Whether the schedule lowered the rate before the loss was down, and kept it would be."""
        rates = self.record.learning_rate
        if self.spec.schedule.key == "constant" or not len(rates) or self.crosses_later:
            return False
        if not self.conforms or self.verdict not in ("slow", "diverging") or self.unstable:
            return False
        lowered = float(rates[-1]) < self.first_rate
        return lowered and self._at(self.first_rate, self.data).regime == "converges"

    # other data

    def stable_with(self, data: Prepared) -> bool:
        """Whether the same rate would be stable on other data."""
        if self.prediction.critical_learning_rate is None:
            return self.settles(predicted(self.spec, data))
        spectrum = self.spectrum_of(data)
        problem = Problem(self.spec, data, spectrum)
        if not problem.full_batch:
            return bool(log_growth(problem, np.array([self.rate]))[0] <= 0)
        sgd, curvatures = self.spec.optimizer, spectrum.curvatures(problem.scale)
        growth = growth_per_step(curvatures[curvatures > 0], self.rate, sgd.momentum, sgd.nesterov)
        return bool(growth.max(initial=0.0) <= 1)

    def stable_without(self, rows=None, columns=None) -> bool:
        """Whether the same rate would be stable without some rows or features."""
        return self.stable_with(without(self.data, rows, columns))

    def critical_without(self, rows=None, columns=None) -> float:
        """The full batch's critical rate without some rows or features."""
        data = without(self.data, rows, columns)
        problem = Problem(self.spec, data, self.spectrum_of(data))
        sgd, top = self.spec.optimizer, problem.spectrum.curvatures(problem.scale)[0]
        return critical_learning_rate(float(top), sgd.momentum, sgd.nesterov)

    def settles(self, prediction: Prediction) -> bool:
        """Whether a predicted run comes down at all, or to its optimum where this one is slow."""
        if self.verdict == "diverging":
            return prediction.regime not in ("diverges", "unknown")
        return prediction.regime == "converges"

    def settles_at(self, rate: float) -> bool:
        """The same for this run at another, constant rate."""
        return self.settles(self._at(rate, self.data))

    def _at(self, rate: float, data: Prepared) -> Prediction:
        own = self.spec.optimizer.learning_rate, "constant"
        if data is self.data and (rate, self.spec.schedule.key) == own:
            return self.prediction
        patch = {"optimizer": {"learning_rate": rate}, "schedule": {"key": "constant"}}
        return self.predicted_with(patch, data)

    def best_way_with(self, data: Prepared) -> "Way | None":
        """The first constant rate at which the run would reach its optimum on these data in time,
        its own before all others; None if none does."""
        known = self.__dict__.setdefault("_ways", {})
        if id(data) not in known:
            known[id(data)] = (data, self._best_way(data))
        return known[id(data)][1]

    def _best_way(self, data: Prepared) -> "Way | None":
        own = self.prediction if data is self.data else self._at(self.rate, data)
        for rate in self._rates_to_try(data, own.critical_learning_rate):
            if not np.isfinite(rate):
                continue
            told = self._at(rate, data)
            if told.regime == "converges" and self._as_good(told, data):
                return Way(rate, told.epochs_to_optimum)
        return None

    def _rates_to_try(self, data: Prepared, critical: float | None) -> list[float]:
        own = self.rate
        if critical is not None:
            rates = [critical / 2, critical / 4, critical / 8]  # nearer to it batches are restless
            return [r for r in rates if r > 1.5 * own] or [own, critical / 2]
        far = float(np.abs(self.spectrum_of(data).best_weights).max())
        steps = self.spec.training.epochs * self.case.steps_per_epoch
        higher = [4 * far / steps, *(own * RAISED).tolist()]
        return [own, *[rate for rate in higher if rate > own][: None if self.cheap() else 2]]

    def cheap(self, times: int = 1) -> bool:
        """Whether a simulation of so many times the run's epochs costs next to nothing."""
        assert self.spectrum is not None
        return times * seconds_needed(Problem(self.spec, self.data, self.spectrum)) <= CHEAP

    def _as_good(self, told: Prediction, data: Prepared) -> bool:
        """Whether the optimum on other data is no worse: without a bias, a centred feature is."""
        if self.spec.model.use_bias or data is self.data:
            return True
        own, other = self.prediction.optimal_loss, told.optimal_loss
        base = max(self.prediction.baseline_loss or 0.0, told.initial_loss or 0.0)
        return own is None or other is None or other <= own + SETTLED * max(base - own, 0.0)

    def epochs_with(self, data: Prepared) -> int | None:
        """Epochs to the optimum at half the critical rate, however many; None if not known."""
        critical = self._at(self.rate, data).critical_learning_rate
        if critical is None or not np.isfinite(critical):
            return None
        told = self._at(critical / 2, data)
        return told.epochs_to_optimum if self._as_good(told, data) else None

    @cached_property
    def best_rate(self) -> float | None:
        """A constant rate at which the run would reach its optimum in time; None if none does."""
        way = self.best_way_with(self.data)
        return way.rate if way else None

    @property
    def reaches_at_best(self) -> bool:
        """Whether any rate would bring this run to its optimum in time."""
        return self.best_rate is not None

    def reaches_at_best_with(self, data: Prepared) -> bool:
        """The same for other data."""
        return self.best_way_with(data) is not None

    def mends(self, patch: Mapping[str, Any], data: Prepared | None = None) -> Prediction | None:
        """What a changed spec would do, if it is to reach its optimum in time; else None."""
        told = self.predicted_with(patch, data)
        return (
            told if told.regime == "converges" and self._as_good(told, data or self.data) else None
        )

    def reaches_without(self, rows=None, columns=None) -> bool:
        """The same without some rows or features."""
        return self.reaches_at_best_with(without(self.data, rows, columns))

    # the table

    @property
    def condition(self) -> float:
        """The condition number of the loss."""
        return self.condition_of(self.data)

    def condition_of(self, data: Prepared) -> float:
        """The condition number of the loss on other data."""
        values = self.spectrum_of(data).eigenvalues
        values = values[values > 0]
        return float(values[0] / values[-1]) if len(values) else 1.0
