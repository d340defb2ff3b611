"""How the rate of a hand-written loop goes on from its first step."""

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import gradient, rate_rule
from .lists import words
from .trial import Trial, run_round

RATE_NAMES = words(
    "lr alpha learning_rate learningrate eta rate l step_size stepsize step learn_rate a gamma "
    "epsilon lrate lr0 alfa"
)
CLEAR_NAMES = words("lr alpha learning_rate eta step_size learn_rate lrate alfa learningrate")


def rates_set(node: ast.AST, inner: Any = None) -> set[str]:
    """The learning rates that a loop sets, by their names, outside an inner loop."""
    within = {id(part) for part in ast.walk(inner)} if inner is not None else set()
    called = {
        "learning_rate"
        for part in ast.walk(node)
        if isinstance(part, ast.Call) and id(part) not in within
        if getattr(part.func, "attr", "") in ("assign", "set_value")
        for told in (part.func, *part.args)
        if any(getattr(inner, "attr", "") in ("learning_rate", "lr") for inner in ast.walk(told))
    }
    return called | {
        name
        for part in ast.walk(node)
        if isinstance(getattr(part, "ctx", None), ast.Store) and id(part) not in within
        if (name := getattr(part, "id", getattr(part, "attr", ""))).lower() in CLEAR_NAMES
    }


def schedule_of(
    trial: Trial,
    items: Sequence[Any],
    counters: list[rate_rule.Counter],
    around: rate_rule.Around | None,
    match: gradient.Match,
    arrays: list[np.ndarray],
) -> tuple[dict[str, Any] | None, float] | None:
    """By which rule the rate goes on, and the first one over the known one; None if not told."""
    same = len(items) < 2 or trial.same_with(items[0], items[-1])
    if same and not counters and around is None:
        return {}, 1.0
    told = rate_rule.rule(trial, items, counters, around, True)
    if told is not None or not len(items):
        return told
    computes = rates_set(trial.node) or rate_rule.computes_with_target(trial.node)
    if computes and not _same_size(trial, items[0 if len(items) > 2 else -1], match, arrays):
        return None
    if not counters and around is None:
        return {}, 1.0
    return rate_rule.rule(trial, items, counters, around, False)


def _same_size(trial: Trial, item: Any, match: gradient.Match, arrays: list[np.ndarray]) -> bool:
    """Whether another round of a loop over batches makes a step of the same size."""
    kept, trial.item = trial.item, item
    affine = trial.affine()
    trial.item = kept
    other = gradient.match(affine[1], affine[2], arrays) if affine is not None else None
    if other is None:
        return False
    sizes = (other.size / match.size, other.size * other.rows / (match.size * match.rows))
    return any(np.isclose(size, 1.0, rtol=1e-6) for size in sizes)


def rates_at_first(trial: Trial, node: Any, items: list[Any]) -> dict[str, float]:
    """What the rates that a loop sets are in its first round."""
    trial.before.restore()
    run_round(trial.machine, node, items[0] if items else None, trial.scope)
    known = {name: trial.scope.find(name)[1] for name in rates_set(node)}
    return {name: float(value) for name, value in known.items() if isinstance(value, int | float)}
