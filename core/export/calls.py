"""Registered items as calls of Keras."""

from typing import Any

from ..choice import Choice
from ..source import class_source
from ..spec import Spec

OWN_LOSS = "model/half_mean_squared_error.py"  # the one that Keras does not have


def optimizer_and_loss(spec: Spec) -> str:
    """Optimizer and loss as Keras code."""
    schedule, optimizer = spec.schedule, spec.optimizer
    lines = []
    rate: Any = optimizer.learning_rate
    if schedule.keras_name and not schedule.follows_run:
        start = {"initial_learning_rate": rate} if schedule.starts_at_rate else {}
        arguments = call(schedule, **start)
        lines.append(f"schedule = keras.optimizers.schedules.{schedule.keras_name}({arguments})")
        rate = _Code("schedule")
    arguments = call(optimizer, learning_rate=rate)
    lines.append(f"optimizer = keras.optimizers.{optimizer.keras_name}({arguments})")
    if spec.loss.keras_name:
        lines.append(f"loss = keras.losses.{spec.loss.keras_name}({call(spec.loss)})")
        return "\n".join(lines)
    kind = type(spec.loss).__name__
    lines.append(f"loss = {kind}({call(spec.loss)})")
    return f"\n{class_source(OWN_LOSS, kind)}\n\n\n" + "\n".join(lines)


def call(item: Choice, **changes: Any) -> str:
    """The arguments that make a registered item in Keras; those that are None are left out."""
    arguments = {k: v for k, v in (item.arguments() | changes).items() if v is not None}
    return ", ".join(f"{name}={value}" for name, value in _code(arguments).items())


def _code(arguments: dict[str, Any]) -> dict[str, str]:
    return {
        name: value.text if isinstance(value, _Code) else repr(_listed(value))
        for name, value in arguments.items()
    }


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


class _Code:
    """A piece of source that is not to be quoted."""

    def __init__(self, text: str):
        self.text = text
