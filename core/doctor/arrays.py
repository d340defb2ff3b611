"""What people give as features, targets and weights, as arrays of numbers."""

from typing import Any

import numpy as np

from .errors import DoctorError


def features_of(x: Any) -> Any:
    """The features: an array (n, …), or a list or dict of such for several inputs.

    Raises:
        DoctorError: For what holds no numbers, or rows of different lengths.
    """
    if isinstance(x, dict):
        return {name: array_of(value, f"x[{name!r}]") for name, value in x.items()}
    if isinstance(x, list | tuple) and x and all(np.ndim(_quiet(part)) >= 1 for part in x):
        shapes = {np.shape(_quiet(part)) for part in x}
        if all(hasattr(part, "shape") for part in x):  # several inputs, each an array
            return [array_of(part, f"x[{place}]") for place, part in enumerate(x)]
        if len(shapes) > 1:
            raise DoctorError("`x` is ragged: every row must have as many numbers as the others.")
    return array_of(x, "x")


def _quiet(part: Any) -> Any:
    try:
        return part if hasattr(part, "shape") else np.asarray(part)
    except ValueError:
        return np.empty(0)


def array_of(values: Any, name: str) -> np.ndarray:
    """A numeric array; booleans and integers stay what they are.

    Args:
        values: NumPy, pandas, SciPy's sparse, PyTorch, or lists.
        name: What it is called in an error.

    Raises:
        DoctorError: For texts, dates, complex numbers, ragged rows and single numbers.
    """
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
        raise DoctorError(f"`{name}` cannot be read as an array: {first_line_of(error)}") from error
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


def first_line_of(error: BaseException) -> str:
    """What an error says, in one line."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__


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
