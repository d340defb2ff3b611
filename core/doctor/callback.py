"""A Keras callback that examines, watches, and says why the loss does what it does."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras

from .errors import DoctorError
from .examination import Examination
from .examine import parted
from .probing import first_line
from .report import Report
from .rows import DEFAULT_BATCH, Rows, rows_of
from .threads import one_thread
from .unchanged import random_state_kept, unchanged
from .watching import Watch

NO_DATA = (
    "The doctor was given no data (Keras hands a callback none): `Doctor(X, y)` lets it say why."
)
USUAL_SPLITS = (0.2, 0.1, 0.25, 0.3, 0.15, 0.33)


class Doctor(keras.callbacks.Callback):
    """Says why the loss rises, stalls or breaks, while `fit` trains.

    Before the first step it examines the model as `examine` does; after each epoch it watches. It
    never raises: what it cannot do it says. `doctor.report` is the diagnosis so far. The run is the
    same with it as without, to the bit, but for `stop=True`.

    Args:
        x, y: The same as `fit` gets; Keras hands a callback no data. None: it says what it cannot
            check and does the rest.
        sample_weight: As `fit` gets it.
        validation_data, validation_split: As `fit` gets them.
        stop: Whether to end a run that will not recover.
        trial: Whether to try remedies, on the model's own code, before the first step.
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
        validation_data: Any = None,
        validation_split: float | None = None,
        stop: bool = False,
        trial: bool = True,
        output: str = "auto",
    ):
        super().__init__()
        self.x, self.y, self.sample_weight = x, y, sample_weight
        self.validation_data, self.validation_split = validation_data, validation_split
        self.stop, self.trial, self.output = stop, trial, output
        self._watch: Watch | None = None
        self._said = ""

    def on_train_begin(self, logs: Any = None) -> None:
        """Examines the model, and says what is wrong."""
        self.report, self._watch, self._said = None, Watch(), ""
        self._quietly(self._begin)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Watches; says why, once, when the loss has left."""
        self._quietly(lambda: self._after(epoch, logs or {}))

    def on_train_end(self, logs: Any = None) -> None:
        """Says what became of the run, where that is new."""
        self._quietly(self._end)

    def _quietly(self, part: Callable[[], None]) -> None:
        """A run of hours is not ended by its doctor."""
        try:
            with one_thread():
                part()
        except DoctorError as error:
            self._say(f"Doctor: {error}")
        except Exception as error:
            self._say(f"Doctor: it could not go on ({first_line(error)}); the run does.")

    def _begin(self) -> None:
        assert self._watch is not None
        model: Any = self.model
        if self.x is None:
            self._say(f"Doctor: {NO_DATA}")
            return
        with random_state_kept():
            rows = rows_of(self.x, self.y, self.sample_weight, None)
            rows, held = parted(rows, self.validation_data, self.validation_split)
            rows = replace(rows, batch=self._batch(rows))
            epochs = (self.params or {}).get("epochs")
            examination = Examination.of(model, rows, held, epochs, True, self.trial)
            with unchanged(model):
                self.report = examination.report()
            self._watch.begin(examination, self.report)
        if self._bad(self.report):
            self._show(self.report)

    def _batch(self, rows: Rows) -> int:
        """Rows of an update, from the number of steps that Keras tells."""
        steps = (self.params or {}).get("steps")
        if rows.ordered or not steps:
            return rows.batch
        likely = (DEFAULT_BATCH, *(1 << power for power in range(12)), 10, 50, 100, 20)
        fits = [batch for batch in likely if -(-rows.count // batch) == steps]
        if not fits:  # `validation_split`, which Keras does not tell either
            left = [int(rows.count * (1 - split)) for split in USUAL_SPLITS]
            fits = [DEFAULT_BATCH for count in left if -(-count // DEFAULT_BATCH) == steps]
        return min(rows.count, fits[0] if fits else -(-rows.count // steps))

    def _after(self, epoch: int, logs: dict[str, Any]) -> None:
        assert self._watch is not None
        model: Any = self.model
        told = self._watch.after(model, epoch, logs)
        if told is None:
            return
        if not self._bad(self.report):
            self.report = self._watch.final(model, self.report)
        self._say(f"Doctor, epoch {epoch + 1}: {told}")
        if self.report is not None and self._bad(self.report):
            self._show(self.report)
        if self.stop and self._watch.hopeless:
            self._say("Doctor: the run is ended, for it will not recover.")
            model.stop_training = True

    def _end(self) -> None:
        assert self._watch is not None
        found = self._watch.final(self.model, self.report)
        if found is None:
            return
        self.report = found
        self._show(found)

    @staticmethod
    def _bad(report: Report | None) -> bool:
        return report is not None and any(f.severity != "note" for f in report.findings)

    def _show(self, report: Report) -> None:
        """Shows a report, unless it says what was said last."""
        text = str(report)
        if text == self._said or self.output == "none":
            return
        self._said = text
        notebook = _in_notebook()
        if self.output == "json":
            print(json.dumps(report.to_json()))
        elif self.output == "html" or (self.output == "auto" and notebook):
            _display(report, text)
        else:
            print(f"\n{text}", flush=True)

    def _say(self, text: str) -> None:
        if self.output == "json":
            print(json.dumps({"message": text}))
        elif self.output != "none":
            print(f"\n{text}", flush=True)


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    found = shell.get_ipython() if shell is not None else None  # type: ignore[attr-defined]
    return type(found).__name__ == "ZMQInteractiveShell"


def _display(report: Report, text: str) -> None:
    shell = sys.modules.get("IPython.display")
    if shell is None:
        print(text, flush=True)
    else:
        shell.display(report)
