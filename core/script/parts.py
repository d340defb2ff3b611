"""Attributes and parts of values, those that are on a list."""

import math
from typing import Any

import numpy as np

from . import calls, frames, keras_calls, keras_layers, lists, operators, tensors
from .budget import UnreadableError
from .scope import Scope
from .values import Bound, Class, Function, Instance, Lib, Obj, Unknown, is_tensor


def attribute(machine: Any, owner: Any, name: str, scope: Scope | None = None) -> Any:
    """An attribute that is on a list; a method of what is not the program's own is bound."""
    if isinstance(owner, Unknown):
        return owner
    if isinstance(owner, Lib):
        if (path := f"{owner.path}.{name}") in machine.set_on_libraries:
            return machine.set_on_libraries[path]
        return calls.constant(owner, name)
    if isinstance(owner, Instance):
        return _of_instance(machine, owner, name)
    if isinstance(owner, Class):
        found = owner.find(name)
        return found if found is not None else Bound(owner, name)
    if isinstance(owner, np.matrix) and name in ("A", "A1"):
        return np.asarray(owner) if name == "A" else np.asarray(owner).ravel()
    if isinstance(owner, np.ndarray) and name in lists.ARRAY_PROPERTIES:
        return owner if name in ("values", "flat") else getattr(owner, name)
    if isinstance(owner, frames.Frame):
        found = frames.attribute(machine, owner, name)
        if found is None and frames.is_column(owner, name):
            return frames.column(machine, owner, name)
        return found if found is not None else Bound(owner, name)
    if isinstance(owner, frames.Description) and name == "T":
        return owner
    if isinstance(owner, str) and name in ("parent", "parents"):
        return operators.TEXT
    if isinstance(owner, Obj) and owner.kind == "Namespace":
        if name not in owner.holds:
            raise UnreadableError(f"`{name[:40]}`, which is not set here")
        return owner.holds[name]
    if isinstance(owner, Obj):
        found = keras_calls.attribute(machine, owner, name)
        return found if found is not None else Bound(owner, name)
    if is_tensor(owner) and name == "shape":
        return np.shape(tensors.value_of(owner))
    return Bound(owner, name)


def _of_instance(machine: Any, owner: Instance, name: str) -> Any:
    if name in owner.attributes:
        return owner.attributes[name]
    found = owner.cls.find(name)
    if isinstance(found, Function):
        if found.of == "property":
            return machine.call(found.bound(owner, None), [], {}, machine.line)
        return Function(found.node, found.around, owner, found.of or owner.cls)
    if found is not None:
        return found
    if name in ("trainable_variables", "trainable_weights", "weights", "variables"):
        return keras_layers.variables_of(owner)
    if name in ("optimizer", "metrics", "compiled_metrics") and "compiled" in owner.holds:
        known = {"metrics": [], "compiled_metrics": Unknown(), **owner.holds["compiled"]}
        return known[name] if name != "metrics" else []
    return Bound(owner, name)


def _is_permutation(key: Any, rows: int) -> bool:
    if not isinstance(key, np.ndarray) or key.ndim != 1 or key.dtype.kind not in "iu":
        return False
    in_order = np.arange(rows)
    return len(key) == rows > 2 and (
        np.array_equal(np.sort(key), in_order) and not np.array_equal(key, in_order)
    )


def _numbers_by_number(owner: np.ndarray, key: Any) -> int:
    """How many numbers a part has whose places are listed: each as often as it is asked for."""
    keys = key if isinstance(key, tuple) else (key,)
    listed = [
        (size, np.shape(places))
        for size, places in zip(owner.shape, keys, strict=False)
        if isinstance(places, np.ndarray | list) and np.asarray(places).dtype != bool
    ]
    if not listed:
        return 0
    rest = owner.size // math.prod(max(1, size) for size, _ in listed)
    return math.prod(np.broadcast_shapes(*(shape for _, shape in listed))) * rest


def part(machine: Any, owner: Any, key: Any) -> Any:
    """`owner[key]`."""
    if isinstance(owner, frames.Frame):
        return frames.item(machine, owner, key)
    if isinstance(owner, frames.Row):
        return owner.item(key)
    if isinstance(owner, frames.Description):
        return frames.described(owner, key)
    if isinstance(owner, frames.Locator):
        return frames.locate(machine, owner, key)
    if is_tensor(owner) and not isinstance(owner, list | tuple):
        return tensors.later(lambda a: a[key], owner, line=machine.line)
    if isinstance(owner, np.ndarray):
        machine.budget.spend(_numbers_by_number(owner, key))
        chosen = owner[key]
        machine.budget.spend(np.size(chosen))
        machine.taken(chosen, owner)
        machine.origins.inherit(chosen, [owner])
        machine.origins.rows(chosen, owner, key)
        if _is_permutation(key, len(owner)):
            machine.permuted(chosen, key)
        machine.origins.columns(chosen, owner, key)
        return chosen
    if isinstance(owner, list | tuple | dict | str | range):
        return owner[key]
    if isinstance(owner, Obj) and owner.kind == "Bunch" and isinstance(key, str):
        return owner.holds[key]
    raise UnreadableError("a part of something that is not read here")
