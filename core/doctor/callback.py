"""A Keras callback that examines, watches, and says why the loss does what it does."""

from typing import Any

import keras

from .report import Report


class Doctor(keras.callbacks.Callback):
    """Says why the loss rises, stalls or breaks, while `fit` trains.

    Before the first step it examines the model as `examine` does; after each epoch it watches. It
    never raises: what it cannot do it says. `doctor.report` is the diagnosis so far.

    Args:
        x, y: The same as `fit` gets; Keras hands a callback no data. None: it says what it cannot
            check and does the rest.
        sample_weight: As `fit` gets it.
        stop: Whether to end a run that will not recover.
        trial: Whether to try remedies on copies before the first step.
        output: `auto` for cards in a notebook and text elsewhere, `text`, `html`, `json` or `none`.

    Example:
        >>> model.fit(X, y, epochs=100, callbacks=[Doctor(X, y)])
    """

    report: Report | None = None

    def __init__(
        self,
        x: Any = None,
        y: Any = None,
        *,
        sample_weight: Any = None,
        stop: bool = False,
        trial: bool = True,
        output: str = "auto",
    ):
        super().__init__()
        self.x, self.y, self.sample_weight = x, y, sample_weight
        self.stop, self.trial, self.output = stop, trial, output
