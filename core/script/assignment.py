"""Lets a name, an attribute or a part stand for a value."""

import ast
from typing import Any

import numpy as np

from ..model.optimizers import OPTIMIZER_BY_KEY
from . import arrays, frames
from .budget import MAX_CELLS, UnreadableError
from .scope import Scope
from .values import Instance, Lib, Node, Obj, Unknown, Variable, unknown_in

RATES = ("learning_rate", "lr")


def sets_rate(machine: Any, node: ast.Call, scope: Scope) -> bool:
    """Whether a call gives an optimizer another rate, as `K.set_value(o.lr, …)`; done if so."""
    function = node.func
    named = getattr(function, "attr", getattr(function, "id", ""))
    if named == "set_value" and len(node.args) == 2:
        target, value = node.args
    elif named == "assign" and isinstance(function, ast.Attribute) and len(node.args) == 1:
        target, value = function.value, node.args[0]
    else:
        return False
    if not isinstance(target, ast.Attribute) or target.attr not in RATES:
        return False
    if not isinstance(machine.value(target.value, scope), Obj):
        return False
    assign(machine, target, machine.argument(value, scope), scope)
    return True


def assign(machine: Any, target: ast.expr, value: Any, scope: Scope) -> None:
    """Lets a name, a part, or several stand for a value."""
    if isinstance(target, ast.Name):
        scope.set(target.id, value)
        if isinstance(value, np.ndarray) and 1 < value.size <= MAX_CELLS:
            machine.origins.name(target.id, value, target.lineno)
        elif (table := arrays.table_of(value)) is not None:
            machine.origins.name(target.id, table, target.lineno)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(machine, target.elts, value, scope)
    elif isinstance(target, ast.Attribute):
        owner = machine.value(target.value, scope)
        if isinstance(owner, Instance):
            owner.attributes[target.attr] = value
            if isinstance(value, Variable) and owner.cls.of_library() == "Layer":
                value.of_layer = True
        elif isinstance(owner, Obj):
            if target.attr in RATES and owner.kind.lower() in OPTIMIZER_BY_KEY:
                owner.given["learning_rate"] = value
            else:
                owner.holds[target.attr] = value
        elif isinstance(owner, frames.Frame) and target.attr == "columns" and owner.file.header:
            owner.altered = frames.OTHER_NAMES
        elif isinstance(owner, frames.Frame) and frames.is_column(owner, target.attr):
            frames.store(machine, owner, target.attr, value)
        elif isinstance(owner, Lib):
            machine.set_on_libraries[f"{owner.path}.{target.attr}"] = value
        elif not isinstance(owner, Unknown | frames.Frame):
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
    if isinstance(value, frames.Frame):
        items = frames.unpacked(machine, value, len(targets))
    else:
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
    if isinstance(owner, frames.Locator):
        rows, columns = key if isinstance(key, tuple) and len(key) == 2 else (key, None)
        whole = isinstance(rows, slice) and rows == slice(None)
        if not whole or columns is None:
            owner.frame.altered = frames.SOME_NUMBERS
            raise UnreadableError("a part of a table that is set")
        owner, key = owner.frame, columns
    if unknown := unknown_in(owner, key, value):
        if isinstance(owner, frames.Frame):
            frames.store(machine, owner, key, None)
            machine.gap(machine.line, unknown.why)
        elif not isinstance(owner, Unknown):
            raise UnreadableError(unknown.why or "a value that is not known")
        return
    if isinstance(owner, frames.Frame):
        frames.store(machine, owner, key, value)
        return
    if isinstance(owner, Lib):
        return  # `os.environ["…"] = …`
    if isinstance(owner, dict | list):
        owner[key] = value
    elif isinstance(owner, np.ndarray):
        machine.budget.spend(np.size(value) + np.size(owner[key]))
        owner[key] = arrays.plain(value)
    else:
        raise UnreadableError("a part that is set")
