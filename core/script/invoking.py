"""Calls of the program's own functions."""

import ast
from typing import Any

from .budget import UnreadableError
from .scope import ReturnedError, Scope
from .values import Function, Unknown

MAX_CALLS = 24  # functions within functions
MAX_YIELDS = 2_000  # that are taken of a generator


def invoke(
    machine: Any, function: Function, given: list[Any], options: dict[str, Any], line: int
) -> Any:
    """The result of calling a function of the program."""
    if machine.depth >= MAX_CALLS:
        raise UnreadableError("functions that call each other too deeply")
    node = function.node
    scope = Scope(function.around)
    if function.owner is not None and function.of != "staticmethod":
        given = [function.owner, *given]
    _bind(machine, node.args, given, options, scope)
    scope.owner, scope.of = function.owner, function.of
    machine.depth += 1
    try:
        if isinstance(node, ast.Lambda):
            return machine.value(node.body, scope)
        if any(isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(node)):
            return _all_yielded(machine, node, scope, line)
        machine.block(node.body, scope)
    except ReturnedError as returned:
        return returned.value
    finally:
        machine.depth -= 1
        machine.line = line
    return None


def _all_yielded(machine: Any, node: Any, scope: Scope, line: int) -> Any:
    """All that a generator gives, one after the other."""
    machine.yields.append(made := [])
    try:
        machine.block(node.body, scope)
    except ReturnedError:
        pass
    finally:
        machine.yields.pop()
    if len(made) < MAX_YIELDS:
        return made
    endless = Unknown(line, "a generator without an end")
    endless.yielded = made
    return endless


def _bind(machine: Any, spec: ast.arguments, given: list[Any], options: dict, scope: Scope) -> None:
    names = [argument.arg for argument in [*spec.posonlyargs, *spec.args]]
    defaults = dict(zip(names[len(names) - len(spec.defaults) :], spec.defaults, strict=True))
    rest = dict(options)
    for number, name in enumerate(names):
        if number < len(given):
            scope.set(name, given[number])
        elif name in rest:
            scope.set(name, rest.pop(name))
        elif name in defaults:
            scope.set(name, machine.value(defaults[name], scope.around or scope))
        else:
            raise UnreadableError(f"a call without `{name}`")
    for argument, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        if argument.arg in rest:
            scope.set(argument.arg, rest.pop(argument.arg))
        elif default is not None:
            scope.set(argument.arg, machine.value(default, scope.around or scope))
    if spec.vararg:
        scope.set(spec.vararg.arg, tuple(given[len(names) :]))
    elif len(given) > len(names):
        raise UnreadableError("a call with too many arguments")
    if spec.kwarg:
        scope.set(spec.kwarg.arg, rest)
    elif rest:
        raise UnreadableError(f"a call with `{min(rest)}`, which the function does not take")
