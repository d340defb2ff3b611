"""Layer and loss of a Keras model."""

from typing import Any

import numpy as np

from ..model.activations import ACTIVATIONS
from ..model.initializers import INITIALIZERS
from . import keras_layers, keras_objects, tensors
from .budget import REFUSED
from .faults import check_layer, check_loss
from .findings import Findings
from .hand_written import linear_of
from .unsquared import Kind, constants_of
from .values import Function, Instance, Lib, Obj, Unknown, Variable

KEYS = {
    "MeanSquaredError": "mse",
    "MeanAbsoluteError": "mae",
    "Huber": "huber",
    "LogCosh": "log_cosh",
}
PASSING = frozenset(["Flatten", "InputLayer", "Input", "Normalization", "Rescaling", "Activation"])
TRIALS = 6
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
    _check_width(machine, [model, *layers], x)
    for layer in layers:
        check_layer(layer, machine.faults)
        if isinstance(layer, Obj) and layer.kind == "Normalization":
            _normalization(found, layer)
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


def _normalization(found: Findings, layer: Obj) -> None:
    if layer.given.get("mean") is not None or layer.holds.get("jointly"):
        found.miss("scaling.features", layer.line, "`Normalization` with settings of its own")
    elif "adapted" in layer.holds:
        found.put("scaling.features", "standard", layer.line, "`Normalization` standardizes")


def _check_width(machine: Any, parts: list[Any], x: Any) -> None:
    """Reports an input shape that is not that of a row of the features."""
    origin = machine.origins.of(x)
    refs = (origin.refs if origin is not None else None) or ()
    if x is None or any(isinstance(ref, str) and ref.startswith("\0") for ref in refs):
        return
    width = np.shape(x)[-1] if np.ndim(x) > 1 else 1
    for part in parts:
        if not isinstance(part, Obj):
            continue
        inner = part.given.get("inputs")
        given = inner.given if isinstance(inner, Obj) else part.given
        shape = given.get("input_shape", given.get("input_dim", given.get("shape")))
        shape = shape[-1] if isinstance(shape, list | tuple) and len(shape) == 1 else shape
        if isinstance(shape, int) and not isinstance(shape, bool) and shape != width:
            line = inner.line if isinstance(inner, Obj) else part.line
            machine.faults.found(
                line, "input-shape",
                f"The input shape says that a row has {shape} number{'s'[: shape != 1]}; the "
                f"features have {width}. It is the number of features, `({width},)`, not of units.",
            )  # fmt: skip


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
            if isinstance(item, Instance) or item.kind in (*PASSING, "Dense", "Model")
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
    ):
        if given.get(name) is not None:
            found.miss("loss.key", line, f"`{name}` adds to the loss what has no setting here")
    own = [(a.given.get("activation"), a.line) for a in activations]
    acting = [
        (v, at) for v, at in [(given.get("activation"), line), *own] if v not in (None, "linear")
    ]
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
        bias = linear_of(machine, layer, inputs[:50], line)
    except REFUSED as error:
        bias, failed = None, str(error)
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
    if variables[0].start in INITIALIZERS:
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


def read_loss(machine: Any, found: Findings, loss: Any, line: int) -> None:
    """Puts the loss, tried out where it is a function of the program's own."""
    check_loss(loss, machine.faults)
    if isinstance(loss, list | tuple) and len(loss) == 1:
        loss = loss[0]
    name = loss.name if isinstance(loss, Lib) else loss
    if isinstance(name, str):
        kind = keras_objects.LOSS_FUNCTIONS.get(name)
        if kind is None:
            found.miss("loss.key", line, f"the loss `{name[:40]}`, which is not offered here")
            return
        loss = Obj(kind, {}, line)
    if isinstance(loss, Function):
        return _own_loss(machine, found, loss)
    if not isinstance(loss, Obj) or loss.kind not in KEYS:
        why = f"the loss `{loss.kind}`, which is not offered here" if isinstance(loss, Obj) else ""
        found.miss("loss.key", getattr(loss, "line", 0) or line, why or "a loss that is not known")
        return None
    key = KEYS[loss.kind]
    found.put("loss.key", key, loss.line, f"the loss is {key.replace('_', '-')}")
    reduction = loss.given.get("reduction")
    word = (reduction.name if isinstance(reduction, Lib) else str(reduction or "mean")).lower()
    if word in ("mean", "sum_over_batch_size", "auto", "sum"):
        value = "sum" if word == "sum" else "mean"
        found.put("loss.reduction", value, loss.line, f"its {value} over a batch")
    else:
        found.miss("loss.key", loss.line, f"a reduction by `{word[:30]}`")
    delta = loss.given.get("delta")
    if key == "huber" and isinstance(delta, int | float):
        found.put("loss.delta", float(delta), loss.line, f"δ = {delta:g}")
    return None


def _own_loss(machine: Any, found: Findings, function: Function) -> None:
    line = function.node.lineno
    residuals, values = [], []
    try:
        for scale in (1.0, 3.0, 1e5):  # where a limit shows
            y, p = np.random.RandomState(3).uniform(-3 * scale, 3 * scale, (2, TRIALS, 1))
            tensor = machine.call(function, [y, Variable(p, "value", line)], {}, line)
            residuals.append(p - y)
            values.append(float(np.mean(tensors.value_of(tensor))))
    except REFUSED as error:
        return found.miss("loss.key", line, f"a loss of your own: {error}")
    kinds = [Kind(key) for key in ("mse", "half_mse", "mae", "log_cosh")]
    deltas = constants_of(function.node)
    for kind in (*kinds, *(Kind("huber", delta) for delta in deltas)):
        heights = [kind.height(r) for r in residuals]
        for reduction in ("mean", "sum"):
            whole = [getattr(height, reduction)() for height in heights]
            if np.allclose(values, whole, rtol=1e-6):
                words = f"a loss of your own: {kind.key.replace('_', '-')}"
                found.put("loss.key", kind.key, line, words)
                if kind.key == "huber":
                    found.put("loss.delta", kind.delta, line, f"δ = {kind.delta:g}")
                return found.put("loss.reduction", reduction, line, f"its {reduction} over a batch")
    return found.miss("loss.key", line, "a loss of your own that is none of those offered here")
