"""The first steps of a model, really taken: what a debugger would show of each."""

import re
import warnings
from typing import Any

import numpy as np

from ..events import Event, number, numbers
from ..lazy import keras, tf
from .arrays import mapped
from .errors import DoctorError
from .reading import LinearModel
from .rows import Rows
from .unchanged import optimizer_variables

TERMINAL = re.compile(r"\x1b\[[0-9;]*m")  # bold, colours
MOST_CELLS = 4096  # features told of one step


def copy_of(optimizer: Any, variables: list[Any]) -> Any:
    """An optimizer of the same settings and in the same state, for the same variables."""
    made = type(optimizer).from_config(optimizer.get_config())
    if variables:
        made.build(variables)
    by_name = {v.name: v for v in optimizer_variables(optimizer)}
    for variable in optimizer_variables(made):
        known = by_name.get(variable.name)
        if known is not None and known.shape == variable.shape:
            variable.assign(known.value)
    rate = getattr(optimizer, "_learning_rate", None)
    if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        made._learning_rate = rate
    return made


def probes(
    model: Any, linear: LinearModel, rows: Rows, features: np.ndarray, orders: list[np.ndarray]
) -> list[Event]:
    """Takes steps with the model's own code; call it where everything is put back.

    Args:
        model: Trains its variables.
        linear: Which of them are the weights.
        rows: What it is fed.
        features: What reaches the weights (n, d), float32.
        orders: The rows of each step.
    """
    optimizer = copy_of(model.optimizer, model.trainable_variables)
    recorder = _Recorder(optimizer)
    model.optimizer = optimizer
    told = []
    for step, which in enumerate(orders):
        batch = rows.take(which)
        before = _weights(linear)
        rate = float(np.asarray(optimizer.learning_rate))
        recorder.gradients = None
        outputs, loss = _step(model, batch)
        after = _weights(linear)
        shown = max(1, MOST_CELLS // features.shape[1])
        x = features[which][:shown]
        told.append(
            {
                "event": "probe",
                "epoch": 0,
                "step": step,
                "why": "scheduled",
                "learning_rate": number(rate),
                "batch_rows": len(which),
                "rows": which[:shown].tolist(),
                "features": [numbers(row) for row in x.tolist()],
                "targets": numbers(batch.y[:shown, 0].astype(np.float32).tolist()),
                "weights_before": _told(before),
                "outputs": numbers(outputs[:shown].tolist()),
                "loss": number(loss),
                "gradients": _told(recorder.of(linear, before, after, rate)),
                "weights_after": _told(after),
            }
        )
    return told


def _step(model: Any, batch: Rows) -> tuple[np.ndarray, float]:
    """Outputs (b,) before, and the loss of, one step of training."""
    x, y = tensors(batch)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            outputs = np.asarray(model(x, training=True), np.float64)
            for metric in model.metrics:
                metric.reset_state()
            logs = model.train_step((x, y))
        except Exception as error:
            raise DoctorError(f"The model raised in a step: {first_line(error)}") from error
    loss = float(np.asarray(logs["loss"])) if isinstance(logs, dict) and "loss" in logs else np.nan
    return outputs.reshape(len(outputs), -1)[:, 0], loss


def first_line(error: BaseException) -> str:
    """What an error says, in one line: of Keras' own many the one that says it."""
    lines = [line.strip() for line in TERMINAL.sub("", str(error)).splitlines()]
    told = [line for line in lines if line and not line.startswith("Exception encountered when")]
    return f"{type(error).__name__}: {told[0][:200]}" if told else type(error).__name__


def tensors(rows: Rows) -> tuple[Any, Any]:
    """Features and targets as `fit` feeds them: floating numbers in Keras' own precision."""
    kind = keras.config.floatx()

    def convert(part: np.ndarray) -> Any:
        floating = part.dtype.kind == "f"
        return tf.convert_to_tensor(part.astype(kind, copy=False) if floating else part)

    return mapped(rows.x, convert), convert(rows.fed_y)


def _weights(linear: LinearModel) -> dict[str, np.ndarray]:
    found = {"kernel": np.asarray(linear.kernel, np.float64).ravel()}
    if linear.bias is not None:
        found["bias"] = np.asarray(linear.bias, np.float64).ravel()
    return found


def _told(weights: dict[str, np.ndarray]) -> dict[str, list[float | str | None]]:
    return {name: numbers(values.tolist()) for name, values in weights.items()}


class _Recorder:
    """Keeps the gradients that an optimizer is given; those of its first call in a step."""

    def __init__(self, optimizer: Any):
        self.gradients: dict[int, Any] | None = None
        self.applied = optimizer.apply
        optimizer.apply = self._apply

    def _apply(self, grads: Any, trainable_variables: Any = None) -> Any:
        if self.gradients is None and trainable_variables is not None:
            self.gradients = {
                id(v): None if g is None else np.asarray(tf.convert_to_tensor(g), np.float64)
                for g, v in zip(grads, trainable_variables, strict=True)
            }
        return self.applied(grads, trainable_variables)

    def of(
        self,
        linear: LinearModel,
        before: dict[str, np.ndarray],
        after: dict[str, np.ndarray],
        rate: float,
    ) -> dict[str, np.ndarray]:
        """The weights' gradients: those given, 0 where none was, or as the step implies them."""
        found = {}
        for name, variable in (("kernel", linear.kernel), ("bias", linear.bias)):
            if variable is None:
                continue
            if self.gradients is None:
                found[name] = (before[name] - after[name]) / rate if rate else 0 * before[name]
                continue
            given = self.gradients.get(id(variable))
            found[name] = np.zeros_like(before[name]) if given is None else given.ravel()
        return found
