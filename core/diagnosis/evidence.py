"""All that causes are found in: what was seen of a run, and what theory says of others like it."""

from functools import cached_property

import numpy as np

from ..theory.prediction import Prediction
from .course import Verdict, verdict_of
from .declared import Change
from .observed import rescaled
from .reach import gains_by_bias, missing_bias
from .whatif import RAISED, SWINGING, Way, WhatIf, told_as

LOWER = (0.9, 0.5, 0.0)  # momenta to try


class Evidence(WhatIf):
    """What was seen of a run, its what-ifs, and what it looks like."""

    @cached_property
    def verdict(self) -> Verdict:
        """What the run looks like."""
        return verdict_of(self)

    @property
    def first_rate(self) -> float:
        """The learning rate of the first step."""
        shots = self.case.snapshots
        return shots[0].rate if shots else self.declared.rate

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
        if self.case.steps_per_epoch == 1 or not self.declared.constant or growth is None:
            return above
        bad = self.verdict == "diverging" or self.prediction.regime == "diverges"
        return growth > 1 or (above and bad)

    @cached_property
    def largest_stable_rate(self) -> float | None:
        """The critical rate, or, where the run's own rate is unstable below it, a stable one."""
        critical = self.prediction.critical_learning_rate
        if critical is None or not self.unstable or self.highest_rate > critical:
            return critical
        rates = self.rate * np.array([0.99, 0.97, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.3, 0.1])
        stable = rates[self.declared.theory.stable(rates)]
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
        if self.declared.constant or not len(rates) or self.crosses_later:
            return False
        if not self.conforms or self.verdict not in ("slow", "diverging", "oscillating"):
            return False
        if self.unstable:
            return False
        lowered = float(rates[-1]) < self.first_rate
        return lowered and self.at(self.first_rate, self.data).regime == "converges"

    @cached_property
    def lacks_more_than_bias(self) -> bool:
        """Whether the run is at the best that it can do without a bias, and with one would not have
        come to its optimum in time."""
        if self.verdict != "biased" or not self.conforms or missing_bias(self) is None:
            return False
        return self.mends(Change(with_bias=True)) is None

    @cached_property
    def unregularized(self) -> Prediction | None:
        """What the run would do if nothing pulled its weights towards 0, where something does and
        it would reach its optimum in time."""
        if not self.declared.optimizer.pulls():
            return None
        return self.mends(Change(unregularized=True))

    @cached_property
    def unclipped(self) -> Prediction | None:
        """What the run would do with gradients as long as they are, where they are clipped and it
        would reach its optimum in time."""
        if self.declared.optimizer.clip_norm is None:
            return None
        return self.mends(Change(unclipped=True))

    @cached_property
    def way_with_all_scaled(self) -> Way | None:
        """A rate for features and target that are both standardized, where neither is and the
        optimizer's steps are as long as its rate."""
        scaled = "standard" in (self.declared.features_scaling, self.declared.target_scaling)
        if scaled or self.prediction.critical_learning_rate is not None or not self.finite:
            return None
        return self.best_way_with(rescaled(self.target_standardized, "standard"))

    @property
    def only_lacks_scale(self) -> bool:
        """Whether the run's own rate would do if features and target were standardized, and no
        rate does as they are."""
        way = None if self.reaches_at_best else self.way_with_all_scaled
        return way is not None and way.own

    @property
    def held_back(self) -> bool:
        """Whether regularization or clipping is all that keeps the run from its optimum."""
        return self.unregularized is not None or self.unclipped is not None

    @cached_property
    def lower_momentum(self) -> tuple[float, Prediction] | None:
        """A lower momentum with which the run reaches its optimum in time, and how."""
        for lower in LOWER:
            change = Change(momentum=lower, with_bias=self.lacks_more_than_bias)
            told = self.mends(change) if lower < self.declared.momentum else None
            if told is not None:
                return lower, told
        return None

    @cached_property
    def way_with_bias(self) -> Way | None:
        """Of a run without a bias: a rate that would bring it to its optimum in time if it had one
        and its features were standardized."""
        scaled = self.standardized
        if self.declared.use_bias:
            return None
        if not gains_by_bias(self) and self._as_good(self.predicted_on(scaled), scaled):
            return None
        told = self.declared.theory.predict(Change(with_bias=True), scaled)
        critical = told.critical_learning_rate or np.inf
        for rate in (self.rate, told_as(critical / 2), told_as(critical / 8)):
            change = Change(rate=rate, constant=True, with_bias=True)
            if np.isfinite(rate) and (told := self.mends(change, scaled)):
                return Way(rate, told.epochs_to_optimum)
        return None

    @cached_property
    def higher_rate_with_bias(self) -> Way | None:
        """Of a run that lacks a bias and more: a higher rate, kept, that with a bias would bring it
        to its optimum in time."""
        if not self.lacks_more_than_bias:
            return None
        critical = self.declared.theory.predict(Change(with_bias=True)).critical_learning_rate
        tried = self.rate * RAISED if critical is None else critical / np.array(SWINGING)
        for rate in tried[tried > self.rate][: self.affordable()]:
            change = Change(rate=told_as(rate), constant=True, with_bias=True)
            told = self.mends(change)
            if told is not None:
                return Way(told_as(rate), told.epochs_to_optimum)
        return None

    @cached_property
    def scales_only_with_bias(self) -> bool:
        """Whether scale is what is wrong, and standardized features would need the bias that is
        switched off: as they are, they stand in for it."""
        if self.declared.features_scaling == "standard" or self.reaches_at_best:
            return False
        alone = self.best_way_with(self.standardized)
        return alone is None and self.way_with_bias is not None

    @cached_property
    def came_near_in(self) -> int | None:
        """Of a run that ten times its epochs would bring to its optimum: the epoch in which it was
        near it already, and did not stay; None of any other run."""
        arrives = self.longer.epochs_to_optimum if self.longer else None
        return arrives if arrives is not None and arrives <= self.declared.epochs else None

    @cached_property
    def settles_at_a_lower_rate(self) -> bool:
        """Whether a lower, constant rate would let the run settle."""
        return any(self.settles_at(self.rate / part) for part in (2, 8, 100))

    @cached_property
    def settles_only_scaled(self) -> bool:
        """Whether a loss that goes up and down would settle with standardized features, and with
        no lower rate as they are."""
        scaled = self.declared.features_scaling == "standard"
        if scaled or not self.conforms or self.verdict != "oscillating":
            return False
        return not self.settles_at_a_lower_rate and self.reaches_at_best_with(self.standardized)

    def settles(self, prediction: Prediction) -> bool:
        """Whether a predicted run comes down at all, or to its optimum where this one is slow."""
        if self.verdict == "diverging":
            return prediction.regime not in ("diverges", "unknown")
        return prediction.regime == "converges"

    def settles_at(self, rate: float) -> bool:
        """The same for this run at another, constant rate."""
        return self.settles(self.at(rate, self.data))
