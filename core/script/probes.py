"""What one round of a loop does to the numbers it changes: tried out from other starts.

The loop's body is read again from starts of our choice, as a formula would be evaluated; that gives
φ ← Mφ + c, whatever names, arrays, classes or inner loops it is written with.
"""

import ast
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import assignment, gradient
from .arrays import is_numeric
from .scope import BrokenError, ContinuedError, Scope
from .snapshot import Snapshot
from .training import Training
from .values import Unknown

MAX_WEIGHTS = 40
RATE_NAMES = frozenset(
    "lr alpha learning_rate learningrate eta rate l step_size stepsize step learn_rate "
    "a gamma epsilon lrate lr0 alfa".lower().split()
)
WEIGHT_NAMES = frozenset(
    [
        "w",
        "b",
        "theta",
        "theta0",
        "theta1",
        "theta2",
        "theta_0",
        "theta_1",
        "weights",
        "bias",
        "weight",
        "w0",
        "w1",
        "w2",
        "b0",
        "b1",
        "m",
        "c",
        "beta",
        "beta0",
        "beta1",
        "slope",
        "intercept",
        "coef",
        "thetas",
        "params",
        "k",
    ]
)


@dataclass(eq=False)
class Reference:
    """Where a number or an array is kept: a name, an attribute."""

    holder: dict[str, Any]
    key: str
    size: int
    first: Any  # the value before the loop

    def put(self, numbers: np.ndarray) -> None:
        if isinstance(self.first, np.ndarray):
            self.holder[self.key] = numbers.reshape(self.first.shape).astype(float)
        elif isinstance(self.first, list):
            self.holder[self.key] = [float(number) for number in numbers]
        else:
            self.holder[self.key] = float(numbers[0])

    def get(self) -> np.ndarray:
        return np.asarray(self.holder[self.key], dtype=float).ravel()


def training_of(
    machine: Any, node: Any, item: Any, scope: Scope, before: Snapshot
) -> Training | None:
    """The training that a loop is, told from one round of it; None if it is none.

    Args:
        machine: The reading.
        node: The loop, of which one round has just been run.
        item: What its target stood for in that round.
        scope: Its names.
        before: How things stood before that round.
    """
    changed = list(_changed(before, node))
    if not changed or sum(reference.size for reference in changed) > MAX_WEIGHTS:
        return None
    now = Snapshot(machine, scope)
    local = [value for value in scope.values() if isinstance(value, np.ndarray)]
    rates = {r.key: r for r in changed if r.key.lower() in RATE_NAMES}
    weights = [reference for reference in changed if reference.key not in rates]
    trial = _Trial(machine, node, item, scope, before, weights)
    try:
        found = trial.affine()
        if found is None:
            return None
        _, m, c = found
        arrays = [*machine.origins.arrays(), *local, *_attributes(before), *_file_columns(machine)]
        theta, momentum = _without_velocity(m, c)
        if not theta:
            return None
        m, c = m[np.ix_(theta, theta)], c[theta]
        match = gradient.match(m, c, [array for array in arrays if array.size > 1])
        names = {reference.key for reference in trial.kept}
        if match is None and not {name.lower() for name in names} & WEIGHT_NAMES:
            return None
        first = np.concatenate([np.ravel(r.first) for r in trial.kept]).astype(float)[theta]
        options: dict[str, Any] = {
            "first": first,
            "momentum": momentum,
            "names": sorted(names),
            "update": _update_line(node, names),
            "scalars": _scalars(before),
        }
        if rates:
            options["decay"] = _decay(next(iter(rates.values())), now, before)
        return Training(
            "loop", node.lineno, match=match, options=options, shuffles=machine.shuffles
        )
    finally:
        now.restore()


class _Trial:
    """Rounds of a loop from starts of our choice."""

    def __init__(self, machine, node, item, scope, before, weights) -> None:
        self.machine, self.node, self.item, self.scope = machine, node, item, scope
        self.before, self.weights = before, weights
        self.kept: list[Reference] = []

    def run(self, numbers: np.ndarray) -> np.ndarray | None:
        self.before.restore()
        at = 0
        for reference in self.weights:
            reference.put(numbers[at : at + reference.size])
            at += reference.size
        if isinstance(self.node, ast.For):
            assignment.assign(self.machine, self.node.target, self.item, self.scope)
        gaps = len(self.machine.gaps)
        with suppress(BrokenError, ContinuedError):
            self.machine.block(self.node.body, self.scope)
        if len(self.machine.gaps) > gaps and any(
            isinstance(reference.holder.get(reference.key), Unknown) for reference in self.weights
        ):
            return None
        try:
            ends = np.concatenate([reference.get() for reference in self.weights])
        except (TypeError, ValueError):
            return None
        return ends if ends.shape == numbers.shape else None

    def affine(self) -> tuple[list[int], np.ndarray, np.ndarray] | None:
        """Which numbers are weights, M and c; None if there are none, or it is not affine."""
        size = sum(reference.size for reference in self.weights)
        if not size:
            return None
        c = self.run(np.zeros(size))
        if c is None:
            return None
        m = np.zeros((size, size))
        for number in range(size):
            unit = np.zeros(size)
            unit[number] = 1.0
            end = self.run(unit)
            if end is None:
                return None
            m[:, number] = end - c
        owners = [n for n, reference in enumerate(self.weights) for _ in range(reference.size)]
        kept = []
        for number, reference in enumerate(self.weights):
            own = [i for i, owner in enumerate(owners) if owner == number]
            block = m[np.ix_(own, own)]
            moved = np.abs(block - np.eye(len(own))).max() > 1e-15
            if np.abs(block).max() > 1e-12 and moved:
                kept += own
                self.kept.append(reference)
        if not kept:
            return None
        others = [i for i in range(size) if i not in kept]
        if others and np.abs(m[np.ix_(kept, others)]).max() > 1e-12:
            return None
        if not np.isfinite(m).all() or not np.isfinite(c).all():
            return None
        start = np.random.RandomState(1).uniform(-1, 1, size)
        end = self.run(start)
        if end is None:
            return None
        expected = m @ start + c
        scale = np.abs(expected[kept]).max() + np.abs(c[kept]).max() + 1e-300
        if np.abs(end[kept] - expected[kept]).max() > 1e-6 * scale:
            return None
        return kept, m[np.ix_(kept, kept)], c[kept]


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


def _decay(rate: Reference, now: Snapshot, before: Snapshot) -> float | None:
    """The factor by which the rate falls in a round; None for another rule."""
    first, second = float(np.ravel(rate.first)[0]), now.before(rate.holder, rate.key)
    if not first or not isinstance(second, int | float):
        return None
    return float(second) / first
