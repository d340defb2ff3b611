"""All that causes are found in: what was seen of a run, and what theory says of others like it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from ..data.prepare import Prepared
from ..theory.batch_limit import log_growth
from ..theory.limits import critical_learning_rate, growth_per_step
from ..theory.prediction import Prediction
from ..theory.problem import Problem
from ..theory.spectrum import Spectrum, spectrum_of
from .course import Verdict, verdict_of
from .observed import Observed, predicted, without


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
    def too_fast(self) -> bool:
        """Whether the rate is above the critical one, and the run shows it or must.

        A run with a bug says nothing about its rate, so there the prediction decides.
        """
        critical = self.prediction.critical_learning_rate
        if not self.finite:
            return False
        if critical is None:
            return self.conforms and self.verdict == "diverging"
        if self.crosses_later:
            return False
        if self.prediction.regime == "diverges":
            return True
        moving = self.conforms and self.verdict in ("diverging", "oscillating")
        return moving and (self.rate > critical or self.verdict == "diverging")

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

    def best_rate_with(self, data: Prepared) -> float | None:
        """A constant rate at which the run would reach its optimum in time; None if none does."""
        prediction = self.prediction if data is self.data else self._at(self.rate, data)
        critical = prediction.critical_learning_rate
        if critical is not None:
            rates = [critical / 2, critical / 4, critical / 8]  # nearer to it batches are restless
            rates = [r for r in rates if r > 1.5 * self.rate] or [self.rate, critical / 2]
        else:
            far = float(np.abs(self.spectrum_of(data).best_weights).max())
            steps = self.spec.training.epochs * self.case.steps_per_epoch
            rates = [self.rate, *(r for r in (4 * far / steps, 10 * self.rate) if r > self.rate)]
        for rate in rates:
            if not np.isfinite(rate):
                continue
            if self._at(rate, data).regime == "converges":
                return rate
        return None

    @cached_property
    def best_rate(self) -> float | None:
        """The same for this run's own data."""
        return self.best_rate_with(self.data)

    @property
    def reaches_at_best(self) -> bool:
        """Whether any rate would bring this run to its optimum in time."""
        return self.best_rate is not None

    def reaches_at_best_with(self, data: Prepared) -> bool:
        """The same for other data."""
        known = self.__dict__.setdefault("_reaching", {})
        if id(data) not in known:
            known[id(data)] = (data, self.best_rate_with(data) is not None)
        return known[id(data)][1]

    def reaches_without(self, rows=None, columns=None) -> bool:
        """The same without some rows or features."""
        return self.best_rate_with(without(self.data, rows, columns)) is not None

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
