"""By which rule a loop's rate changes from step to step, told by trying steps further on.

A step further on, from the same start and over the same rows, is the first one times what the rate
has become: as `η/(1 + k·t)` or `η·q^t`, with t counted by steps, or by rounds of the loop around.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .scope import Scope
from .trial import Reference, Trial

EXACT = 1e-7
FAR = 1000  # rounds of a loop that goes on until it ends


@dataclass(eq=False)
class Counter:
    """A number that each round of a loop counts on."""

    reference: Reference
    by: float


@dataclass(eq=False)
class Around:
    """The loop around: where its target is kept, and what that stands for round by round."""

    holder: dict[str, Any]
    key: str
    items: Sequence[Any]


def counted_names(node: ast.stmt) -> set[str]:
    """The names, and attributes, that a loop counts on by a number that is written there."""
    found = [name for part in ast.walk(node) if (name := _counted(part))]
    return {name for name in found if found.count(name) == 1}


def _counted(part: ast.AST) -> str:
    """What a statement counts on; empty for one that does not."""
    if isinstance(part, ast.AugAssign):
        target, sign, by = part.target, part.op, part.value
    elif isinstance(part, ast.Assign) and isinstance(part.value, ast.BinOp):
        target, sign, by = part.targets[0], part.value.op, part.value.right
        if ast.unparse(part.value.left) != ast.unparse(target):
            return ""
    else:
        return ""
    plain = isinstance(sign, ast.Add | ast.Sub) and isinstance(by, ast.Constant)
    return getattr(target, "id", getattr(target, "attr", "")) if plain else ""


def around(machine: Any, node: ast.stmt, inner: Scope) -> Around | None:
    """The loop around one, where its target is a name that the inner one looks at."""
    others = machine.running if isinstance(node, ast.While) else machine.running[:-1]
    if not others:
        return None
    outer, items, scope = others[-1]
    name = outer.target.id if isinstance(outer.target, ast.Name) else ""
    read = any(
        isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load)
        for part in ast.walk(node)
    )
    held: Any = inner  # the names in which the inner loop finds it
    while held is not None and name not in held:
        held = held.around
    return Around(scope, name, items) if read and held is scope and len(items) > 1 else None


def computes_with_target(node: ast.stmt) -> bool:
    """Whether a loop computes with its target, other than to choose rows by it."""
    names = {
        part.id for part in ast.walk(getattr(node, "target", node)) if isinstance(part, ast.Name)
    }
    chosen = {
        id(inner)
        for part in ast.walk(node)
        if isinstance(part, ast.Subscript)
        for inner in ast.walk(part.slice)
    }
    sums = [
        part for part in ast.walk(node) if isinstance(part, ast.BinOp) and id(part) not in chosen
    ]
    return isinstance(node, ast.For) and any(
        isinstance(inner, ast.Name) and inner.id in names and id(inner) not in chosen
        for part in sums
        if not isinstance(part.op, ast.Mod)
        for inner in ast.walk(part)
    )


def rule(
    trial: Trial, items: Sequence[Any], counters: list[Counter], around: Around | None, own: bool
) -> tuple[dict[str, Any] | None, float] | None:
    """The schedule of a loop's steps; None where steps further on are over other rows.

    Args:
        trial: Of the loop; its item is the one whose step is known.
        items: What the loop's target stands for, round by round; empty for none.
        counters: What is counted on in each round.
        around: The loop around; None for none.
        own: Whether the loop's own target goes on too.

    Returns:
        The schedule's settings, none for a constant rate, None for a rule that is not known; and
        the first step's rate over that of the step which is known.
    """
    each = max(1, len(items))
    total = each * (len(around.items) if around else 1) if items else FAR
    places = {0, 1, 2, 3, each - 1, each, each + 1, 2 * each, total // 2, total - 1}
    numbers = np.array(sorted(n for n in places if 0 <= n < total))
    known = _moved(trial, items, counters, around, None, own)
    moves = []
    for number in numbers:
        moves.append(_moved(trial, items, counters, around, int(number), own))
        if not _parallel(known, moves[-1]):
            return None
    base = float(known @ known)
    rates = np.array([float(move @ known) / base for move in moves])
    told = trial.machine.constants_near(trial.node.lineno)
    return _fitted(numbers, rates / rates[0], each if around else 1, told), float(rates[0])


def _moved(
    trial: Trial,
    items: Sequence[Any],
    counters: list[Counter],
    around: Around | None,
    number: int | None,
    own: bool,
) -> Any:
    """How a step moves two starts; the step that is known for no number."""
    kept, held = trial.item, around.holder.get(around.key) if around else None
    each = max(1, len(items))
    if number is not None:
        for counter in counters:
            first = float(np.ravel(counter.reference.first)[0]) + counter.by * number
            whole = isinstance(counter.reference.first, int) and first.is_integer()
            value = int(first) if whole else first
            trial.settings.append((counter.reference.holder, counter.reference.key, value))
        if own and len(items):
            trial.item = items[number % each]
        if around is not None:
            place = min(number // each, len(around.items) - 1)
            trial.settings.append((around.holder, around.key, around.items[place]))
    moved = []
    for seed in (11, 12):
        start = np.random.RandomState(seed).uniform(-1, 1, trial.size)
        end = trial.run(start)
        moved.append(None if end is None else end - start)
    trial.item, trial.settings = kept, []
    if around is not None:
        around.holder[around.key] = held
    return None if any(move is None for move in moved) else np.concatenate(moved)


def _parallel(first: Any, other: Any) -> bool:
    """Whether a step is the first one times a positive number."""
    if first is None or other is None or not np.any(first):
        return False
    times = float(other @ first) / float(first @ first)
    near = 1e-9 * times * float(np.abs(first).max())
    return times > 0 and bool(np.allclose(other, times * first, rtol=EXACT, atol=near))


def _fitted(
    numbers: np.ndarray, rates: np.ndarray, each: int, written: list[float]
) -> dict[str, Any] | None:
    """The schedule whose rates these are, over the first one, at these steps."""
    if np.allclose(rates, 1.0, rtol=EXACT):
        return {}
    for steps in (1, each) if each > 1 else (1,):
        at = numbers // steps
        later = at > 0
        if not np.allclose(rates[~later], 1.0, rtol=EXACT):
            continue
        slopes = (1 / rates[later] - 1) / at[later]
        if np.allclose(slopes, slopes[0], rtol=1e-5) and slopes[0] > 0:
            return {"key": "inverse_time_decay", **_of_time(float(slopes[0]), steps, written)}
        with np.errstate(all="ignore"):
            factors = rates[later] ** (1 / at[later])
        if np.allclose(factors, factors[0], rtol=1e-9) and factors[0] > 0:
            factor = float(f"{factors[0]:.9g}")
            stairs = {"staircase": True} if steps > 1 else {}
            return {
                "key": "exponential_decay",
                "decay_steps": steps,
                "decay_rate": factor,
                **stairs,
            }
    return None


def _of_time(slope: float, steps: int, written: list[float]) -> dict[str, Any]:
    """`decay_steps` and `decay_rate`: the steps in which the rate halves, where that is whole."""
    slope, time = float(f"{slope:.9g}"), 1 / slope
    stairs = {"staircase": True} if steps > 1 else {}
    plain = any(np.isclose(slope, number, rtol=1e-6) for number in written)
    if steps == 1 and not plain and abs(time - round(time)) < 1e-6 * time:
        return {"decay_steps": round(time), "decay_rate": 1.0}
    return {"decay_steps": steps, "decay_rate": slope, **stairs}
