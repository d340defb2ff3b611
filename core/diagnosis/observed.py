"""What was seen of a run: its events beside their reference, its prediction, its table."""

from dataclasses import replace
from functools import cached_property

import numpy as np
from scipy.special import fdtrc

from ..data.prepare import Prepared
from ..data.scaling import Scaling
from ..events import Event, from_number
from ..record import Record
from ..theory.optimum import EXACT
from ..theory.prediction import Prediction
from ..theory.spectrum import Spectrum, spectrum_of
from .case import Case, Departure
from .conformance import Conformance, conformance_of
from .declared import Declared

NOT_ENDED = "the run has not come to its end"
CHANCE = 0.01  # probability below which an R² is not put down to chance
LITTLE = 0.1  # an R² below which the loss stays about where the mean leaves it


class Observed:
    """What is known of a run.

    Args:
        declared: What it was to do.
        events: What the run told, whole or so far.
    """

    def __init__(self, declared: Declared, events: list[Event]):
        self.declared, self.data = declared, declared.data
        self.record = Record.of(events)
        self.case = Case(declared, self.record)

    @cached_property
    def conformance(self) -> Conformance:
        """Which stage of the run departs from its reference."""
        return conformance_of(self.case)

    @property
    def departure(self) -> Departure | None:
        """The first departure, if any."""
        return self.conformance.departure

    def departs(self, stage: str, part: str | None = None) -> Departure | None:
        """The first departure if it is in this stage, and of this part."""
        found = self.departure
        if found is None or found.stage != stage or part not in (None, found.part):
            return None
        return found

    @cached_property
    def finite(self) -> bool:
        """Whether all training rows are finite."""
        return bool(np.isfinite(self.data.x_train).all() and np.isfinite(self.data.y_train).all())

    @cached_property
    def prediction(self) -> Prediction:
        """What the correct program does."""
        return self.declared.theory.predict()

    @property
    def optimal_loss(self) -> float | None:
        """The least loss there is, as it is told: 0 where that is nothing but rounding."""
        least, baseline = self.prediction.optimal_loss, self.prediction.baseline_loss
        return 0.0 if least is not None and least < EXACT * (baseline or 0.0) else least

    @cached_property
    def spectrum(self) -> Spectrum | None:
        """Of the training rows; None where they are not finite."""
        return spectrum_of(self.data, self.declared.use_bias)

    @cached_property
    def spectrum_with_bias(self) -> Spectrum:
        """Of the training rows, all finite, with a constant, whether the model has one or not."""
        spectrum = spectrum_of(self.data)
        assert spectrum is not None
        return spectrum

    @cached_property
    def standardized(self) -> Prepared:
        """The same rows with standardized features."""
        return rescaled(self.data, "standard")

    @cached_property
    def start(self) -> float | None:
        """The loss of all training rows before the run's first step; None where it was not told."""
        told = self.record.started.get("full_loss")
        return None if told is None else from_number(told)

    @cached_property
    def loss_of_average(self) -> float | None:
        """The loss of the mean of the later half's weights, in which the noise of batches averages
        out and what a run has not gone of its way stays; None where not all weights are told.

        Source: Polyak & Juditsky, “Acceleration of Stochastic Approximation by Averaging”, 1992.
        """
        told, record = self.spectrum and self.spectrum.best_weights, self.record
        later = record.weights[len(record.weights) // 2 :]
        if told is None or not len(later) or later.shape[1] != len(told):
            return None
        if self.declared.activation != "linear" or not np.isfinite(later).all():
            return None
        return self.declared.theory.loss(later.mean(axis=0))

    @property
    def has_risen(self) -> bool:
        """Whether the loss of all rows was ever higher after an epoch than before it."""
        curve = self.record.full_loss
        told = curve if self.start is None else np.r_[self.start, curve]
        return bool((~(np.diff(told) <= 0)).any())

    @cached_property
    def target_standardized(self) -> Prepared:
        """The same rows with a standardized target."""
        scaling = Scaling.fit("standard", self.data.y_raw_train)
        held = self.data.y_raw_val
        return replace(
            self.data,
            y_train=scaling.transform(self.data.y_raw_train),
            y_val=None if held is None else scaling.transform(held),
            target_scaling=scaling,
        )

    @property
    def conforms(self) -> bool:
        """Whether the run did what was declared, as far as that could be checked."""
        return self.departure is None

    @cached_property
    def rate(self) -> float:
        """The highest learning rate of the run."""
        rates = self.record.learning_rate
        known = [shot.rate for shot in self.case.snapshots]
        if len(rates):
            known.append(float(rates.max()))
        return max(known, default=self.declared.rate)

    @property
    def missing(self) -> dict[str, str]:
        """What cannot be known of this run, and why: `probes`, `finite`, `quadratic`, …"""
        lacks = {}
        if not self.case.snapshots:
            lacks["probes"] = "no step was probed"
        if not self.finite:
            lacks["finite"] = "the training rows are not all finite"
        elif self.declared.activation != "linear":
            lacks["linear"] = f"no theory for the activation {self.declared.activation}"
        if self.record.outcome in (None, "stopped"):
            lacks["end"] = NOT_ENDED
        if self.data.x_val is None:
            lacks["validation"] = "no rows are held out"
        return lacks

    @cached_property
    def linear_mean_square(self) -> float:
        """The mean squared residual of least squares, without the activation."""
        assert self.spectrum is not None
        triangle = self.spectrum.triangle
        return float(triangle.sum_of_squares(self.spectrum.best_weights)) / triangle.rows

    @property
    def loss_of_the_line(self) -> float | None:
        """The loss of least squares without the activation; None where it is no mean square."""
        if self.spectrum is None or not self.declared.loss.quadratic:
            return None
        baseline = from_number(self.record.started.get("baseline_loss"))
        return baseline * (1 - self.r2) if np.isfinite(baseline) else None

    @cached_property
    def r2(self) -> float:
        """The share of the target's variance that least squares explains."""
        variance = float(self.data.y_train.var(dtype=np.float64))
        return 1 - self.linear_mean_square / variance if variance > 0 else 0.0

    @cached_property
    def chance(self) -> float | None:
        """Probability of an R² this large where there is no signal; None with too few rows."""
        if self.spectrum is None or not self.declared.use_bias:
            return None
        rows = len(self.data.y_train)
        rank = int((self.spectrum.eigenvalues > 0).sum()) - 1
        left = rows - rank - 1
        if left < 1 or rank < 1 or self.data.y_train.var() == 0:
            return None
        ratio = (self.r2 / rank) / max((1 - self.r2) / left, 1e-300)
        return float(fdtrc(rank, left, max(ratio, 0.0)))

    @property
    def no_signal(self) -> bool:
        """Whether the best line is hardly better than the mean, and no better than by chance.

        A larger R² that chance might have made as well is no proof of absence: the rows are few.
        """
        return self.chance is not None and self.chance > CHANCE and self.r2 < LITTLE


def rescaled(data: Prepared, kind: str) -> Prepared:
    """The same rows with their features scaled otherwise."""
    scaling = Scaling.fit(kind, data.x_raw_train)
    return replace(
        data,
        x_train=scaling.transform(data.x_raw_train),
        x_val=None if data.x_raw_val is None else scaling.transform(data.x_raw_val),
        feature_scaling=scaling,
    )


def without(data: Prepared, rows=None, columns=None) -> Prepared:
    """The same data without some training rows or without some features; scaling as it was."""
    keep_rows = np.ones(len(data.x_train), bool)
    keep = np.ones(data.x_train.shape[1], bool)
    if rows is not None:
        keep_rows[rows] = False
    if columns is not None:
        keep[columns] = False
    return replace(
        data,
        features=tuple(name for name, kept in zip(data.features, keep, strict=True) if kept),
        x_train=data.x_train[keep_rows][:, keep],
        y_train=data.y_train[keep_rows],
        x_raw_train=data.x_raw_train[keep_rows][:, keep],
        y_raw_train=data.y_raw_train[keep_rows],
        x_val=None if data.x_val is None else data.x_val[:, keep],
        x_raw_val=None if data.x_raw_val is None else data.x_raw_val[:, keep],
        train_rows=data.train_rows[keep_rows],
    )
