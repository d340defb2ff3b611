"""Examines a compiled Keras model with its data, before it is trained."""

from typing import Any

from .examination import Examination
from .report import Report
from .rows import Rows, rows_of
from .threads import one_thread
from .unchanged import random_state_kept, unchanged


def examine(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    epochs: int | None = None,
    batch_size: int | None = None,
    sample_weight: Any = None,
    validation_data: Any = None,
    validation_split: float | None = None,
    shuffle: bool = True,
    trial: bool = True,
) -> Report:
    """Says what will become of `model.fit` with these arguments, and why, without training it.

    Loss, optimizer and schedule are those that the model was compiled with. What is tried leaves no
    trace: the model, its optimizer, random states and data are the same afterwards, to the bit. A
    model that is not built yet is examined as a copy. Of a shuffled `tf.data.Dataset` one pass is
    read, as by any loop over it.

    Args:
        model: A compiled Keras model with one output of one number.
        x: Features as `fit` takes them: NumPy, pandas, `tf.data.Dataset`, `PyDataset`.
        y: Targets, shape (n,) or (n, 1); None where `x` gives them too.
        epochs: How many `fit` is to train; None where that is not known: nothing is then said
            about too few of them.
        batch_size: Rows of an update; None for Keras' 32, or what `x` gives.
        sample_weight: A weight for each row, as `fit` takes it.
        validation_data: Features and targets, as `fit` takes them.
        validation_split: The fraction that `fit` is to hold out: the last rows of `x` and `y`.
        shuffle: Whether `fit` is to shuffle the rows.
        trial: Whether to run for a short time: the run itself, and what may mend it.

    Returns:
        The diagnosis: `report.findings[0].cause`, `report.remedies`, `report.not_checked`; `print`
        shows it as text, a notebook as cards, `to_json()` as plain values.

    Raises:
        DoctorError: Where nothing can be said, one clear sentence why.

    Example:
        >>> report = examine(model, X, y, epochs=100, batch_size=32)
        >>> print(report)
    """
    with random_state_kept(), one_thread():
        rows = rows_of(x, y, sample_weight, batch_size)
        rows, held = parted(rows, validation_data, validation_split)
        examination = Examination.of(model, rows, held, epochs, shuffle, trial)
        with unchanged(examination.model):
            return examination.report()


def parted(rows: Rows, data: Any, fraction: float | None) -> tuple[Rows, Rows | None]:
    """The rows of training and the held-out ones.

    Args:
        rows: All that `fit` gets.
        data: Its `validation_data`, which goes before a fraction.
        fraction: Its `validation_split`.
    """
    if data is not None or not fraction:
        return rows, _validation_rows(data)
    return rows.split(fraction)


def _validation_rows(validation_data: Any) -> Rows | None:
    """The held-out rows of what `fit` takes as `validation_data`."""
    if validation_data is None:
        return None
    if isinstance(validation_data, tuple | list):
        x, y = validation_data[:2]
        return rows_of(x, y)
    return rows_of(validation_data, None)
