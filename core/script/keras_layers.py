"""What Keras' layers, models and losses make of their inputs: tensors of their variables."""

from typing import Any

import numpy as np

from ..model.initializers import INITIALIZERS
from . import tensors
from .budget import UnreadableError
from .keras_objects import LAYERS, LOSS_FUNCTIONS, initializer_key
from .values import (
    Instance,
    Node,
    Obj,
    Unknown,
    Variable,
)

MAX_FEATURES = 2000


def call_object(machine: Any, owner: Any, given: list[Any], options: dict, line: int) -> Any:
    """What calling a layer, a model or a loss gives."""
    first = given[0] if given else options.get("inputs")
    kind = owner.kind if isinstance(owner, Obj) else owner.cls.of_library()
    if isinstance(first, Obj) and first.kind in ("Input", "symbolic"):
        return Obj("symbolic", {"layer": owner, "of": first}, line)
    if kind.lower().endswith("initializer") or initializer_key(kind) in INITIALIZERS:
        shape = first if first is not None else options.get("shape", ())
        shape = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
        start = "" if machine.graphs else initializer_key(owner)
        return Obj("drawn", {"shape": shape, "of": kind, "start": start}, line)
    if kind in LOSS_FUNCTIONS.values():
        target, output = given[0], given[1]
        return loss_of(machine, kind, owner.given, target, output, line, repairs=True)
    if kind == "Model" and isinstance(owner, Obj):
        return forward(machine, owner, first, line)
    if isinstance(owner, Instance) or kind in LAYERS:
        return through(machine, owner, first, line)
    raise UnreadableError(f"what calling `{kind}` gives")


def forward(machine: Any, model: Any, inputs: Any, line: int) -> Any:
    """What a model makes of its inputs."""
    if isinstance(model, Instance) and "layers" not in model.holds:
        return through(machine, model, inputs, line)
    for layer in model.holds["layers"]:
        inputs = through(machine, layer, inputs, line)
    return inputs


def through(machine: Any, layer: Any, inputs: Any, line: int) -> Any:
    """What a layer makes of its inputs: a tensor of its variables."""
    if isinstance(layer, Unknown):
        raise UnreadableError(layer.why or "a layer that was not understood")
    if isinstance(layer, Obj) and layer.kind == "Model":
        return forward(machine, layer, inputs, line)
    if isinstance(layer, Instance):
        return _through_own(machine, layer, inputs, line)
    if layer.kind in ("Flatten", "InputLayer", "Input"):
        return inputs
    if layer.kind == "Normalization":
        return _normalized(machine, layer, inputs, line)
    if layer.kind == "Activation":
        if layer.given.get("activation") in (None, "linear"):
            return inputs
        raise UnreadableError("an activation in a hand-written step")
    if layer.kind != "Dense":
        raise UnreadableError(f"a layer `{layer.kind}`")
    if layer.given.get("activation") not in (None, "linear"):
        raise UnreadableError("an activation in a hand-written step")
    if "kernel" not in layer.holds:
        features = _width(inputs)
        units = layer.given.get("units")
        if not isinstance(units, int) or not 0 < units * features <= MAX_FEATURES:
            raise UnreadableError("a layer whose size is not known")
        layer.holds["kernel"] = _weight((features, units), "kernel_initializer", layer)
        if layer.given.get("use_bias", True):
            layer.holds["bias"] = _weight((units,), "bias_initializer", layer)
    product = tensors.apply(machine, "matmul", [inputs, layer.holds["kernel"]], {}, line)
    if "bias" in layer.holds:
        return tensors.apply(machine, "add", [product, layer.holds["bias"]], {}, line)
    return product


def adapt(machine: Any, layer: Obj, rows: Any, line: int) -> None:
    """Lets a `Normalization` learn mean and deviation of rows."""
    layer.holds["adapted"] = line
    rows = machine.whole(rows)
    if isinstance(rows, list | tuple | np.ndarray):
        array = np.asarray(machine.plain(rows), float)
        each = None if layer.given.get("axis", -1) is None else 0
        layer.holds["jointly"] = each is None and array.ndim > 1 and array.shape[1] > 1
        if not array.size:
            raise UnreadableError("rows of which none are known here")
        layer.holds["fitted"] = (array.mean(axis=each), array.std(axis=each))


def _normalized(machine: Any, layer: Obj, inputs: Any, line: int) -> Any:
    """What a `Normalization` makes of its inputs."""
    if "fitted" not in layer.holds:
        if "adapted" in layer.holds or layer.given.get("mean") is not None:
            raise UnreadableError("a `Normalization` whose numbers are not known")
        return inputs
    mean, deviation = layer.holds["fitted"]
    deviation = np.where(deviation == 0, 1.0, deviation)
    if not isinstance(inputs, np.ndarray):
        less = tensors.apply(machine, "subtract", [inputs, mean], {}, line)
        return tensors.apply(machine, "divide", [less, deviation], {}, line)
    return machine.origins.scaled(inputs, (inputs - mean) / deviation, "standard", line)


def _width(inputs: Any) -> int:
    """How many features an array, or what a placeholder is fed with, has."""
    shape = np.shape(tensors.value_of(inputs))
    return shape[-1] if len(shape) > 1 else 1


def _weight(shape: tuple[int, ...], role: str, layer: Obj) -> Variable:
    key = layer.given.get(role, "glorot_uniform" if role[0] == "k" else "zeros")
    if (value := constant_of(key)) is not None:
        return Variable(np.full(shape, value), "value", layer.line)
    start = initializer_key(key)
    return Variable(tensors.stand_in(start, shape, len(role)), start, layer.line)


def constant_of(initializer: Any) -> float | None:
    """The number that an initializer gives all weights; None for another one."""
    named = isinstance(initializer, Obj) and initializer.kind.lower().startswith("constant")
    value = initializer.given.get("value", initializer.given.get("*", [0.0])[0]) if named else None
    return float(value) if isinstance(value, int | float) else None


def _through_own(machine: Any, layer: Instance, inputs: Any, line: int) -> Any:
    """What a layer or model of the program's own makes of its inputs."""
    if "built" not in layer.holds:
        layer.holds["built"] = True
        if build := layer.cls.find("build"):
            shape = np.shape(tensors.value_of(inputs))
            shape = (None, *shape[1:]) if len(shape) > 1 else (None, 1)
            machine.call(build.bound(layer, layer.cls), [shape], {}, line)
    call = layer.cls.find("call") or layer.cls.find("__call__")
    if call is None and "layers" in layer.holds:
        return forward(machine, layer, inputs, line)
    if call is None:
        raise UnreadableError("a layer without `call`")
    return machine.call(call.bound(layer, layer.cls), [inputs], {}, line)


def add_weight(machine: Any, layer: Instance, given: list[Any], options: dict, line: int) -> Any:
    """`self.add_weight(…)` of a layer."""
    names = ["shape", "initializer", "dtype", "trainable"]
    if given and isinstance(given[0], str):
        names = ["name", "shape", "dtype", "initializer"]
    bound = dict(zip(names, given, strict=False)) | options
    shape = bound.get("shape", ())
    shape = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
    if not all(isinstance(size, int) and 0 < size <= MAX_FEATURES for size in shape):
        raise UnreadableError("a weight whose shape is not known")
    key = bound.get("initializer") or ("glorot_uniform" if len(shape) > 1 else "zeros")
    value, start = constant_of(key), initializer_key(key)
    first = tensors.stand_in(start, shape, line) if value is None else np.full(shape, value)
    start = start if value is None else "value"
    made = Variable(first, start, line, options.get("trainable", True), True)
    layer.holds.setdefault("weights", []).append(made)
    return made


def loss_of(
    machine: Any, kind: str, given: dict, target: Any, output: Any, line: int, repairs: bool
) -> Node:
    """A loss of Keras as a tensor; it reshapes targets of shape (n,) to outputs of (n, 1)."""
    delta = given.get("delta", 1.0)
    reduction = given.get("reduction") or "mean"
    word = getattr(reduction, "name", str(reduction)).lower()
    if word not in ("mean", "sum", "none", "auto", "sum_over_batch_size"):
        raise UnreadableError(f"a reduction by `{word[:30]}`")

    def compute(y: Any, p: Any) -> Any:
        y, p = np.asarray(y, float), np.asarray(p, float)
        if repairs and y.ndim + 1 == p.ndim and p.shape[-1] == 1:
            y = y[..., None]
        if not repairs:
            tensors.note_broadcast(machine, y, p, line)
        r = p - y
        machine.budget.spend(r.size)
        if kind != "MeanSquaredError":
            machine.watch(kind, r)
        rows = {
            "MeanSquaredError": lambda: r**2,
            "MeanAbsoluteError": lambda: np.abs(r),
            "Huber": lambda: np.where(
                np.abs(r) <= delta, r * r / 2, delta * np.abs(r) - delta * delta / 2
            ),
            "LogCosh": lambda: np.abs(r) + np.log1p(np.exp(-2 * np.abs(r))) - np.log(2.0),
        }[kind]()
        if word == "none" and not machine.graphs:
            return rows.mean(axis=-1) if rows.ndim else rows
        return rows.sum() if word == "sum" else rows.mean()

    return tensors.later(compute, target, output, line=line)


def variables_of(owner: Any) -> list[Variable]:
    """The variables of a layer or model, in the order they were made."""
    found: list[Variable] = []
    items: list[Any] = []
    if isinstance(owner, Obj):
        items = [*owner.holds.get("layers", ()), owner.holds.get("kernel"), owner.holds.get("bias")]
    elif isinstance(owner, Instance):
        items = [*owner.holds.get("weights", ()), *owner.attributes.values()]
        items += owner.holds.get("layers", ())
    for item in items:
        if isinstance(item, Variable) and item not in found and item.trainable:
            found.append(item)
        elif isinstance(item, Obj | Instance) and item is not owner:
            found += [v for v in variables_of(item) if v not in found]
    return found
