"""What a compiled Keras model says of itself: a linear one as a spec, with its own weights."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from ..lazy import keras
from ..model.activations import ACTIVATIONS
from ..spec import Spec
from .compiled import is_of_keras, key_of_activation, loss_of, optimizer_of, own_step, schedule_of
from .rows import Rows

MOST_FEATURES = 500  # of which a spectrum is had at once


@dataclass(frozen=True, eq=False)
class LinearModel:
    """A model that is x·w + b, or is meant to be, behind what prepares its features.

    Attributes:
        kernel, bias: Its variables; None for no bias.
        before: The layers in front of it, which learn nothing.
        activation: Keras' key.
        standardizes: Whether one of them is a `Normalization`.
        own: Whether the code is not Keras' own, so that what it is meant to be is a guess.
    """

    kernel: Any
    bias: Any
    before: tuple[Any, ...] = ()
    activation: str = "linear"
    standardizes: bool = False
    own: bool = False

    def features(self, rows: Rows) -> np.ndarray:
        """What reaches the weights (n, d), float32."""
        if not self.before:
            return rows.table().astype(np.float32)
        values: Any = keras.ops.convert_to_tensor(rows.table().astype(np.float32))
        for layer in self.before:
            values = layer(values)
        return np.asarray(values, np.float32).reshape(rows.count, -1)


def linear_model(model: Any, rows: Rows) -> LinearModel | None:
    """The model as a linear one; None for any other."""
    if not rows.plain:
        return None
    if not type(model).__module__.startswith("keras."):
        return _own_linear(model, rows)
    chain = _chain(model)
    if chain is None:
        return None
    layer, before, activation = chain
    if type(layer) is not keras.layers.Dense:
        known = type(layer).__module__.startswith("keras.")
        return None if before or known else _own_linear(model, rows)
    own = key_of_activation(layer)
    activation = own if activation == "linear" else activation
    if activation is None or not _simple(layer) or activation not in ACTIVATIONS:
        return None
    standardizes = any(type(each) is keras.layers.Normalization for each in before)
    bias = layer.bias if layer.use_bias else None
    return LinearModel(layer.kernel, bias, before, activation, standardizes)


def _chain(model: Any) -> tuple[Any, tuple[Any, ...], str] | None:
    """The layer with the weights, those in front of it and the activation behind it."""
    layers = [each for each in model.layers if not isinstance(each, keras.layers.InputLayer)]
    if not _chained(model, layers):
        return None
    activation = "linear"
    if layers and type(layers[-1]) in _activation_layers():
        key = key_of_activation(layers[-1])
        if key is None or len(layers) < 2 or key_of_activation(layers[-2]) != "linear":
            return None
        activation, layers = key, layers[:-1]
    plain = (keras.layers.Flatten, keras.layers.Rescaling, keras.layers.Normalization)
    if not layers or not all(type(each) in plain for each in layers[:-1]):
        return None
    return layers[-1], tuple(layers[:-1]), activation


def _simple(layer: Any) -> bool:
    """Whether a dense layer is nothing but x·w + b of float32."""
    regularized = ("kernel_regularizer", "bias_regularizer", "activity_regularizer")
    return (
        layer.units == 1
        and layer.compute_dtype == layer.variable_dtype == "float32"
        and not any(getattr(layer, name, None) for name in regularized)
        and not (layer.kernel_constraint or layer.bias_constraint)
        and getattr(layer, "quantization_mode", None) is None
        and not getattr(layer, "lora_enabled", False)
        and layer.kernel.shape[0] <= MOST_FEATURES
    )


def _own_linear(model: Any, rows: Rows) -> LinearModel | None:
    """A model of somebody's own whose weights are those of a line: d and perhaps one more."""
    width = rows.table()[:1].size
    weights = [v for v in model.weights if v.trainable or "seed" not in v.name]
    if any(str(v.dtype) != "float32" for v in weights) or width > MOST_FEATURES:
        return None
    kernels = [v for v in weights if _size(v) == width and (width > 1 or "bias" not in v.name)]
    if not kernels or (model.losses and not own_step(model)):
        return None
    kernel = next((v for v in kernels if len(v.shape) == 2), kernels[0])
    others = [v for v in weights if v is not kernel and v.trainable]
    biases = [v for v in others if _size(v) == 1]
    if len(others) > 1 or len(others) != len(biases):
        return None
    return LinearModel(kernel, biases[0] if biases else None, own=True)


def _size(variable: Any) -> int:
    return int(np.prod(variable.shape))


def spec_of(model: Any, linear: LinearModel, rows: Rows, epochs: int, shuffle: bool) -> Spec | None:
    """The spec that a linear model and its `fit` make; None where a spec has no word for it."""
    optimizer, schedule, loss = (
        optimizer_of(model.optimizer),
        schedule_of(model.optimizer),
        loss_of(model.loss),
    )
    if loss is None and (linear.own or own_step(model) or not is_of_keras(model.loss)):
        loss = {"key": "mse"}  # what a hand-written loss of a regression is meant to be
    if optimizer is None or schedule is None or loss is None or rows.weights is not None:
        return None
    if getattr(getattr(model, "_compile_loss", None), "_user_loss_weights", None):
        return None
    done = int(np.asarray(model.optimizer.iterations))
    stateless = optimizer["key"] == "sgd" and not optimizer["momentum"]
    if done and (schedule["key"] != "constant" or not stateless):
        return None  # it goes on from a state that a spec does not know
    kernel = np.asarray(linear.kernel, float).ravel()
    bias = 0.0 if linear.bias is None else float(np.asarray(linear.bias).ravel()[0])
    if not (np.isfinite(kernel).all() and np.isfinite(bias)):
        return None
    try:
        return Spec.of(
            {
                "data": {
                    "source": "own",
                    "target": rows.target,
                    "missing": "keep",
                    "validation_fraction": 0,
                },
                "scaling": {"features": "standard" if linear.standardizes else "none"},
                "model": {
                    "use_bias": linear.bias is not None,
                    "activation": linear.activation,
                    "initial_weights": {"kernel": kernel.tolist(), "bias": bias},
                },
                "optimizer": optimizer,
                "schedule": schedule,
                "loss": loss,
                "training": {
                    "epochs": epochs,
                    "batch_size": None if rows.batch >= rows.count else rows.batch,
                    "shuffle": bool(shuffle and not rows.ordered),
                },
            }
        )
    except InputError:
        return None


def _activation_layers() -> tuple[Any, ...]:
    return (keras.layers.Activation, keras.layers.ReLU, keras.layers.Softmax)


def _chained(model: Any, layers: list[Any]) -> bool:
    """Whether each layer has the one before it as its only input."""
    if type(model) is keras.Sequential:
        return all(not isinstance(layer, keras.Model) for layer in layers)
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        return False
    nodes = [node for layer in layers for node in layer._inbound_nodes]
    return len(nodes) == len(layers) and all(len(n.input_tensors) == 1 for n in nodes)
