"""A probe event as arrays."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ..events import Event, from_number

EPS = float(np.finfo(np.float32).eps)
LARGEST = float(np.finfo(np.float32).max)
SMALLEST = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One step as a debugger would show it, float64; k rows shown of the batch's b.

    Attributes:
        epoch, step, rate: Which step, and its learning rate.
        batch_rows: b.
        rows: Positions in the training set, shape (k,).
        x, y, outputs: Features (k, d), targets (k,) and outputs (k,) of these rows.
        loss: Of the whole batch.
        before, after, gradients: The layer's variables by name, each flat.
    """

    epoch: int
    step: int
    rate: float
    batch_rows: int
    rows: np.ndarray
    x: np.ndarray
    y: np.ndarray
    outputs: np.ndarray
    loss: float
    before: dict[str, np.ndarray]
    after: dict[str, np.ndarray]
    gradients: dict[str, np.ndarray]

    @classmethod
    def of(cls, event: Event) -> Self:
        """The snapshot of a `probe` event."""
        return cls(
            epoch=event["epoch"],
            step=event["step"],
            rate=from_number(event["learning_rate"]),
            batch_rows=event["batch_rows"],
            rows=np.asarray(event["rows"], int),
            x=np.stack([_array(row) for row in event["features"]]),
            y=_array(event["targets"]),
            outputs=_array(event["outputs"]),
            loss=from_number(event["loss"]),
            before=_arrays(event["weights_before"]),
            after=_arrays(event["weights_after"]),
            gradients=_arrays(event["gradients"]),
        )

    @property
    def whole(self) -> bool:
        """Whether the probe shows every row of its batch."""
        return len(self.rows) == self.batch_rows

    @property
    def extra(self) -> list[str]:
        """The layer's variables that a linear layer does not have."""
        return [name for name in self.before if name not in ("kernel", "bias")]


def flat(variables: dict[str, np.ndarray]) -> np.ndarray:
    """Kernel and bias in one vector, the bias last."""
    return np.concatenate([variables[name] for name in ("kernel", "bias") if name in variables])


def _array(values: list[float | str | None]) -> np.ndarray:
    try:
        return np.array(values, np.float64)  # "nan" and "inf" are read as numbers
    except TypeError:
        return np.array([from_number(value) for value in values], np.float64)


def _arrays(variables: dict[str, list[float | str | None]]) -> dict[str, np.ndarray]:
    return {name: _array(values) for name, values in variables.items()}
