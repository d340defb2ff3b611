"""What was seen of a run: its events beside their reference, its prediction, its verdict."""

from dataclasses import replace
from functools import cached_property

import numpy as np
import pandas as pd

from ..data.prepare import Prepared
from ..data.scaling import Scaling
from ..events import Event
from ..record import Record
from ..spec import Spec
from ..theory.predict import predict
from ..theory.prediction import Prediction
from ..theory.spectrum import Spectrum, spectrum_of
from .case import Case, Departure
from .conformance import Conformance, conformance_of

NOT_ENDED = "the run has not come to its end"


class Observed:
    """What is known of a run.

    Args:
        spec: What was run, without its bug.
        data: The table, prepared by the same spec.
        events: What the run told, whole or so far.
        table: The table itself, for row and column names; None where it is not at hand.
    """

    def __init__(
        self, spec: Spec, data: Prepared, events: list[Event], table: pd.DataFrame | None = None
    ):
        self.spec, self.data, self.table = spec, data, table
        self.record = Record.of(events)
        self.case = Case(spec, data, self.record)

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
        """What the correct program does with this spec."""
        return predicted(self.spec, self.data)

    @cached_property
    def spectrum(self) -> Spectrum | None:
        """Of the training rows; None where they are not finite."""
        return spectrum_of(self.data, self.spec.model.use_bias)

    @cached_property
    def standardized(self) -> Prepared:
        """The same rows with standardized features."""
        return rescaled(self.data, "standard")

    @property
    def conforms(self) -> bool:
        """Whether the run did what its spec says, as far as that could be checked."""
        return self.departure is None

    @cached_property
    def rate(self) -> float:
        """The highest learning rate of the run."""
        rates = self.record.learning_rate
        known = [shot.rate for shot in self.case.snapshots]
        if len(rates):
            known.append(float(rates.max()))
        return max(known, default=self.spec.optimizer.learning_rate)

    @property
    def missing(self) -> dict[str, str]:
        """What cannot be known of this run, and why: `probes`, `finite`, `quadratic`, …"""
        lacks = {}
        if not self.case.snapshots:
            lacks["probes"] = "no step was probed"
        if not self.finite:
            lacks["finite"] = "the training rows are not all finite"
        elif self.spec.model.activation != "linear":
            lacks["linear"] = f"no theory for the activation {self.spec.model.activation}"
        if self.record.outcome in (None, "stopped"):
            lacks["end"] = NOT_ENDED
        if self.data.x_val is None:
            lacks["validation"] = "no rows are held out"
        return lacks


def predicted(spec: Spec, data: Prepared) -> Prediction:
    """The prediction, without warnings where numbers leave their range."""
    with np.errstate(all="ignore"):
        return predict(spec, data, doubt=False)


def rescaled(data: Prepared, kind: str) -> Prepared:
    """The same rows with their features scaled otherwise."""
    scaling = Scaling.fit(kind, data.x_raw_train)
    return replace(
        data,
        x_train=scaling.apply(data.x_raw_train),
        x_val=None if data.x_raw_val is None else scaling.apply(data.x_raw_val),
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
