"""How many rounds a `while` loop makes that counts them: `while i < n: …; i += 1`."""

import ast
import operator
from collections.abc import Callable, Iterator
from typing import Any

from .arrays import is_numeric
from .budget import REFUSED
from .scope import Scope

MOST = 100_000  # rounds, which is as many epochs as a spec may have
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.NotEq: operator.ne, ast.Eq: operator.eq,
}  # fmt: skip


def rounds(machine: Any, node: ast.While, scope: Scope) -> tuple[int | None, int]:
    """How many rounds the loop's counter allows; and where the loop may end before.

    Args:
        machine: The reading, before the loop's first round.
        node: The loop.
        scope: Its names.

    Returns:
        The number, None for a loop without a counter; and a line, 0 where it ends by its counter
        alone.
    """
    leaving = list(_leaving(node.body))
    if any(isinstance(part, ast.Continue) for part in leaving):
        return None, node.lineno
    breaks = [part for part in leaving if isinstance(part, ast.Break | ast.Return)]
    if not isinstance(node.test, ast.Constant):
        tests = _sides(node.test, ast.And)
        found = _first(machine, node, tests, scope, 0, False)
        before = breaks[0].lineno if breaks else node.lineno if len(tests) > 1 else 0
        return found, before
    for number, statement in enumerate(node.body):
        if not isinstance(statement, ast.If) or statement.orelse:
            continue
        if breaks and statement.body[-1] is breaks[-1]:
            tests = _sides(statement.test, ast.Or)
            told = {part.id for part in ast.walk(statement.test) if isinstance(part, ast.Name)}
            if any(name not in told for name in _stored(node.body[number + 1 :])):
                break  # the last round is left before all of it was done
            found = _first(machine, node, tests, scope, number, True)
            only = len(breaks) == 1 and len(tests) == 1
            return found, 0 if only else breaks[0].lineno
    return None, node.lineno


def _sides(test: ast.expr, kind: type[ast.boolop]) -> list[ast.expr]:
    whole = isinstance(test, ast.BoolOp) and isinstance(test.op, kind)
    return test.values if isinstance(test, ast.BoolOp) and whole else [test]


def _leaving(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that leave a round, or the loop."""
    for statement in body:
        if isinstance(statement, ast.Break | ast.Return | ast.Continue):
            yield statement
        if isinstance(statement, ast.For | ast.While | ast.FunctionDef | ast.ClassDef):
            continue
        for name in ("body", "orelse", "finalbody", "handlers"):
            inner = getattr(statement, name, None)
            if isinstance(inner, list):
                yield from _leaving(inner)


def _first(
    machine: Any, node: ast.While, tests: list[ast.expr], scope: Scope, place: int, until: bool
) -> int | None:
    """The rounds up to the first of these tests that is one of a counter.

    Args:
        machine: The reading.
        node: The loop.
        tests: What is compared, each by itself.
        scope: The names.
        place: Of the statement that tests, in the loop's body.
        until: Whether the loop ends where the test holds, and not where it does not.
    """
    stored = _stored(node.body)
    for test in tests:
        if not isinstance(test, ast.Compare) or len(test.ops) != 1:
            continue
        compare = COMPARISONS.get(type(test.ops[0]))
        left, right = test.left, test.comparators[0]
        for counter, limit, turned in ((left, right, False), (right, left, True)):
            if not isinstance(counter, ast.Name) or compare is None:
                continue
            counts = [(k, by) for k, s in enumerate(node.body) if (by := _step(s, counter.id))]
            told = {part.id for part in ast.walk(limit) if isinstance(part, ast.Name)}
            if len(counts) != 1 or stored.count(counter.id) != 1 or told & {*stored}:
                continue
            try:
                value, end = machine.value(counter, scope), machine.value(limit, scope)
            except REFUSED:
                continue
            at, by = counts[0]
            if not is_numeric(value) or not is_numeric(end):
                continue
            value = value + by if until and at < place else value
            for number in range(int(until), MOST):
                holds = bool(compare(end, value) if turned else compare(value, end))
                if holds == until:
                    machine.budget.spend(number)
                    return number
                value = value + by
            return None
    return None


def _stored(body: list[ast.stmt]) -> list[str]:
    """The names that statements let stand for something, and attributes of theirs, as often."""
    parts = [part for statement in body for part in ast.walk(statement)]
    held = [part for part in parts if isinstance(getattr(part, "ctx", None), ast.Store)]
    return [getattr(part, "id", getattr(part, "attr", "")) for part in held]


def _step(statement: ast.stmt, name: str) -> float:
    """By how much a statement counts a name on; 0 for one that does not."""
    if isinstance(statement, ast.AugAssign) and _is(statement.target, name):
        sign = {ast.Add: 1, ast.Sub: -1}.get(type(statement.op), 0)
        return sign * _number(statement.value)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        value = statement.value
        if _is(statement.targets[0], name) and isinstance(value, ast.BinOp):
            sign = {ast.Add: 1, ast.Sub: -1}.get(type(value.op), 0)
            return sign * _number(value.right) if _is(value.left, name) else 0
    return 0


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _number(node: ast.expr) -> float:
    value = node.value if isinstance(node, ast.Constant) else 0
    return value if isinstance(value, int | float) else 0
