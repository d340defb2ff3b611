"""Functions that train: which they are, and the last of them where a program calls none."""

import ast
from typing import Any

from .budget import REFUSED, ExhaustedError
from .lists import words
from .scope import BrokenError, ContinuedError, Scope
from .values import Function, Unknown

MAX_SOUGHT = 4  # functions within functions that are looked through for a training
TRAINING_CALLS = words("fit fit_generator train_on_batch apply_gradients minimize partial_fit")


def trains(statements: list[ast.stmt], scope: Scope, depth: int = 0) -> bool:
    """Whether statements call what trains, or a function of the program that does."""
    calls = [part.func for s in statements for part in ast.walk(s) if isinstance(part, ast.Call)]
    if any(getattr(function, "attr", "") in TRAINING_CALLS for function in calls):
        return True
    own = [_defined(scope.find(f.id)[1]) for f in calls if isinstance(f, ast.Name)]
    return depth < MAX_SOUGHT and any(trains(f.body, scope, depth + 1) for f in own if f)


def read(machine: Any) -> None:
    """Reads the last function that trains, as if it were called with what nothing gives."""
    functions = [(f, _defined(f)) for f in machine.module.values()]
    for function, node in reversed(functions):
        if node is None or not trains(node.body, machine.module):
            continue
        spec, line = node.args, node.lineno
        needed = len(spec.posonlyargs) + len(spec.args) - len(spec.defaults)
        names = [a.arg for a in [*spec.posonlyargs, *spec.args][:needed]]
        given = [Unknown(line, f"`{name}`, which nothing gives") for name in names]
        machine.gap(line, f"nothing calls `{node.name}`: read as if it were called")
        try:
            machine.call(function, given, {}, line)
        except (ExhaustedError, BrokenError, ContinuedError, *REFUSED):
            continue
        if machine.trainings:
            return


def _defined(value: Any) -> ast.FunctionDef | None:
    """The definition of a function of the program; a lambda has none."""
    node = value.node if isinstance(value, Function) else None
    return node if isinstance(node, ast.FunctionDef) else None
