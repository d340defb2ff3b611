"""The layer of a Keras model."""

from typing import Any

import numpy as np

from ..model.activations import ACTIVATIONS
from ..model.initializers import INITIALIZERS
from . import keras_layers, keras_objects
from .budget import REFUSED
from .faults import check_layer
from .findings import Findings
from .hand_written import linear_of, put_weights
from .lists import words
from .read_inputs import check_width, only_scales, read_normalization
from .values import Instance, Lib, Obj, Unknown

PASSING = frozenset(["Flatten", "InputLayer", "Input", "Normalization", "Rescaling", "Activation"])
OTHERS = words(  # layers that make something else of what they are given
    """
    Add BatchNormalization Bidirectional Concatenate Conv1D Dropout ELU Embedding GRU
    GaussianNoise LSTM Lambda LayerNormalization LeakyReLU Multiply PReLU SimpleRNN
    """
)
HIDDEN = (
    "The model has more than one layer of weights. Uphill trains a single unit; of this script its "
    "data, optimizer and training are read. For the whole model use the doctor: "
    "`uphill_doctor.examine(model, X, y)`."
)


def read_model(machine: Any, found: Findings, model: Any, x: Any, line: int) -> str:
    """Puts the layer's settings.

    Returns:
        Why it is read only in part; empty if it is not.
    """
    layers = list(_flat(model))
    weighted = [layer for layer in layers if not (isinstance(layer, Obj) and layer.kind in PASSING)]
    first = weighted[0] if weighted else None
    if isinstance(first, Obj) and first.kind == "Lambda" and only_scales(machine, found, first, x):
        weighted = weighted[1:]
    check_width(machine, [model, *layers], x)
    for layer in layers:
        check_layer(layer, machine.faults)
        if isinstance(layer, Obj) and layer.kind == "Normalization":
            read_normalization(found, layer)
        if isinstance(layer, Obj) and layer.kind == "Rescaling":
            found.miss("scaling.features", layer.line, "`Rescaling` by a factor of its own")
    unknown = next((layer for layer in layers if isinstance(layer, Unknown)), None)
    if unknown is not None or not weighted:
        found.miss(
            "model.layer", (unknown.line if unknown else 0) or line, "a model that is not known"
        )
        return ""
    if len(weighted) > 1 or (isinstance(weighted[0], Obj) and weighted[0].kind != "Dense"):
        at = getattr(weighted[0], "line", line)
        found.miss("model.layer", at, "a hidden layer, or a layer of another kind")
        return HIDDEN
    activations = [
        layer for layer in layers if isinstance(layer, Obj) and layer.kind == "Activation"
    ]
    layer = weighted[0]
    if isinstance(layer, Obj):
        _dense(machine, found, layer, activations)
    else:
        _own(machine, found, layer, x, line)
    return ""


def _flat(model: Any) -> list[Any]:
    """The layers of a model, those of models within it too."""
    if isinstance(model, Obj) and model.kind == "Model":
        return [inner for layer in model.holds.get("layers", ()) for inner in _flat(layer)]
    if isinstance(model, Instance) and model.cls.of_library() in ("Model", "Sequential"):
        kept = model.holds.get("layers")
        inner = kept or [v for v in model.attributes.values() if isinstance(v, Obj | Instance)]
        layers = [
            item
            for item in inner
            if isinstance(item, Instance) or item.kind in (*PASSING, *OTHERS, "Dense", "Model")
        ]
        return [found for layer in layers for found in _flat(layer)] if layers else [model]
    return [model]


def _dense(machine: Any, found: Findings, layer: Obj, activations: list[Obj]) -> None:
    line, given = layer.line, layer.given
    if given.get("units") != 1:
        found.miss(
            "model.layer", line, "a layer of several units, or of a number that is not known"
        )
        return
    found.put("model.layer", "dense", line, "one unit")
    if isinstance(given.get("input_shape"), int):
        machine.faults.found(
            line, "input-shape",
            f"`input_shape` is the shape of a row, `({given['input_shape']},)`: a number is none.",
        )  # fmt: skip
    bias = given.get("use_bias", True)
    if isinstance(bias, bool):
        found.put("model.use_bias", bias, line, "with a bias" if bias else "without a bias")
    else:
        found.miss("model.use_bias", line, "whether there is a bias is not known")
    _initializer(found, given.get("kernel_initializer"), given.get("bias_initializer"), line)
    if given.get("weights") is not None:
        found.miss("model.initializer", line, "`weights` that the layer is made with")
    for name in (
        "kernel_regularizer",
        "bias_regularizer",
        "activity_regularizer",
        "kernel_constraint",
        "bias_constraint",
    ):
        if given.get(name) is not None:
            found.miss("loss.key", line, f"`{name}` adds to the loss what has no setting here")
    own = [(a.given.get("activation"), a.line) for a in activations]
    named = given.get("activation")
    if isinstance(named, Obj) and named.kind == "Activation":  # of `activations.get`
        named = named.given.get("activation")
    acting = [(v, at) for v, at in [(named, line), *own] if v not in (None, "linear")]
    if len(acting) > 1:
        found.miss("model.activation", line, "several activations")
        return
    value, at = acting[0] if acting else ("linear", line)
    name = (
        value.name
        if isinstance(value, Lib)
        else value.kind.lower()
        if isinstance(value, Obj)
        else value
    )
    if isinstance(name, str) and name in ACTIVATIONS:
        found.put(
            "model.activation",
            name,
            at,
            f"the activation is {name}" if name != "linear" else "no activation",
        )
    else:
        found.miss("model.activation", at, "an activation that is not known")


def _initializer(found: Findings, kernel: Any, bias: Any, line: int) -> None:
    key = "glorot_uniform" if kernel is None else keras_objects.initializer_key(kernel)
    if key in INITIALIZERS:
        words = (
            f"the weights start by {key}"
            if kernel is not None
            else f"weights by {key}, Keras' default"
        )
        found.put("model.initializer", key, line, words)
    else:
        found.miss("model.initializer", line, "an initializer with settings of its own")
    if bias is not None and keras_objects.initializer_key(bias) not in ("zeros",):
        found.miss("model.initializer", line, "a bias that does not start at 0")


def read_first_weights(machine: Any, found: Findings, given: tuple[Any, int] | None) -> None:
    """Puts the weights that a model was given before it is trained."""
    if given is None or "model.layer" in found.marked:
        return
    weights, line = given
    try:
        kernel = np.ravel(machine.plain(weights[0])).astype(float).tolist()
        bias = np.ravel(machine.plain(weights[1])).astype(float) if len(weights) > 1 else [0.0]
        held = {"kernel": kernel, "bias": float(bias[0])}
        found.put("model.initial_weights", held, line, "the weights start at given values")
    except REFUSED:
        why = getattr(weights, "why", "") or "weights that are set to what is not known"
        found.miss("model.initializer", line, why)


def _own(machine: Any, found: Findings, layer: Instance, x: Any, line: int) -> None:
    """A layer of the program's own: what it computes is tried out."""
    failed = ""
    try:
        inputs = np.asarray(x, dtype=float)
        inputs = inputs if inputs.ndim > 1 else inputs.reshape(-1, 1)
        linear = linear_of(machine, layer, inputs[:50], line)
    except REFUSED as error:
        linear, failed = None, str(error)
    bias = None if linear is None else any(c.array is None for c in linear[0].columns)
    variables = [v for v in keras_layers.variables_of(layer) if v.trainable]
    if machine.faults.has("weight-shape"):
        found.put("bug.key", {"key": "weight-shape"}, layer.cls.line, "a weight of shape (units,)")
        bias = len(variables) > 1
    if bias is None or not variables:
        found.miss("model.layer", layer.cls.line, failed or "a layer that is not x·w + b")
        return
    found.put("model.layer", "custom", layer.cls.line, "a layer of your own, x·w + b")
    found.put("model.use_bias", bias, layer.cls.line, "with a bias" if bias else "without a bias")
    found.put("model.activation", "linear", layer.cls.line, "no activation")
    if linear is not None and all(variable.start == "value" for variable in variables):
        match, ordered = linear
        first = np.concatenate([variable.value.ravel() for variable in ordered])
        put_weights(found, match, first, ["value"] * len(first), variables[0].line, True)
    elif variables[0].start in INITIALIZERS:
        found.put(
            "model.initializer",
            variables[0].start,
            variables[0].line,
            f"weights by {variables[0].start}",
        )
    else:
        found.miss(
            "model.initializer", variables[0].line, "an initializer with settings of its own"
        )
