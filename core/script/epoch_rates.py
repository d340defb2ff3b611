"""The rates that a loop around a training loop sets, from epoch to epoch."""

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import assignment
from .arrays import is_numeric
from .scope import Scope
from .snapshot import Snapshot

MOST_EPOCHS = 2000  # whose rates are asked for


def by_epoch(
    machine: Any, node: ast.For, inner: Any, items: Sequence[Any], scope: Scope, name: str
) -> list[float] | None:
    """The rates that a loop around a training loop sets, round by round; None if not known.

    Args:
        machine: The reading, in the loop's first round, behind the inner loop.
        node: The loop.
        inner: The loop that trains.
        items: What the loop's target stands for, round by round.
        scope: Its names.
        name: Of the rate.
    """
    place = next((k for k, s in enumerate(node.body) if inner in ast.walk(s)), None)
    if place is None or name not in scope or len(items) > MOST_EPOCHS:
        return None
    setting = [s for k, s in enumerate(node.body) if k != place and name in _set(s)]
    if name in _set(node.body[place]) - _set(inner):
        return None
    moved = {t.id for t in ast.walk(node.target) if isinstance(t, ast.Name)}
    if any(_loaded(s) & (_set(node) - {name, *moved}) for s in setting):
        return None  # which hangs on how the training goes
    before = [s for s in setting if s.lineno < inner.lineno]
    after = [s for s in setting if s.lineno > inner.lineno]
    kept, rates = Snapshot(machine, scope), []
    try:
        for number, item in enumerate(items):
            if number:
                assignment.assign(machine, node.target, item, scope)
                machine.block(before, scope)
            rate: Any = scope.get(name)
            if not is_numeric(rate) or np.size(rate) != 1:
                return None
            rates.append(float(np.ravel(rate)[0]))
            machine.block(after, scope)
    finally:
        kept.restore()
    return rates if rates and all(rate > 0 for rate in rates) else None


def _set(node: ast.AST) -> set[str]:
    return _named(node, ast.Store)


def _loaded(node: ast.AST) -> set[str]:
    return _named(node, ast.Load)


def _named(node: ast.AST, kind: type[ast.expr_context]) -> set[str]:
    """The names and attributes that are set, or looked at."""
    return {
        getattr(part, "id", getattr(part, "attr", ""))
        for part in ast.walk(node)
        if isinstance(part, ast.Name | ast.Attribute) and isinstance(part.ctx, kind)
    }
