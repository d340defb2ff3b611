"""Keras' own objects, as a spec asks for them."""

import warnings
from typing import Any

import keras
import numpy as np

from ..model.half_mean_squared_error import HalfMeanSquaredError
from ..model.linear_layer import LinearLayer
from ..spec import Spec
from .step import TrainingStep

NAME = "linear"  # of every layer: TensorFlow keeps something for each new name of a variable


def make_layer(spec: Spec) -> keras.layers.Layer:
    """The layer a spec asks for, not yet built; a layer's bug goes into the custom one."""
    kernel, bias = _initializers(spec)
    options: dict[str, Any] = {
        "use_bias": spec.model.use_bias,
        "bias_initializer": bias,
        "activation": _activation(spec.model.activation),
        "name": NAME,
    }
    if spec.model.layer == "dense" and not (spec.bug and spec.bug.breaks() == "Layer"):
        return keras.layers.Dense(1, kernel_initializer=kernel, **options)
    layer = spec.bug.inject(LinearLayer) if spec.bug else LinearLayer
    return layer(1, initializer=kernel, **options)


def _activation(key: str) -> Any:
    """Keras' own; on one unit softmax warns of itself, which is the lesson and no news here."""
    activation: Any = keras.activations.get(key)
    if key != "softmax":
        return activation

    def softmax(outputs: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return activation(outputs)

    return softmax


def _initializers(spec: Spec) -> tuple[Any, Any]:
    """Of the kernel and of the bias: as declared, or the spec's own numbers."""
    given = spec.model.initial_weights
    if given:
        column = np.array(given.kernel)[:, None]  # (features, 1)

        def kernel(shape: Any, dtype: Any = None) -> Any:
            return keras.ops.convert_to_tensor(column, dtype)

        return kernel, keras.initializers.Constant(given.bias)
    initializer: Any = keras.initializers.get(spec.model.initializer)
    config = initializer.get_config()
    if "seed" in config:
        initializer = type(initializer).from_config(config | {"seed": spec.training.seed})
    return initializer, "zeros"


def make_optimizer(spec: Spec) -> keras.optimizers.Optimizer:
    """Keras' own optimizer with the spec's parameters."""
    return getattr(keras.optimizers, spec.optimizer.keras_name)(**spec.optimizer.arguments())


def make_loss(spec: Spec) -> keras.losses.Loss:
    """Keras' own loss with the spec's parameters, or ours where Keras has none."""
    name = spec.loss.keras_name
    kind: Any = getattr(keras.losses, name) if name else HalfMeanSquaredError
    return kind(**spec.loss.arguments())


def make_step(spec: Spec, features: int) -> TrainingStep:
    """Layer, loss and optimizer of a spec, built, in one training step."""
    layer = make_layer(spec)
    layer.build((None, features))
    optimizer = make_optimizer(spec)
    optimizer.build(layer.trainable_variables)
    step = spec.bug.inject(TrainingStep) if spec.bug else TrainingStep
    return step(layer, make_loss(spec), optimizer)


def variables_of(step: TrainingStep) -> list[Any]:
    """Every variable a step reads or writes: layer, optimizer, the step's own."""
    optimizer = step.optimizer
    own = [v for v in vars(optimizer).values() if isinstance(v, keras.Variable)]
    known = {id(v) for v in optimizer.variables}
    extra = [v for v in own if id(v) not in known]  # Nadam keeps one that it does not list
    return [*step.layer.weights, *optimizer.variables, *extra, *step.state]
