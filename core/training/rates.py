"""The learning rate of every step."""

from types import SimpleNamespace

import keras
import numpy as np

from ..events import Event, from_number
from ..spec import Spec

REMEMBERED = ("best", "wait", "cooldown_counter")  # what Keras' ReduceLROnPlateau changes


class Rates:
    """The schedule of a run.

    Args:
        spec: Its schedule and its optimizer's learning rate are used.

    Attributes:
        follows_run: Whether the next epoch's rate depends on this epoch's loss.
    """

    def __init__(self, spec: Spec):
        self._schedule = spec.schedule
        self._rate = spec.optimizer.learning_rate
        self.follows_run = spec.schedule.follows_run
        self._callback = None
        if self.follows_run:
            self._optimizer = SimpleNamespace(learning_rate=np.float32(self._rate))
            self._callback = getattr(keras.callbacks, spec.schedule.keras_name)(
                **spec.schedule.arguments()
            )
            self._callback.set_model(
                SimpleNamespace(optimizer=self._optimizer, _compile_metrics=None, metrics=[])
            )
            self._callback.on_train_begin()

    def at(self, steps: np.ndarray) -> np.ndarray:
        """Rates of `steps` (k,), float32."""
        if self._callback:
            return np.full(len(steps), self._optimizer.learning_rate, np.float32)
        with np.errstate(over="ignore"):
            return self._schedule.at(self._rate, steps).astype(np.float32)

    def epoch_ended(self, event: Event) -> None:
        """Lets a schedule that follows the run see an epoch's losses."""
        if self._callback:
            known = (name for name in ("loss", "val_loss") if event[name] is not None)
            logs = {name: from_number(event[name]) for name in known}
            self._callback.on_epoch_end(event["epoch"], logs)
            self._optimizer.learning_rate = np.float32(self._optimizer.learning_rate)

    def memory(self) -> dict[str, float]:
        """What a schedule that follows the run knows of it: numbers by their names."""
        if not self._callback:
            return {}
        own = {name: getattr(self._callback, name) for name in REMEMBERED}
        return own | {"learning_rate": float(self._optimizer.learning_rate)}

    def remember(self, memory: dict[str, float]) -> None:
        """Puts back what `memory` gave."""
        if self._callback:
            self._optimizer.learning_rate = np.float32(memory["learning_rate"])
            for name in REMEMBERED:
                setattr(self._callback, name, memory[name])
