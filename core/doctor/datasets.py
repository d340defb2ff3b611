"""Data sets that are read batch by batch: of TensorFlow, Keras and PyTorch."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from .arrays import first_line_of, mapped, parts_of
from .errors import DoctorError

MOST_BATCHES = 10_000  # read of a data set that does not say how long it is
MOST_CELLS = 200_000_000  # numbers read of any


def read(data: Any) -> tuple[Any, Any, Any, int]:
    """All of a data set, one pass.

    It is given up after 10,000 batches or 200 million numbers, whichever comes first.

    Args:
        data: A `tf.data.Dataset`, a `PyDataset`, or PyTorch's loader.

    Returns:
        Features, targets, weights of the rows (None without) and the rows of a batch.

    Raises:
        DoctorError: For one that never ends, holds nothing, is too large or gives no pairs.
    """
    batches: list[Any] = []
    cells = 0
    for batch in _batches(data):
        batches.append(_plain(batch))
        _check(batches[0])
        cells += sum(np.size(part) for part in parts_of(batches[-1]))
        if len(batches) > MOST_BATCHES or cells > MOST_CELLS:
            much = f"{MOST_BATCHES:,} batches" if cells <= MOST_CELLS else f"{MOST_CELLS:,} numbers"
            raise DoctorError(
                f"The data set gave more than {much} and did not end: give a part of it, such as "
                "`.take(100)`."
            )
    if not batches:
        raise DoctorError("There is nothing to examine: the data set gives no batch.")
    first = batches[0]
    count = min(len(first), 3)
    columns = [[batch[place] for batch in batches] for place in range(count)]
    x = _joined(columns[0], "x")
    y, weights = _joined(columns[1], "y"), _joined(columns[2], "w") if count > 2 else None
    return x, y, weights, len(parts_of(first[1])[0])


def _check(first: Any) -> None:
    """Raises `DoctorError` for what is no batch of pairs."""
    if not isinstance(first, tuple | list) or len(first) < 2:
        raise DoctorError("A data set must give pairs of features and targets.")
    if np.ndim(parts_of(first[1])[0]) == 0:
        raise DoctorError(
            "The data set gives single rows, which `fit` does not take: `.batch(32)` it."
        )


def _batches(data: Any) -> Iterator[Any]:
    if hasattr(data, "cardinality"):  # of `tf.data`
        if int(data.cardinality()) == -1:
            raise DoctorError("The data set never ends: give a part of it, such as `.take(100)`.")
        return iter(data)
    if hasattr(data, "__getitem__") and hasattr(data, "num_batches"):  # of Keras
        if data.num_batches is None:
            raise DoctorError("The data set never ends: give one that says how long it is.")
        return (data[place] for place in range(data.num_batches))
    if hasattr(data, "batch_size") and hasattr(data, "dataset"):  # PyTorch's loader
        return iter(data)
    if isinstance(data, Iterator):
        raise DoctorError("A generator can be read only once: give arrays, or a data set.")
    raise DoctorError("There are no targets: give `y` as `fit` gets it.")


def _plain(value: Any) -> Any:
    return mapped(value, lambda part: part.numpy() if hasattr(part, "numpy") else np.asarray(part))


def _joined(batches: list[Any], name: str) -> Any:
    first = batches[0]
    try:
        if isinstance(first, dict):
            return {key: np.concatenate([b[key] for b in batches]) for key in first}
        if isinstance(first, list | tuple):
            return [np.concatenate(parts) for parts in zip(*batches, strict=True)]
        return np.concatenate(batches)
    except ValueError as error:
        raise DoctorError(f"`{name}` is ragged: {first_line_of(error)}") from error
