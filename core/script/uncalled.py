"""Functions that train: which they are, and the last of them where a program calls none."""

import ast
from typing import Any

from .budget import REFUSED, ExhaustedError
from .lists import words
from .scope import BrokenError, ContinuedError, Scope
from .values import Function, Unknown

COST = 100  # of an expression that is looked at, in numbers made: each takes about as long
TRAINING_CALLS = words("fit fit_generator train_on_batch apply_gradients minimize partial_fit")


def trains(machine: Any, statements: list[ast.stmt], scope: Scope) -> bool:
    """Whether statements call what trains, or a function of the program that does, once each.

    Raises:
        ExhaustedError: If to look at them takes more than reading may cost.
    """
    waiting, seen = list(statements), set[int]()
    while waiting:
        for part in ast.walk(waiting.pop()):
            machine.budget.spend(COST)
            if not isinstance(part, ast.Call):
                continue
            if getattr(part.func, "attr", "") in TRAINING_CALLS:
                return True
            own = _defined(scope.find(part.func.id)[1]) if isinstance(part.func, ast.Name) else None
            if own and id(own) not in seen:
                seen.add(id(own))
                waiting += own.body
    return False


def read(machine: Any) -> None:
    """Reads the last function that trains, as if it were called with what nothing gives."""
    functions = [(f, _defined(f)) for f in machine.module.values()]
    for function, node in reversed(functions):
        try:
            if node is None or not trains(machine, node.body, machine.module):
                continue
        except ExhaustedError as error:
            machine.gap(machine.line, str(error))
            return
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
