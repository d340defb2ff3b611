"""Lets a name, an attribute or a part stand for a value."""

import ast
from typing import Any

import numpy as np

from . import arrays, frames
from .budget import MAX_CELLS, UnreadableError
from .scope import Scope
from .values import Instance, Lib, Node, Obj, Unknown, unknown_in


def assign(machine: Any, target: ast.expr, value: Any, scope: Scope) -> None:
    """Lets a name, a part, or several stand for a value."""
    if isinstance(target, ast.Name):
        scope.set(target.id, value)
        if isinstance(value, np.ndarray) and 1 < value.size <= MAX_CELLS:
            machine.origins.name(target.id, value, target.lineno)
        elif (
            isinstance(value, list)
            and 1 < len(value) <= 5000
            and all(map(arrays.is_numeric, value))
        ):
            machine.origins.name(target.id, np.array(value, dtype=float), target.lineno)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(machine, target.elts, value, scope)
    elif isinstance(target, ast.Attribute):
        owner = machine.value(target.value, scope)
        if isinstance(owner, Instance):
            owner.attributes[target.attr] = value
        elif isinstance(owner, Obj):
            owner.holds[target.attr] = value
        elif not isinstance(owner, Unknown | frames.Frame | Lib):
            raise UnreadableError("an attribute that is set from outside")
    elif isinstance(target, ast.Subscript):
        _store(machine, target, value, scope)
    elif isinstance(target, ast.Starred):
        assign(machine, target.value, list(value), scope)


def _unpack(machine: Any, targets: list[ast.expr], value: Any, scope: Scope) -> None:
    if isinstance(value, Unknown | Node | Obj):
        for target in targets:
            assign(
                machine, target, Unknown(machine.line, getattr(value, "why", "") or "a part"), scope
            )
        return
    items = list(value)
    starred = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
    if starred is not None:
        after = len(targets) - starred - 1
        middle = items[starred : len(items) - after]
        items = [*items[:starred], middle, *items[len(items) - after :]]
    for target, item in zip(targets, items, strict=True):
        assign(machine, target.value if isinstance(target, ast.Starred) else target, item, scope)


def _store(machine: Any, target: ast.Subscript, value: Any, scope: Scope) -> None:
    owner = machine.value(target.value, scope)
    key = machine.key(target.slice, scope)
    if unknown := unknown_in(owner, key, value):
        if not isinstance(owner, Unknown):
            raise UnreadableError(unknown.why or "a value that is not known")
        return
    if isinstance(owner, frames.Frame):
        if isinstance(key, str | int) and isinstance(value, np.ndarray | int | float):
            rows = owner.file.rows
            owner.made[key] = np.broadcast_to(np.asarray(value, float), (rows,)).copy()
            if owner.columns is not None and key not in owner.columns:
                owner.columns = (*owner.columns, key)
            origin = machine.origins.of(value)
            if origin is not None:
                machine.origins.keep(owner.made[key], origin)
        return
    if isinstance(owner, dict | list):
        owner[key] = value
    elif isinstance(owner, np.ndarray):
        machine.budget.spend(np.size(value) + np.size(owner[key]))
        owner[key] = arrays.plain(value)
    else:
        raise UnreadableError("a part that is set")
