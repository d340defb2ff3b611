"""Features and targets as people have them, as arrays."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .arrays import array_of, features_of, mapped, parts_of
from .datasets import read
from .errors import DoctorError

DEFAULT_BATCH = 32  # Keras' own


@dataclass(frozen=True, eq=False)
class Rows:
    """All rows that `fit` trains on.

    Attributes:
        x: As the model takes it: an array (n, …), or a list or dict of such.
        y: Targets (n, 1), float64.
        fed_y: Targets as they were given, which the model's own loss gets.
        weights: Of the rows (n,), float64; None without.
        names: Of the features, in the order of `table`.
        target: Name of the target.
        batch: Rows of an update.
        ordered: Whether the rows come in this order, as a data set gives them.
    """

    x: Any
    y: np.ndarray
    fed_y: np.ndarray
    weights: np.ndarray | None
    names: tuple[str, ...]
    target: str
    batch: int
    ordered: bool = False

    @property
    def count(self) -> int:
        """n."""
        return len(self.y)

    @property
    def plain(self) -> bool:
        """Whether there is one array of features (n, d) or (n,)."""
        return isinstance(self.x, np.ndarray) and self.x.ndim <= 2

    def table(self) -> np.ndarray:
        """All features side by side, shape (n, d); not to be written to."""
        parts = [part.reshape(self.count, -1) for part in parts_of(self.x)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def split(self, fraction: float) -> "tuple[Rows, Rows]":
        """The first rows, and the last as `validation_split` holds them out.

        Raises:
            DoctorError: Where either part would be empty.
        """
        first = int(np.floor(self.count * (1 - fraction))) if 0 < fraction < 1 else 0
        if not 0 < first < self.count:
            raise DoctorError(
                "`validation_split` must leave rows on either side, as a fraction from 0 to 1. "
                f"Received: {fraction!r:.60} of {self.count:,} rows."
            )
        train = self.take(slice(0, first))
        return replace(train, batch=min(self.batch, first)), self.take(slice(first, None))

    def take(self, which: Any) -> "Rows":
        """Some of the rows."""
        weights = None if self.weights is None else self.weights[which]
        return replace(
            self,
            x=mapped(self.x, lambda part: part[which]),
            y=self.y[which],
            fed_y=self.fed_y[which],
            weights=weights,
        )


def rows_of(x: Any, y: Any, sample_weight: Any = None, batch_size: int | None = None) -> Rows:
    """The rows behind what `fit` takes.

    Args:
        x: Features, arrays (n, …) of any kind, or a data set that gives targets too.
        y: Targets (n,) or (n, 1); None where `x` gives them.
        sample_weight: Shape (n,); None for rows that all count alike.
        batch_size: Rows of an update; None for Keras' 32, or what the data set gives.

    Raises:
        DoctorError: One sentence on what cannot be used.
    """
    check_count(batch_size, "batch_size")
    batch, ordered = batch_size or DEFAULT_BATCH, False
    if x is None:
        raise DoctorError("There are no features: give `x` as `fit` gets it.")
    if y is None:
        x, y, found, batch = read(x)
        sample_weight, ordered = found if sample_weight is None else sample_weight, True
    names = _names(x)
    features = features_of(x)
    target, fed = str(getattr(y, "name", None) or "y"), array_of(y, "y")
    _check_lengths(features, fed)
    if fed.ndim > 2 or (fed.ndim == 2 and fed.shape[1] != 1):
        raise DoctorError(
            "The doctor knows models with one output of one number: `y` must have the shape (n,) "
            f"or (n, 1). Received: {fed.shape}."
        )
    weights = None if sample_weight is None else array_of(sample_weight, "sample_weight").ravel()
    if weights is not None and len(weights) != len(fed):
        raise DoctorError(
            f"`sample_weight` must have one number for each of {len(fed):,} rows. "
            f"Received: {len(weights):,}."
        )
    made = Rows(
        x=features,
        y=fed.reshape(len(fed), 1).astype(np.float64),
        fed_y=fed,
        weights=None if weights is None else weights.astype(np.float64),
        names=(),
        target=target,
        batch=min(batch, len(fed)),
        ordered=ordered,
    )
    width = sum(part[0].size for part in parts_of(features))
    return replace(made, names=names if len(names) == width else _numbered(features, width))


def check_count(value: Any, name: str) -> None:
    """Raises `DoctorError` for a number of rows or epochs that is none; None is one."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if value is not None and not (whole and value >= 1):
        raise DoctorError(f"`{name}` must be a whole number >= 1. Received: {value!r:.60}.")


def _check_lengths(features: Any, targets: np.ndarray) -> None:
    counts = {len(part) for part in parts_of(features)} | {len(targets)}
    if len(counts) > 1:
        told = " and ".join(f"{len(part):,}" for part in parts_of(features))
        raise DoctorError(
            "`x` and `y` must have the same number of rows. "
            f"Received: {told} of x and {len(targets):,} of y."
        )
    if counts == {0}:
        raise DoctorError("There is nothing to examine: `x` and `y` have 0 rows.")
    if not all(part.size for part in parts_of(features)):
        raise DoctorError("There is nothing to examine: `x` has no columns.")


def _numbered(features: Any, width: int) -> tuple[str, ...]:
    if isinstance(features, np.ndarray) and features.ndim <= 2:
        return ("x",) if width == 1 else tuple(f"x[:, {column}]" for column in range(width))
    return tuple(f"feature {column}" for column in range(width))


def _names(x: Any) -> tuple[str, ...]:
    columns = getattr(x, "columns", None)
    if columns is not None:
        return tuple(c if isinstance(c, str) else f"column {c}" for c in columns)
    name = getattr(x, "name", None)  # of a pandas Series
    return (str(name),) if isinstance(name, str) and hasattr(x, "index") else ()
