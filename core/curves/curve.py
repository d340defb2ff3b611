"""A loss curve from elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np

from ..errors import InputError
from .names import choose_names, plain_name
from .numerals import numeral

MAX_EPOCHS = 100_000
MAX_CHOICES = 20


class AmbiguousLossError(InputError):
    """Several columns, of which it is not known which one has the losses: a question.

    Attributes:
        choices: The columns' names.
    """

    def __init__(self, message: str, choices: tuple[str, ...]):
        super().__init__(message)
        self.choices = choices


@dataclass(frozen=True, eq=False)
class Curve:
    """Losses by epoch; NaN and infinity are data.

    Attributes:
        epoch: Counted from 0, rising, shape (e,), e ≥ 2; steps where the log counts these.
        loss: At each of them, shape (e,).
        val_loss, learning_rate: The same; None where they were not told.
        unit: What is counted.
        origin: What the log calls the first one: an epoch is always told as from 1.
    """

    epoch: np.ndarray
    loss: np.ndarray
    val_loss: np.ndarray | None = None
    learning_rate: np.ndarray | None = None
    unit: Literal["epoch", "step"] = "epoch"
    origin: int = 1

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
        told, steps = (arrays.pop(name, np.array([])) for name in ("epoch", "step"))
        by_step = _rises(steps) and not _rises(told)
        origin = 0 if by_step and steps[0] == 0 else 1
        return cls(
            _counted(steps if by_step else told, count),
            arrays["loss"],
            arrays.get("val_loss"),
            arrays.get("learning_rate"),
            "step" if by_step else "epoch",
            origin,
        )


def known_columns(
    columns: Mapping[str, Iterable[object]], column: str | None = None
) -> dict[str, list[float]]:
    """Those columns that a curve has, under the names that it gives them.

    Args:
        columns: By name.
        column: The one that has the losses, if it was asked for.

    Raises:
        AmbiguousLossError: If none tells losses.
        InputError: For a value that is no number.
    """
    plain = {plain_name(name): values for name, values in columns.items()}
    chosen = choose_names(plain)
    if column is not None and plain_name(column) in plain:
        chosen["loss"] = plain_name(column)
    if "loss" not in chosen:
        received = ", ".join(repr(name[:40]) for name in list(plain)[:5]) or "none"
        raise AmbiguousLossError(
            f"The training must tell its losses under the name `loss`. Received: {received}.",
            tuple(map(str, columns))[:MAX_CHOICES],
        )
    return {own: [numeral(value, own) for value in plain[name]] for own, name in chosen.items()}


def _rises(told: np.ndarray) -> bool:
    """Whether these are numbers of epochs or steps, in order."""
    whole = len(told) > 0 and np.isfinite(told).all() and (told == np.round(told)).all()
    return bool(whole) and told.min() >= 0 and told.max() <= 1e9 and bool((np.diff(told) > 0).all())


def _counted(told: np.ndarray, count: int) -> np.ndarray:
    """Epochs from 0; those told if they rise, whether they were counted from 0 or from 1."""
    if not _rises(told):
        return np.arange(count)
    return told.astype(int) - (1 if told[0] > 0 else 0)
