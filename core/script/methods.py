"""Methods of what is not the program's own: of arrays, tables, tensors, lists, objects."""

from typing import Any

import numpy as np

from . import (
    arrays,
    frames,
    invoking,
    keras_calls,
    keras_layers,
    keras_objects,
    lists,
    sklearn_calls,
    stdlib,
    tensors,
)
from .budget import MAX_ITEMS, UnreadableError
from .values import (
    Class,
    Function,
    Instance,
    Obj,
    Unknown,
    Variable,
    is_tensor,
    unknown_in,
)

FAR = 1e5
MUTATING = frozenset(["append", "extend", "insert", "pop", "sort", "reverse", "remove", "clear"])


def call(machine: Any, owner: Any, name: str, given: list[Any], options: dict, line: int) -> Any:
    if isinstance(owner, Obj):
        return _object(machine, owner, name, given, options, line)
    if isinstance(owner, Instance):
        return _inherited(machine, owner, name, given, options, line)
    if isinstance(owner, list) and name in MUTATING:
        return _list(owner, name, given)
    if unknown := unknown_in(owner, given, options):
        return Unknown(unknown.line or line, unknown.why)
    if isinstance(owner, frames.Description) and name == "transpose":
        return owner
    if isinstance(owner, frames.Statistic) and name in ("to_numpy", "copy"):
        return owner
    if isinstance(owner, frames.Frame) and owner.places and name in lists.ARRAY_METHODS:
        owner = owner if name in lists.SAME_TABLE else frames.whole(machine, owner)
    if isinstance(owner, frames.Frame):
        return frames.method(machine, owner, name, given, options)
    if isinstance(owner, np.ndarray):
        if any(is_tensor(value) for value in given):
            return tensors.apply(machine, name, [owner, *given], options, line)
        if name == "reshape" and frames.is_of_file(machine.origins.of(owner)):
            given = frames.any_rows(owner, given)
        result = arrays.method(machine, owner, name, given, dict(options))
        machine.origins.inherit(result, [owner])
        if name == "astype" and frames.is_of_file(machine.origins.of(owner)):
            machine.gap(line, "whole numbers are taken for the file's own")
            return owner
        return result
    if isinstance(owner, np.generic):
        return (
            owner
            if name in ("numpy", "item")
            else arrays.method(machine, np.asarray(owner), name, given, options)
        )
    if is_tensor(owner) and not isinstance(owner, list | tuple):
        return _tensor(machine, owner, name, given, line)
    if isinstance(owner, str):
        return _text(owner, name, given)
    if isinstance(owner, dict) and name in (
        "items",
        "keys",
        "values",
        "get",
        "copy",
        "update",
        "setdefault",
    ):
        if name in ("items", "keys", "values"):
            return list(getattr(owner, name)())
        return getattr(owner, name)(*given)
    if isinstance(owner, list | tuple) and name in ("index", "count", "copy"):
        return getattr(owner, name)(*given)
    if isinstance(owner, int | float) and name in ("numpy", "item", "mean"):
        return owner
    raise UnreadableError(f"`.{name[:40]}` is not read here")


def _object(machine: Any, owner: Obj, name: str, given: list[Any], options: dict, line: int) -> Any:
    if owner.kind == "random":
        result = arrays.draw(machine, owner, name, given, options)
        if name == "shuffle" and isinstance(given[0], np.ndarray):
            machine.reordered(given, line)
        return result
    if owner.kind == "super":
        return _super(machine, owner.holds["scope"], name, given, options, line)
    if owner.kind in (*sklearn_calls.SCALERS, *sklearn_calls.READ):
        return sklearn_calls.method(machine, owner, name, given, options, line)
    if owner.kind == "python_random":
        return stdlib.draw(machine, owner, name, given, options, line)
    if owner.kind == "ArgumentParser":
        return stdlib.parser_method(machine, owner, name, given, options, line)
    return keras_calls.method(machine, owner, name, given, options, line)


def _super(machine: Any, scope: Any, name: str, given: list[Any], options: dict, line: int) -> Any:
    while scope is not None and getattr(scope, "owner", None) is None:
        scope = scope.around
    if scope is None:
        raise UnreadableError("`super` outside a class")
    for base in scope.of.bases if isinstance(scope.of, Class) else ():
        found = base.find(name) if isinstance(base, Class) else None
        if isinstance(found, Function):
            bound = Function(found.node, found.around, scope.owner, base)
            return invoking.invoke(machine, bound, given, options, line)
    if name == "__init__" and isinstance(scope.of, Class) and scope.of.of_library() == "Model":
        keras_objects.functional(scope.owner, given, options, line)
    if name in ("compile", "fit") and scope.owner is not None:
        return keras_calls.model_method(machine, scope.owner, name, given, options, line)
    return None


def _inherited(
    machine: Any, owner: Instance, name: str, given: list[Any], options: dict, line: int
) -> Any:
    """A method that the program's class has from Keras'."""
    if name in ("add_weight", "add_variable"):
        return keras_layers.add_weight(machine, owner, given, options, line)
    if owner.cls.of_library() in ("Model", "Sequential"):
        return keras_calls.model_method(machine, owner, name, given, options, line)
    if keras_objects.is_class_of_keras(owner.cls) and name in lists.QUIET_METHODS:
        return Unknown()
    raise UnreadableError(f"`.{name[:40]}` is not read here")


def _tensor(machine: Any, owner: Any, name: str, given: list[Any], line: int) -> Any:
    if name in ("numpy", "read_value", "value"):
        return owner
    if name == "eval":
        return Unknown()
    if name in ("assign", "assign_sub", "assign_add") and isinstance(owner, Variable):
        return _assigned(machine, owner, name, given[0], line)
    if name in ("initialized_value", "initializer"):
        return owner
    return tensors.apply(machine, name, [owner, *given], {}, line)


def _assigned(machine: Any, owner: Variable, name: str, change: Any, line: int) -> Any:
    """A hand-written step, where the change hangs on a gradient."""
    gradients = tensors.gradients_in(change)
    if any(gradient.clip is not None for gradient in gradients):
        raise UnreadableError("a step along a gradient that is clipped")
    leaves = [v for v in tensors.leaves(change) if isinstance(v, Variable) and v is not owner]
    held = [v for v in leaves if v.becomes is not None]
    if gradients and held:
        raise UnreadableError("a step along a gradient and a velocity")
    if not gradients and len(held) == 1:
        return _by_velocity(machine, owner, name, change, held[0], line)
    if not gradients:
        raise UnreadableError("a variable that is assigned something other than a step")
    mine = next((g for g in gradients if g.variable is owner), None)
    if mine is None and len({id(g.variable) for g in gradients}) == 1:
        owner.becomes = (name, change, line)  # a velocity, it may be
        machine.gap(line, "a variable that is moved along another one's gradient")
        return owner
    if mine is None:
        raise UnreadableError("a variable that is moved along another one's gradient")
    own = [id(g) for g in gradients if g.variable is owner]
    first = np.asarray(owner.value, float)
    rates = []
    for size in (1.0, FAR):  # where a limit shows
        slope = size * np.random.RandomState(7).uniform(0.5, 1, np.shape(first))
        moved = np.asarray(tensors.value_of(change, dict.fromkeys(own, slope)), float)
        moved = {"assign": first - moved, "assign_add": -moved}.get(name, moved)
        rates += list(np.ravel(moved / slope))
    if not np.allclose(rates, rates[-1], rtol=1e-6, atol=1e-12):
        raise UnreadableError("a step that is no multiple of the gradient")
    keras_calls.step(machine, mine.loss, float(f"{rates[-1]:.9g}"), [owner], line, {})
    return owner


def _by_velocity(
    machine: Any, owner: Variable, name: str, change: Any, velocity: Variable, line: int
) -> Any:
    """A hand-written step along a velocity, which keeps a part of itself."""
    how, becomes, noted = velocity.becomes
    gradients = tensors.gradients_in(becomes)
    if any(gradient.variable is not owner for gradient in gradients):
        raise UnreadableError("a variable that is moved along another one's gradient")
    first = np.asarray(owner.value, float)

    def kept(slope: np.ndarray, old: np.ndarray) -> np.ndarray:
        known = dict.fromkeys([id(g) for g in gradients], slope) | {id(velocity): old}
        new = np.asarray(tensors.value_of(becomes, known), float)
        return {"assign_add": old + new, "assign_sub": old - new}.get(how, new)

    def moved(slope: np.ndarray, old: np.ndarray) -> np.ndarray:
        known = {id(velocity): kept(slope, old), id(owner): first}
        by = np.asarray(tensors.value_of(change, known), float)
        return {"assign": first - by, "assign_add": -by}.get(name, by)

    slope, old = np.random.RandomState(7).uniform(0.5, 1, (2, *np.shape(first)))
    none = np.zeros(np.shape(first))
    rates = [moved(size * slope, none) / (size * slope) for size in (1.0, FAR)]
    shares = [kept(none, size * old) / (size * old) for size in (1.0, FAR)]
    both = moved(slope, old) - moved(slope, none) - moved(none, old)
    for numbers in (rates, shares):
        if not np.allclose(numbers, np.ravel(numbers)[0], rtol=1e-6, atol=1e-12):
            raise UnreadableError("a step that is no multiple of the gradient")
    if not np.allclose(both, 0, atol=1e-9):
        raise UnreadableError("a step that is no sum of velocity and gradient")
    machine.gaps.pop(noted, None)
    rate, momentum = (float(f"{np.ravel(n)[0]:.9g}") for n in (rates, shares))
    keras_calls.step(machine, gradients[0].loss, rate, [owner], line, {})
    options = machine.trainings[-1].options
    if options.setdefault("momentum", momentum) != momentum:
        options["rates"] = (rate, rate)
    return owner


def _list(owner: list[Any], name: str, given: list[Any]) -> Any:
    if name in ("append", "insert", "extend") and len(owner) >= MAX_ITEMS:
        raise UnreadableError("a list that is too long to be read here")
    if name == "extend" and not isinstance(given[0], list | tuple):
        raise UnreadableError("a list that is extended by something else")
    return getattr(owner, name)(*given)


def _text(owner: str, name: str, given: list[Any]) -> Any:
    if name in ("format", "join", "center", "ljust", "rjust", "zfill"):
        return "…"
    if name in ("resolve", "absolute", "expanduser", "joinpath"):
        return "/".join([owner, *map(str, given)])
    if name in ("lower", "upper", "strip", "split", "startswith", "endswith") and len(owner) < 5000:
        return getattr(owner, name)(*given)
    raise UnreadableError(f"`.{name[:40]}` of text")
