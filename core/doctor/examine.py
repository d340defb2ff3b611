"""Examines a compiled Keras model with its data, before it is trained."""

from typing import Any

from .errors import DoctorError
from .report import Report


def examine(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    epochs: int | None = None,
    batch_size: int | None = None,
    sample_weight: Any = None,
    validation_data: Any = None,
    shuffle: bool = True,
    trial: bool = True,
) -> Report:
    """Says what will become of `model.fit` with these arguments, and why, without training it.

    Loss, optimizer and schedule are those that the model was compiled with. Everything is tried on
    copies: the model, its optimizer, random state and data stay as they are, to the bit.

    Args:
        model: A compiled Keras model with one output of one number.
        x: Features as `fit` takes them: NumPy, pandas, `tf.data.Dataset`, `PyDataset`.
        y: Targets, shape (n,) or (n, 1); None where `x` gives them too.
        epochs: How many `fit` is to train; None where that is not known: nothing is then said
            about too few of them.
        batch_size: Rows of an update; None for Keras' 32, or what `x` gives.
        sample_weight: A weight for each row, as `fit` takes it.
        validation_data: Features and targets, as `fit` takes them.
        shuffle: Whether `fit` is to shuffle the rows.
        trial: Whether to run copies for a short time: the run itself, and what may mend it.

    Returns:
        The diagnosis: `report.findings[0].cause`, `report.remedies`, `report.not_checked`; `print`
        shows it as text, a notebook as cards, `to_json()` as plain values.

    Raises:
        DoctorError: Where nothing can be said, one clear sentence why.

    Example:
        >>> report = examine(model, X, y, epochs=100, batch_size=32)
        >>> print(report)
    """
    raise DoctorError("The examination is not written yet.")
