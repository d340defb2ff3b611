"""What one round of a loop does to the numbers it changes: tried out from other starts.

The loop's body is read again from starts of our choice, as a formula would be evaluated; that gives
φ ← Mφ + c, whatever names, arrays, classes or inner loops it is written with.
"""

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from . import gradient, rate_rule, unsquared
from .arrays import is_numeric
from .lists import words
from .loop_lines import start_line, update_line
from .loop_numbers import attributes, file_columns, listed, once, scalars
from .loop_schedule import CLEAR_NAMES, RATE_NAMES, rates_at_first, schedule_of
from .scope import Scope
from .snapshot import Snapshot
from .training import Training
from .trial import Reference, Trial, run_round

MAX_WEIGHTS = 40
WEIGHT_NAMES = words(
    "w b theta theta0 theta1 theta2 theta_0 theta_1 weights bias weight w0 w1 w2 b0 b1 m c beta "
    "beta0 beta1 slope intercept coef thetas params k"
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
    counted = rate_rule.counted_names(node)
    counters = [
        rate_rule.Counter(r, float(np.ravel(r.get() - r.first)[0]))
        for r in _changed(before, node)
        if r.size == 1 and r.key in counted
    ]
    changed = [r for r in _changed(before, node) if r.key not in counted and r.is_finite()]
    if not changed:
        return None
    items = [whole[0], whole[-1]] if len(whole) else []
    middle = len(whole) - 2 if len(whole) > 2 else 0
    item = whole[middle] if items else None  # the last batch may be smaller than the others
    now, parts = Snapshot(machine, scope), []
    if len(items) > 1:  # a first row of zeros moves no weight, and a later one does
        before.restore()
        machine.parts = []
        run_round(machine, node, item, scope)
        parts, machine.parts = machine.parts or [], None
        known = {(id(reference.holder), reference.key) for reference in changed}
        last = _changed(before, node)
        changed += [
            r
            for r in last
            if (id(r.holder), r.key) not in known and r.key not in counted and r.is_finite()
        ]
    if sum(reference.size for reference in changed) > MAX_WEIGHTS:
        now.restore()
        return None
    local = [value for value in scope.values() if isinstance(value, np.ndarray)]
    rates = {r.key: r for r in changed if r.key.lower() in CLEAR_NAMES}
    maybe = {r.key: r for r in changed if r.key.lower() in RATE_NAMES} | rates
    try:
        arrays = [*machine.origins.arrays(), *local, *attributes(before), *file_columns(machine)]
        arrays += [*listed(whole), *(part for part, _ in parts)]
        arrays = once(arrays)
        deltas = unsquared.constants_of(machine.program.tree)
        trial = Trial(machine, node, item, scope, before, _but(changed, rates))
        step = _step(trial, arrays, deltas, len(whole))
        if len(maybe) > len(rates) and (step is None or step[0] is None):  # `a` may be a rate
            rates = maybe
            trial = Trial(machine, node, item, scope, before, _but(changed, rates))
            step = _step(trial, arrays, deltas, len(whole))
        if step is None:
            return None
        match, first, momentum, names = step
        options: dict[str, Any] = {
            "first": first,
            "momentum": momentum,
            "names": sorted(names),
            "update": update_line(node, names),
            "start": start_line(machine.program.tree, node, names),
            "scalars": scalars(before),
            "node": node,
            "taken": parts,
        }
        if rates:
            options["decay"] = trial.decay(next(iter(rates.values())), items)
        if match is not None and options.get("decay") is None:
            around = rate_rule.around(machine, node, scope)
            told = schedule_of(trial, whole, counters, around, match, arrays)
            if told is not None and (told[0] or not rates):
                options["schedule"], first_over = told
                match = replace(match, size=match.size * first_over)
                options["scalars"] |= rates_at_first(trial, node, items)
            elif match.rows > 1 and items and not trial.same_with(*items):
                options["another"] = True
        return Training(
            "loop", node.lineno, match=match, options=options, shuffles=machine.shuffles
        )
    finally:
        now.restore()


def _but(changed: list[Reference], rates: dict[str, Reference]) -> list[Reference]:
    return [reference for reference in changed if reference.key not in rates]


def _step(
    trial: Trial, arrays: list[np.ndarray], deltas: list[float], rounds: int
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
        match = gradient.match(m, c, arrays, rounds) or _by_differences(m, c, arrays, deltas)
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
