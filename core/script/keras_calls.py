"""Methods of Keras' and TensorFlow's objects: models, optimizers, sessions, tapes, datasets."""

from typing import Any

import numpy as np

from . import datasets, keras_layers, lists, tensors
from .budget import UnreadableError
from .keras_layers import variables_of
from .keras_objects import ALIASES, LOSS_FUNCTIONS
from .training import Training
from .values import Gradient, Obj, Unknown, Variable, is_tensor

FIT = [
    "x",
    "y",
    "batch_size",
    "epochs",
    "verbose",
    "callbacks",
    "validation_split",
    "validation_data",
    "shuffle",
]
COMPILE = ["optimizer", "loss", "metrics"]
SCHEDULE_FUNCTIONS = {
    "exponential_decay",
    "inverse_time_decay",
    "polynomial_decay",
    "piecewise_constant",
}
SESSIONS = ("Session", "InteractiveSession")


def method(machine: Any, owner: Obj, name: str, given: list[Any], options: dict, line: int) -> Any:
    """The result of a method of one of Keras' or TensorFlow's objects."""
    if owner.kind == "Model":
        return model_method(machine, owner, name, given, options, line)
    if owner.kind in SESSIONS:
        return _session(machine, name, given, options, line)
    if owner.kind == "GradientTape" and name == "gradient":
        loss = given[0]
        sources: Any = given[1] if len(given) > 1 else options.get("sources")
        if isinstance(sources, list | tuple):
            return [Gradient(loss, source) for source in sources]
        return Gradient(loss, sources)
    if name in ("minimize", "apply_gradients", "compute_gradients", "apply"):
        return _step(machine, owner, name, given, options, line)
    if owner.kind == "Normalization" and name == "adapt":
        keras_layers.adapt(machine, owner, given[0] if given else options.get("data"), line)
        return None
    if owner.kind == "Dataset":
        return datasets.method(machine, owner, name, given, options, line)
    if name in lists.QUIET_METHODS:
        return Unknown()
    if owner.kind == "Dense" and name == "set_weights":
        owner.holds["weights_set"] = (given[0], line)
        return None
    raise UnreadableError(f"`.{name}` of `{owner.kind}` is not read here")


def model_method(
    machine: Any, model: Any, name: str, given: list[Any], options: dict, line: int
) -> Any:
    """`add`, `compile` and `fit` of a model, Keras' own or the program's."""
    holds = model.holds
    if name == "add":
        holds["layers"].append(given[0])
        return None
    if name == "compile":
        holds["compiled"] = dict(zip(COMPILE, given, strict=False)) | options
        holds["compiled"] |= {"line": line, "lines": machine.argument_lines}
        named = holds["compiled"].setdefault("optimizer", "rmsprop")  # Keras' default
        if isinstance(named, str):
            holds["compiled"]["optimizer"] = Obj(
                named, {}, machine.argument_lines.get("optimizer", line)
            )
        return None
    if name == "set_weights":
        holds["weights_set"] = (given[0] if given else options.get("weights"), line)
        return None
    if name == "load_weights":
        holds["weights_set"] = (Unknown(line, "weights that a file holds"), line)
        return None
    if name in ("fit", "fit_generator", "train_on_batch"):
        options = {"x" if key == "generator" else key: v for key, v in options.items()}
        bound: dict[str, Any] = dict(zip(FIT, given, strict=False))
        bound |= {str(ALIASES.get(key, key)): value for key, value in options.items()}
        lines = {ALIASES.get(key, key): at for key, at in machine.argument_lines.items()}
        compiled = holds.get("compiled", {})
        if name == "train_on_batch":
            rows = len(bound["x"]) if isinstance(bound.get("x"), np.ndarray) else None
            bound = {"x": bound.get("x"), "y": bound.get("y"), "shuffle": False, "one_step": True}
            bound["batch_size"] = rows or Unknown(line, "how many rows a step sees is not known")
        bound["lines"] = lines
        bound["weights_set"] = _weights_set(machine, model)
        machine.trainings.append(
            Training(
                "fit", line, bound.pop("x", None), bound.pop("y", None), model, bound,
                compiled.get("loss"), compiled.get("optimizer"), shuffles=machine.shuffles,
            )
        )  # fmt: skip
        return Obj("History", {}, line)
    if name in ("compute_loss", "compiled_loss", "loss"):
        bound = dict(zip(("y_true", "y_pred"), given, strict=False)) | options
        target = bound.get("y", bound.get("y_true"))
        return compiled_loss(machine, model, target, bound["y_pred"], line)
    if name in lists.QUIET_METHODS:
        return Unknown()
    raise UnreadableError(f"`.{name}` of a model is not read here")


def _weights_set(machine: Any, model: Any) -> Any:
    """What a model's weights were set to, and where; None where its initializers tell."""
    if any(training.model is model for training in machine.trainings):
        return Unknown(machine.line, "the model was trained before"), machine.line
    layers = model.holds.get("layers") or ()
    held = [part.holds.get("weights_set") for part in (model, *layers) if hasattr(part, "holds")]
    return next((found for found in held if found is not None), None)


def compiled_loss(machine: Any, model: Any, target: Any, output: Any, line: int) -> Any:
    """The loss that `compile` was given, of a batch."""
    loss = model.holds.get("compiled", {}).get("loss")
    name = getattr(loss, "name", loss)
    if isinstance(name, str) and name in LOSS_FUNCTIONS:
        loss = Obj(LOSS_FUNCTIONS[name], {}, line)
    return machine.call(loss, [target, output], {}, line)


def attribute(machine: Any, owner: Obj, name: str) -> Any:
    """An attribute of one of Keras' or TensorFlow's objects; None for none."""
    if name in owner.holds and owner.kind != "Dataset":
        return owner.holds[name]
    if name in ("trainable_variables", "trainable_weights", "weights", "variables"):
        return variables_of(owner)
    if owner.kind == "Model" and name in ("optimizer", "loss"):
        return owner.holds.get("compiled", {}).get(name)
    if name in ("learning_rate", "lr") and "learning_rate" in owner.given:
        return owner.given["learning_rate"]
    return None


def _session(machine: Any, name: str, given: list[Any], options: dict, line: int) -> Any:
    if name != "run":
        return None
    feed = given[1] if len(given) > 1 else options.get("feed_dict")
    feed = feed if isinstance(feed, dict) else {}
    fed = {id(key): value for key, value in feed.items()}
    fetches = given[0] if given else options.get("fetches")
    items = fetches if isinstance(fetches, list | tuple) else [fetches]
    values = []
    for item in items:
        if isinstance(item, Obj) and item.kind == "train_op":
            loss, optimizer = item.given["loss"], item.given["optimizer"]
            step(machine, loss, optimizer, item.given["variables"], line, fed)
            values.append(None)
        elif is_tensor(item):
            plain = {key: np.asarray(machine.plain(value), float) for key, value in fed.items()}
            values.append(tensors.value_of(item, plain))
        else:
            values.append(Unknown())
    return values if isinstance(fetches, list | tuple) else values[0]


def step(machine: Any, loss: Any, optimizer: Any, variables: Any, line: int, feed: dict) -> None:
    """Notes that here a step is made; one of several variables by hand is one step."""
    last = machine.trainings[-1] if machine.trainings else None
    by_hand = isinstance(optimizer, float)
    if by_hand and last and last.kind == "steps" and last.loss is loss and not last.loops:
        last.variables += variables
        if abs(last.optimizer - optimizer) > 1e-3 * abs(optimizer):
            last.options["rates"] = (last.optimizer, optimizer)
        return
    machine.trainings.append(
        Training(
            "steps", line, loss=loss, optimizer=optimizer, feed=feed,
            variables=list(variables or ()), shuffles=machine.shuffles,
        )
    )  # fmt: skip


def _step(machine: Any, owner: Obj, name: str, given: list[Any], options: dict, line: int) -> Any:
    if name == "compute_gradients":
        variables = tensors.leaves(given[0])
        return [
            (Gradient(given[0], v), v) for v in variables if isinstance(v, Variable) and v.trainable
        ]
    if name == "minimize":
        loss = given[0] if given else options.get("loss")
        variables = options.get("var_list", given[2] if len(given) > 2 else None)
        if isinstance(loss, Obj) or callable(loss) or hasattr(loss, "node"):
            loss = machine.call(loss, [], {}, line)
            variables = variables if variables is not None else given[1] if len(given) > 1 else None
            step(machine, loss, owner, variables, line, {})
            return None
        counted = options.get("global_step", given[1] if len(given) > 1 else None) is not None
        owner.holds["counts_steps"] = counted
        return Obj("train_op", {"loss": loss, "optimizer": owner, "variables": variables}, line)
    pairs: Any = given[0] if given else options.get("grads_and_vars")
    gradients = [pair[0] if isinstance(pair, list | tuple) else pair for pair in pairs]
    found = [item for item in gradients if isinstance(item, Gradient)]
    changed = len(found) < len(gradients)
    if changed:
        found = [item for gradient in gradients for item in tensors.gradients_in(gradient)]
    if not found:
        raise UnreadableError("gradients that were changed before they are applied")
    if changed:
        machine.gap(line, "gradients that were changed before they are applied")
        owner = Obj("changed gradients", {}, line)
    clips = {item.clip for item in found}
    if clips != {None}:
        if len(clips) > 1 or None in clips or owner.given.get("clipnorm") not in (None, *clips):
            raise UnreadableError("gradients that are clipped, each otherwise")
        owner.given["clipnorm"] = found[0].clip
    variables = [item.variable for item in found]
    if any(isinstance(leaf, tensors.Hole) for leaf in tensors.leaves(found[0].loss)):
        return Obj(
            "train_op", {"loss": found[0].loss, "optimizer": owner, "variables": variables}, line
        )
    step(machine, found[0].loss, owner, variables, line, {})
    return None
