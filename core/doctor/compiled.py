"""What a compiled Keras model says of its own optimizer, schedule, loss and activations."""

from typing import Any

import numpy as np

from ..lazy import keras
from ..model.activations import ACTIVATIONS
from ..model.losses import LOSSES
from ..model.optimizers import OPTIMIZERS
from ..model.schedules import SCHEDULES

RENAMED = {"clip_norm": "clipnorm"}
LOSS_NAMES = {
    "mean_squared_error": "mse",
    "mean_absolute_error": "mae",
    "huber": "huber",
    "log_cosh": "log_cosh",
}


def own_step(model: Any) -> bool:
    """Whether a model has a training step, or a loss, of its own making."""
    kind = type(model)
    return any(
        getattr(kind, name) is not getattr(keras.Model, name)
        for name in ("train_step", "compute_loss")
    )


def optimizer_of(optimizer: Any) -> dict[str, Any] | None:
    """An optimizer of Keras as a spec has it; None where a spec has no word for it."""
    item = next((o for o in OPTIMIZERS if o.keras_name == type(optimizer).__name__), None)
    if item is None or not is_of_keras(optimizer):
        return None
    config, usual = optimizer.get_config(), type(optimizer)().get_config()
    names = {RENAMED.get(name, name): name for name in item.model_fields if name != "key"}
    stated = {"name", "learning_rate", *names}
    if any(value != usual.get(name) for name, value in config.items() if name not in stated):
        return None
    known = {names[name]: value for name, value in config.items() if name in names}
    return known | {"key": item.name(), "learning_rate": first_rate(optimizer)}


def first_rate(optimizer: Any) -> float:
    """The learning rate of its next step, or where its schedule starts."""
    rate = getattr(optimizer, "_learning_rate", optimizer.learning_rate)
    if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        given = rate.get_config().get("initial_learning_rate")
        rate = rate(optimizer.iterations) if given is None else given
    elif callable(rate) and not hasattr(rate, "value"):
        rate = rate()
    return float(str(np.float32(np.asarray(rate))))  # as it was typed


def schedule_of(optimizer: Any) -> dict[str, Any] | None:
    """The schedule of an optimizer as a spec has it; None where a spec has no word for it."""
    rate = getattr(optimizer, "_learning_rate", None)
    if not isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        return None if callable(rate) and not hasattr(rate, "value") else {"key": "constant"}
    item = next((s for s in SCHEDULES if s.keras_name == type(rate).__name__), None)
    if item is None or not is_of_keras(rate):
        return None
    config = rate.get_config()
    known = {name: config[name] for name in item.model_fields if name in config and name != "key"}
    return {"key": item.name(), **known}


def loss_of(loss: Any) -> dict[str, Any] | None:
    """A loss of Keras as a spec has it; None where a spec has no word for it."""
    if isinstance(loss, str):
        try:
            loss = keras.losses.get(loss)
        except ValueError:
            return None
    reduction = getattr(loss, "reduction", "sum_over_batch_size")
    if reduction not in ("sum_over_batch_size", "mean", "sum") or not is_of_keras(loss):
        return None
    kind = "sum" if reduction == "sum" else "mean"
    item = next((i for i in LOSSES if i.keras_name and i.keras_name == type(loss).__name__), None)
    if item is not None:
        if (loss.dtype or "float32") != "float32":
            return None
        delta = {"delta": loss._fn_kwargs["delta"]} if item.name() == "huber" else {}
        return {"key": item.name(), "reduction": kind, **delta}
    key = LOSS_NAMES.get(getattr(loss, "__name__", ""))
    return {"key": key, "reduction": "mean"} if key else None


def is_of_keras(thing: Any) -> bool:
    """Whether a class or function, or an object's class, is one of Keras' own."""
    if isinstance(thing, str):
        return True
    module = getattr(thing, "__module__", None) or type(thing).__module__
    return module.split(".")[0] == "keras"


def key_of_activation(layer: Any) -> str | None:
    """Keras' key of what a layer's outputs pass through; None for one of somebody's own."""
    if type(layer) is keras.layers.ReLU:
        config = layer.get_config()
        bare = not (config["max_value"] or config["negative_slope"] or config["threshold"])
        return "relu" if bare else None
    if type(layer) is keras.layers.Softmax:
        return "softmax"
    activation = getattr(layer, "activation", None)
    if activation is None:
        return "linear"
    name = getattr(activation, "__name__", "")
    known = name in ACTIVATIONS and activation is keras.activations.get(name)
    return name if known else None
