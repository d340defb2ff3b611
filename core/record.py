"""What is kept of a run: its events, as columns."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from .events import Event, Outcome, from_number
from .spec import Spec

AT_START = ("full_loss", "val_loss")  # what `run_started` tells too


@dataclass(frozen=True, eq=False)
class Record:
    """A run as it is read afterwards, or so far. What was not measured is NaN.

    Attributes:
        started: The `run_started` event; empty where a run failed before it.
        epoch: Epochs told, counted from 0, shape (e,); thinned in very long runs.
        step: The last step of each, shape (e,).
        loss, val_loss, full_loss, learning_rate, gradient_norm, update_norm, weight_norm: Of each
            epoch, shape (e,).
        weights: Those told at each epoch's end, the last one last, shape (e, w): all of up to 64
            features, none of more; the first eight and the bias in a run of before.
        coordinates: The place along the steepest and the flattest direction, shape (e, c).
        outputs: Of the fixed rows that are told in place of very many weights, shape (e, k).
        probes: The `probe` events, without those that are `brief`.
        ended: The `run_ended` event; None while the run goes on.
    """

    started: Event
    epoch: np.ndarray
    step: np.ndarray
    loss: np.ndarray
    val_loss: np.ndarray
    full_loss: np.ndarray
    learning_rate: np.ndarray
    gradient_norm: np.ndarray
    update_norm: np.ndarray
    weight_norm: np.ndarray
    weights: np.ndarray
    coordinates: np.ndarray
    outputs: np.ndarray
    probes: tuple[Event, ...]
    ended: Event | None

    @classmethod
    def of(cls, events: Iterable[Event]) -> Self:
        """The record of a run's events, whole or so far."""
        started: Event = {}
        ended: Event | None = None
        epochs: list[Event] = []
        probes: list[Event] = []
        for event in events:
            match event["event"]:
                case "run_started":
                    started = event
                case "epoch_ended":
                    epochs.append(event)
                case "probe" if not event.get("brief"):
                    probes.append(event)
                case "run_ended":
                    ended = event
        return cls(
            started=started,
            epoch=np.array([event["epoch"] for event in epochs], int),
            step=np.array([event["step"] for event in epochs], int),
            loss=_column(epochs, "loss"),
            val_loss=_column(epochs, "val_loss"),
            full_loss=_column(epochs, "full_loss"),
            learning_rate=_column(epochs, "learning_rate"),
            gradient_norm=_column(epochs, "gradient_norm"),
            update_norm=_column(epochs, "update_norm"),
            weight_norm=_column(epochs, "weight_norm"),
            weights=_rows(epochs, "weights"),
            coordinates=_rows(epochs, "coordinates"),
            outputs=_rows(epochs, "outputs"),
            probes=tuple(probes),
            ended=ended,
        )

    @property
    def spec(self) -> Spec:
        """What was run."""
        return Spec.of(self.started["spec"])

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None while it goes on."""
        return self.ended["outcome"] if self.ended else None

    def course(self, quantity: str) -> tuple[np.ndarray, np.ndarray]:
        """Epochs trained, and what a quantity was then, where that is finite.

        Args:
            quantity: A column; `full_loss` and `val_loss` are known before the first step too.
        """
        x, y = (self.step + 1) / self.steps_per_epoch, getattr(self, quantity)
        first = from_number(self.started.get(quantity))
        if quantity in AT_START:
            x, y = np.append(0.0, x), np.append(first, y)
        fine = np.isfinite(y)
        return x[fine], y[fine]

    def place_of(self, epoch: int | None) -> int | None:
        """Where in the columns an epoch stands, or the last told before it in a thinned run.

        Args:
            epoch: From 0; None for the last.

        Returns:
            None where the run had not come so far, or has told no epoch.
        """
        if not len(self.epoch) or (epoch is not None and epoch > self.epoch[-1]):
            return None
        if epoch is None:
            return len(self.epoch) - 1
        place = int(np.searchsorted(self.epoch, epoch, side="right")) - 1
        return place if place >= 0 else None

    @property
    def steps_per_epoch(self) -> int:
        """Updates of one epoch."""
        return self.started.get("steps_per_epoch", 1)


def _rows(epochs: list[Event], name: str) -> np.ndarray:
    rows = [event.get(name, ()) for event in epochs]
    return np.array(rows, float).reshape(len(rows), -1 if rows else 0)


def _column(epochs: list[Event], name: str) -> np.ndarray:
    values = [event[name] for event in epochs]
    return np.array(values, float)  # which reads "nan" and "inf" too, and None as NaN
