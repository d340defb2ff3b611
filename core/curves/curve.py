"""A loss curve from elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from ..errors import InputError
from .numerals import numeral

MAX_EPOCHS = 100_000
NAMES = {
    "loss": ("loss", "train_loss", "training_loss"),
    "val_loss": ("val_loss", "valid_loss", "validation_loss", "test_loss"),
    "learning_rate": ("learning_rate", "lr"),
    "epoch": ("epoch",),
}


@dataclass(frozen=True, eq=False)
class Curve:
    """Losses by epoch; NaN and infinity are data.

    Attributes:
        epoch: Counted from 0, rising, shape (e,), e ≥ 2.
        loss: At each of them, shape (e,).
        val_loss, learning_rate: The same; None where they were not told.
    """

    epoch: np.ndarray
    loss: np.ndarray
    val_loss: np.ndarray | None = None
    learning_rate: np.ndarray | None = None

    @classmethod
    def of(cls, columns: Mapping[str, Sequence[float]]) -> Self:
        """A curve from columns under the names of `NAMES`' keys; only `loss` must be there.

        Raises:
            InputError: If there are fewer than two losses, too many, or columns that do not belong
                together.
        """
        count = len(columns["loss"])
        if not 2 <= count <= MAX_EPOCHS:
            raise InputError(
                f"The training must have from 2 to {MAX_EPOCHS:,} epochs. Received: {count:,}."
            )
        for name, values in columns.items():
            if len(values) != count:
                raise InputError(
                    f"`{name}` must have as many values as `loss`, {count:,}. "
                    f"Received: {len(values):,}."
                )
        arrays = {name: np.array(values, float) for name, values in columns.items()}
        epoch = _counted(arrays.pop("epoch", np.arange(count)), count)
        return cls(epoch, **arrays)


def known_columns(columns: Mapping[str, Iterable[object]]) -> dict[str, list[float]]:
    """Those columns that a curve has, under the names that it gives them.

    Raises:
        InputError: If none tells losses, or for a value that is no number.
    """
    plain = {plain_name(name): values for name, values in columns.items()}
    found = {}
    for own, others in NAMES.items():
        name = next((other for other in others if other in plain), None)
        if name is not None:
            found[own] = [numeral(value, own) for value in plain[name]]
    if "loss" not in found:
        received = ", ".join(repr(name[:40]) for name in list(plain)[:5]) or "none"
        raise InputError(
            f"The training must tell its losses under the name `loss`. Received: {received}."
        )
    return found


def plain_name(name: object) -> str:
    """A column's name without what differs from tool to tool."""
    return str(name).strip(" \t\r\"'").lower().replace(" ", "_")


def _counted(told: np.ndarray, count: int) -> np.ndarray:
    """Epochs from 0; those told if they rise, whether they were counted from 0 or from 1."""
    whole = np.isfinite(told).all() and (told == np.round(told)).all()
    if not whole or told.min() < 0 or told.max() > 1e9 or not (np.diff(told) > 0).all():
        return np.arange(count)
    return told.astype(int) - (1 if told[0] > 0 else 0)
