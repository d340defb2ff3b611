"""What one round of a loop does to the numbers it changes: tried out from other starts.

The loop's body is read again from starts of our choice, as a formula would be evaluated; that gives
φ ← Mφ + c, whatever names, arrays, classes or inner loops it is written with.
"""

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from . import gradient, unsquared
from .arrays import is_numeric, table_of
from .lists import words
from .scope import Scope
from .snapshot import Snapshot
from .training import Training
from .trial import Reference, Trial, run_round

MAX_WEIGHTS = 40
MOST_ITEMS = 5000
RATE_NAMES = words(
    "lr alpha learning_rate learningrate eta rate l step_size stepsize step learn_rate a gamma "
    "epsilon lrate lr0 alfa"
)
CLEAR_NAMES = words("lr alpha learning_rate eta step_size learn_rate lrate alfa learningrate")
WEIGHT_NAMES = words(
    "w b theta theta0 theta1 theta2 theta_0 theta_1 weights bias weight w0 w1 w2 b0 b1 m c beta "
    "beta0 beta1 slope intercept coef thetas params k"
)


def moves_rate(node: ast.stmt) -> bool:
    """Whether a loop gives something that is called as learning rates are another value."""
    return any(
        isinstance(getattr(part, "ctx", None), ast.Store)
        and getattr(part, "id", getattr(part, "attr", "")).lower() in CLEAR_NAMES
        for part in ast.walk(node)
    )


def training_of(
    machine: Any, node: Any, whole: Sequence[Any], scope: Scope, before: Snapshot
) -> Training | None:
    """The training that a loop is, told from one round of it; None if it is none.

    Args:
        machine: The reading.
        node: The loop, of which one round has just been run.
        whole: What its target stands for, round by round; empty for none.
        scope: Its names.
        before: How things stood before that round.
    """
    changed = _changed(before, node)
    if not changed:
        return None
    items = [whole[0], whole[-1]] if len(whole) else []
    now = Snapshot(machine, scope)
    if len(items) > 1:  # a first row of zeros moves no weight, and a last one does
        before.restore()
        run_round(machine, node, items[-1], scope)
        known = {(id(reference.holder), reference.key) for reference in changed}
        last = _changed(before, node)
        changed += [r for r in last if (id(r.holder), r.key) not in known]
    if sum(reference.size for reference in changed) > MAX_WEIGHTS:
        now.restore()
        return None
    local = [value for value in scope.values() if isinstance(value, np.ndarray)]
    item = items[-1] if items else None
    rates = {r.key: r for r in changed if r.key.lower() in CLEAR_NAMES}
    maybe = {r.key: r for r in changed if r.key.lower() in RATE_NAMES} | rates
    try:
        arrays = [*machine.origins.arrays(), *local, *_attributes(before), *_file_columns(machine)]
        arrays += _listed(whole)
        arrays = _once(arrays)
        deltas = unsquared.constants_of(machine.program.tree)
        trial = Trial(machine, node, item, scope, before, _but(changed, rates))
        step = _step(trial, arrays, deltas)
        if len(maybe) > len(rates) and (step is None or step[0] is None):  # `a` may be a rate
            rates = maybe
            trial = Trial(machine, node, item, scope, before, _but(changed, rates))
            step = _step(trial, arrays, deltas)
        if step is None:
            return None
        match, first, momentum, names = step
        options: dict[str, Any] = {
            "first": first,
            "momentum": momentum,
            "names": sorted(names),
            "update": _update_line(node, names),
            "start": _start_line(machine.program.tree, node, names),
            "scalars": _scalars(before),
        }
        if (
            len(items) > 1
            and match is not None
            and match.rows > 1
            and not trial.same_with(items[0])
        ):
            options["another"] = True
        if rates:
            options["decay"] = trial.decay(next(iter(rates.values())), items)
        return Training(
            "loop", node.lineno, match=match, options=options, shuffles=machine.shuffles
        )
    finally:
        now.restore()


def _but(changed: list[Reference], rates: dict[str, Reference]) -> list[Reference]:
    return [reference for reference in changed if reference.key not in rates]


def _step(
    trial: Trial, arrays: list[np.ndarray], deltas: list[float]
) -> tuple[gradient.Match | None, np.ndarray, float, set[str]] | None:
    """What a round is, the first weights, the momentum and the weights' names; None for no step."""
    found = trial.affine()
    match, momentum, theta = None, 0.0, []
    kept = trial.kept if found else trial.weights
    if found is not None:
        _, m, c = found
        theta, momentum = _without_velocity(m, c)
        if not theta:
            return None
        m, c = m[np.ix_(theta, theta)], c[theta]
        match = gradient.match(m, c, arrays) or _by_differences(m, c, arrays, deltas)
    if match is None and (bent := trial.unsquared(arrays, deltas)) is not None:
        match, theta = bent
        kept, momentum = trial.weights, 0.0
    if match is None and found is None and not trial.bent:
        return None
    owners = [reference.key for reference in kept for _ in range(reference.size)]
    names = {owners[k] for k in theta} or {reference.key for reference in trial.kept}
    if match is None and not {name.lower() for name in names} & WEIGHT_NAMES:
        return None
    first = np.concatenate([np.ravel(r.first) for r in kept]).astype(float)
    return match, first[theta], momentum, names


def _by_differences(
    m: np.ndarray, c: np.ndarray, arrays: list[np.ndarray], steps: list[float]
) -> gradient.Match | None:
    """A step whose slopes are differences over a step h: they are those h/2 further on."""
    shift = np.diag(np.eye(len(c)) - m) / 2
    for step in (h for h in steps if h < 1):
        found = gradient.match(m, c + step * shift, arrays)
        if found is not None:
            return replace(found, difference=step)
    return None


def _update_line(node: ast.stmt, names: set[str]) -> int:
    """The last line of a loop that changes one of the weights; the loop's own for none."""
    found = [
        statement.lineno
        for statement in ast.walk(node)
        if isinstance(statement, ast.Assign | ast.AugAssign)
        for target in ast.walk(statement)
        if isinstance(getattr(target, "ctx", None), ast.Store)
        and getattr(target, "id", getattr(target, "attr", "")) in names
    ]
    return max(found, default=node.lineno)


def _start_line(tree: ast.AST, node: ast.stmt, names: set[str]) -> int:
    """The last line above a loop that lets one of the weights stand for something."""
    lines = [
        part.lineno
        for part in ast.walk(tree)
        if isinstance(part, ast.Name | ast.Attribute)
        and isinstance(part.ctx, ast.Store)
        and getattr(part, "id", getattr(part, "attr", "")) in names
        and part.lineno < node.lineno
    ]
    return max(lines, default=node.lineno)


def line_of_number(tree: ast.AST, name: str, value: float, otherwise: int) -> int:
    """Where a name is given a number: by an assignment, a default, or an argument of a call."""
    for part in ast.walk(tree):
        pairs: list[tuple[str, ast.expr | None]] = []
        if isinstance(part, ast.Assign):
            named = [t for target in part.targets for t in ast.walk(target)]
            keys = [getattr(t, "id", getattr(t, "attr", "")) for t in named]
            values = part.value.elts if isinstance(part.value, ast.Tuple) else [part.value]
            pairs = [(key, given) for key in keys for given in values]
        elif isinstance(part, ast.Call):
            pairs = [(word.arg or "", word.value) for word in part.keywords]
        elif isinstance(part, ast.arguments):
            given = [*part.posonlyargs, *part.args][-len(part.defaults) :] if part.defaults else []
            pairs = [(a.arg, d) for a, d in zip(given, part.defaults, strict=True)]
        for key, given in pairs:
            if key == name and isinstance(given, ast.Constant) and given.value == value:
                return given.lineno
    return otherwise


def _changed(before: Snapshot, node: ast.stmt) -> list[Reference]:
    targets = set()
    if isinstance(node, ast.For):
        targets = {item.id for item in ast.walk(node.target) if isinstance(item, ast.Name)}
    found = []
    for holder, names in before.holders:
        for key in names:
            first: Any = before.before(holder, key)
            now: Any = holder.get(key)
            if key in targets or not _is_weight(first) or not _is_weight(now):
                continue
            if np.size(first) == np.size(now) and not np.array_equal(
                np.ravel(first), np.ravel(now)
            ):
                found.append(Reference(holder, key, int(np.size(first)), first))
    return found


def _is_weight(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, list):
        return 0 < len(value) <= MAX_WEIGHTS and all(
            is_numeric(item) and not isinstance(item, np.ndarray) for item in value
        )
    return is_numeric(value) and np.size(value) <= MAX_WEIGHTS and np.size(value) > 0


def _once(arrays: list[np.ndarray]) -> list[np.ndarray]:
    """The arrays of several numbers, the first of those that are the same."""
    seen, kept = set(), []
    for array in arrays:
        plain = np.asarray(array) if isinstance(array, np.matrix) else array
        key = (plain.shape, plain.dtype.kind, hash(plain.tobytes()))
        if plain.size > 1 and key not in seen:
            seen.add(key)
            kept.append(plain)
    return kept


def _listed(items: Sequence[Any]) -> list[np.ndarray]:
    """What a loop over pairs goes over, side by side."""
    first = items[0] if len(items) else None
    if not isinstance(first, tuple) or len(items) > MOST_ITEMS:
        return []
    if not all(isinstance(item, tuple) and len(item) == len(first) for item in items):
        return []
    sides = [table_of([item[k] for item in items]) for k in range(len(first))]
    return [side for side in sides if side is not None]


def _attributes(before: Snapshot) -> list[np.ndarray]:
    return [
        value
        for _, names in before.holders
        for value in names.values()
        if isinstance(value, np.ndarray)
    ]


def _file_columns(machine: Any) -> list[np.ndarray]:
    """The columns that were taken from files, with their origin."""
    from .frames import Frame

    found = []
    for file in machine.files:
        for ref, column in list(file.given.items()):
            found.append(machine.from_file(Frame(file), (ref,), column))
    return found


def _without_velocity(m: np.ndarray, c: np.ndarray) -> tuple[list[int], float]:
    """The weights among the numbers, and the momentum; all of them and 0 where there is none.

    With v ← βv + g(θ) and θ ← θ + k·v, the weights' own block of M is 1 + k times the velocities'.
    """
    p = len(c)
    for beta in sorted({round(float(value), 9) for value in np.diag(m) if 0.05 < value < 0.9999}):
        velocity = [i for i in range(p) if abs(m[i, i] - beta) < 1e-9]
        theta = [i for i in range(p) if i not in velocity]
        if len(velocity) != len(theta):
            continue
        eye = np.eye(len(theta))
        k = m[theta[0], velocity[0]] / beta
        if (
            k
            and np.allclose(m[np.ix_(velocity, velocity)], beta * eye, atol=1e-12)
            and np.allclose(m[np.ix_(theta, velocity)], k * beta * eye, rtol=1e-6)
            and np.allclose(
                m[np.ix_(theta, theta)], eye + k * m[np.ix_(velocity, theta)], rtol=1e-6
            )
            and np.allclose(c[theta], k * c[velocity], rtol=1e-6)
        ):
            return theta, beta
    return list(range(p)), 0.0


def _scalars(before: Snapshot) -> dict[str, float]:
    """The numbers that names stood for before the loop."""
    return {
        key: float(np.ravel(value)[0])
        for _, names in reversed(before.holders)
        for key, value in names.items()
        if is_numeric(value) and np.size(value) == 1 and not isinstance(value, bool)
    }
