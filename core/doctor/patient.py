"""A model that can be examined: compiled, built, with one output of one number."""

import warnings
from typing import Any

import numpy as np

from ..lazy import keras, tf
from .arrays import mapped
from .errors import DoctorError
from .probing import first_line, tensors
from .rows import Rows


def checked(model: Any, rows: Rows) -> Any:
    """The model, or a built copy of one that is not built yet.

    To be called where random states are put back.

    Raises:
        DoctorError: One sentence on what is missing.
    """
    if not isinstance(model, keras.Model):
        raise DoctorError(
            f"The doctor examines Keras models. Received: {type(model).__name__}. A step of your "
            "own goes to `examine_step`."
        )
    if not model.compiled or model.optimizer is None:
        raise DoctorError("The model is not compiled: call `model.compile(optimizer, loss)` first.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not model.built or not _has_variables(model):
            model = _built_copy(model, rows)
        _check_output(model, rows)
    return model


def _has_variables(model: Any) -> bool:
    try:
        return model.weights is not None and bool(model.weights)
    except ValueError:
        return False


def _built_copy(model: Any, rows: Rows) -> Any:
    """The same model, built for these rows; the one that was given stays unbuilt.

    One that cannot be copied is built itself, as `fit` would: the same weights are drawn.
    """
    try:
        copy = _copied(model)
    except Exception:  # of somebody's own, which says nothing of how it is made
        copy = model
    x, _ = tensors(rows.take(slice(0, 1)))
    if hasattr(x, "shape") and len(x.shape) == 1:
        x = x[:, None]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            copy(x)
    except Exception as error:
        raise DoctorError(f"The model raised on the first row: {first_line(error)}") from error
    if not copy.weights:
        raise DoctorError("The model has no weights, so there is nothing to train.")
    return copy


def _copied(model: Any) -> Any:
    copy = keras.models.clone_model(model)
    optimizer = type(model.optimizer).from_config(model.optimizer.get_config())
    rate = getattr(model.optimizer, "_learning_rate", None)
    if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        optimizer._learning_rate = rate
    copy.compile(optimizer=optimizer, loss=model.loss)
    return copy


def _check_output(model: Any, rows: Rows) -> None:
    x, _ = tensors(rows.take(slice(0, min(2, rows.count))))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outputs = model(x, training=False)
    except Exception as error:
        raise DoctorError(f"The model raised on the first rows: {first_line(error)}") from error
    if isinstance(outputs, dict | list | tuple):
        raise DoctorError(
            "The doctor knows models with one output of one number. "
            f"Received: {len(outputs)} outputs."
        )


def outputs_of(model: Any, rows: Rows, most: int = 2000) -> np.ndarray:
    """The outputs (k, …) of evenly chosen rows, as they are at these weights."""
    some = np.unique(np.linspace(0, rows.count - 1, most).astype(int))
    x, _ = tensors(rows.take(some))
    return np.asarray(tf.cast(model(mapped(x, lambda part: part), training=False), "float32"))
