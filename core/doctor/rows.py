"""Features and targets as people have them, as arrays."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from .errors import DoctorError

MOST_BATCHES = 10_000  # read of a data set that does not say how long it is
MOST_CELLS = 200_000_000
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


def parts_of(x: Any) -> list[np.ndarray]:
    """The arrays of a model's input."""
    if isinstance(x, dict):
        return [part for value in x.values() for part in parts_of(value)]
    if isinstance(x, list | tuple):
        return [part for value in x for part in parts_of(value)]
    return [x]


def mapped(x: Any, change: Any) -> Any:
    """The same structure with each array changed."""
    if isinstance(x, dict):
        return {name: mapped(value, change) for name, value in x.items()}
    if isinstance(x, list | tuple):
        return type(x)(mapped(value, change) for value in x)
    return change(x)


def rows_of(x: Any, y: Any, sample_weight: Any = None, batch_size: int | None = None) -> Rows:
    """The rows behind what `fit` takes.

    Raises:
        DoctorError: One sentence on what cannot be used.
    """
    if batch_size is not None and batch_size < 1:
        raise DoctorError(f"`batch_size` must be >= 1. Received: {batch_size}.")
    batch, ordered = batch_size or DEFAULT_BATCH, False
    if x is None:
        raise DoctorError("There are no features: give `x` as `fit` gets it.")
    if y is None:
        x, y, found, batch = _read(x)
        sample_weight, ordered = found if sample_weight is None else sample_weight, True
    names = _names(x)
    features = _features(x)
    target, fed = str(getattr(y, "name", None) or "y"), _array(y, "y")
    _check_lengths(features, fed)
    if fed.ndim > 2 or (fed.ndim == 2 and fed.shape[1] != 1):
        raise DoctorError(
            "The doctor knows models with one output of one number: `y` must have the shape (n,) "
            f"or (n, 1). Received: {fed.shape}."
        )
    weights = None if sample_weight is None else _array(sample_weight, "sample_weight").ravel()
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


def _numbered(features: Any, width: int) -> tuple[str, ...]:
    if isinstance(features, np.ndarray) and features.ndim <= 2:
        return ("x",) if width == 1 else tuple(f"x[:, {column}]" for column in range(width))
    return tuple(f"feature {column}" for column in range(width))


def _names(x: Any) -> tuple[str, ...]:
    columns = getattr(x, "columns", None)
    if columns is not None:
        return tuple(map(str, columns))
    name = getattr(x, "name", None)  # of a pandas Series
    return (str(name),) if isinstance(name, str) and hasattr(x, "index") else ()


def _features(x: Any) -> Any:
    if isinstance(x, dict):
        return {name: _array(value, f"x[{name!r}]") for name, value in x.items()}
    if isinstance(x, list | tuple) and x and all(np.ndim(_quiet(part)) >= 1 for part in x):
        shapes = {np.shape(_quiet(part)) for part in x}
        if all(hasattr(part, "shape") for part in x):  # several inputs, each an array
            return [_array(part, f"x[{place}]") for place, part in enumerate(x)]
        if len(shapes) > 1:
            raise DoctorError("`x` is ragged: every row must have as many numbers as the others.")
    return _array(x, "x")


def _quiet(part: Any) -> Any:
    try:
        return part if hasattr(part, "shape") else np.asarray(part)
    except ValueError:
        return np.empty(0)


def _array(values: Any, name: str) -> np.ndarray:
    """A numeric array; booleans and integers stay what they are."""
    kind = type(values).__name__
    if "Ragged" in kind:
        raise DoctorError(f"`{name}` is ragged: every row must have as many numbers as the others.")
    if hasattr(values, "toarray"):
        values = values.toarray()  # SciPy's sparse
    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()  # PyTorch's
    if hasattr(values, "dtypes") and not hasattr(values, "dtype"):  # a data frame
        _refuse_texts(values, name)
    try:
        array = np.asarray(values)
    except (ValueError, TypeError) as error:
        raise DoctorError(f"`{name}` cannot be read as an array: {_first_line(error)}") from error
    if array.dtype == object:
        array = _of_objects(array, name)
    if array.dtype.kind in "USOMmc":
        shown = repr(array.ravel()[0]) if array.size else "nothing"
        raise DoctorError(f"`{name}` must hold numbers. Received: {array.dtype}, such as {shown}.")
    if array.ndim == 0:
        raise DoctorError(f"`{name}` must have a row for each example. Received: {array!r}.")
    return array


def _refuse_texts(frame: Any, name: str) -> None:
    for column in frame.columns:
        values = np.asarray(frame[column])
        if values.dtype.kind in "USMm" or (
            values.dtype == object and any(isinstance(value, str) for value in values[:100])
        ):
            shown = next((value for value in values if isinstance(value, str)), values[0])
            raise DoctorError(
                f"`{name}` must hold numbers. Received: {shown!r} in the column {str(column)!r}."
            )


def _of_objects(array: np.ndarray, name: str) -> np.ndarray:
    try:
        return array.astype(np.float64)
    except (ValueError, TypeError):
        flat = array.ravel()
        if any(isinstance(value, list | tuple | np.ndarray) for value in flat[:100]):
            raise DoctorError(
                f"`{name}` is ragged: every row must have as many numbers as the others."
            ) from None
        odd = next((v for v in flat if not isinstance(v, int | float)), flat[0])
        raise DoctorError(f"`{name}` must hold numbers. Received: {odd!r}.") from None


def _read(data: Any) -> tuple[Any, Any, Any, int]:
    """Features, targets, weights of the rows and rows of a batch of a data set."""
    batches = list(islice(_batches(data), MOST_BATCHES + 1))
    if len(batches) > MOST_BATCHES:
        raise DoctorError(
            f"The data set gave more than {MOST_BATCHES:,} batches and did not end: give a part of "
            "it, such as `.take(100)`."
        )
    if not batches:
        raise DoctorError("There is nothing to examine: the data set gives no batch.")
    first = batches[0]
    if not isinstance(first, tuple | list) or len(first) < 2:
        raise DoctorError("A data set must give pairs of features and targets.")
    count = min(len(first), 3)
    columns = [[batch[place] for batch in batches] for place in range(count)]
    x = _joined(columns[0], "x")
    y, weights = _joined(columns[1], "y"), _joined(columns[2], "w") if count > 2 else None
    return x, y, weights, len(np.atleast_1d(parts_of(_plain(first[1]))[0]))


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


def _joined(batches: Iterable[Any], name: str) -> Any:
    batches = [_plain(batch) for batch in batches]
    if sum(part.size for batch in batches for part in parts_of(batch)) > MOST_CELLS:
        raise DoctorError(f"The data set holds more than {MOST_CELLS:,} numbers: give a part.")
    first = batches[0]
    try:
        if isinstance(first, dict):
            return {key: np.concatenate([b[key] for b in batches]) for key in first}
        if isinstance(first, list | tuple):
            return [np.concatenate(parts) for parts in zip(*batches, strict=True)]
        return np.concatenate([np.atleast_1d(batch) for batch in batches])
    except ValueError as error:
        raise DoctorError(f"`{name}` is ragged: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
