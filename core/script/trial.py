"""Rounds of a loop, tried out from starts of our choice."""

import ast
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import assignment
from .arrays import is_numeric
from .gradient import Match
from .scope import BrokenError, ContinuedError, Scope
from .unsquared import Seen, match
from .values import Unknown

FAR = 1e6  # from where a limit, or a residual that is not squared, shows


@dataclass(eq=False)
class Reference:
    """Where a number or an array is kept: a name, an attribute."""

    holder: dict[str, Any]
    key: str
    size: int
    first: Any  # the value before the loop

    def put(self, numbers: np.ndarray) -> None:
        if isinstance(self.first, np.ndarray):
            made = numbers.reshape(self.first.shape).astype(float)
            self.holder[self.key] = made.view(type(self.first))
        elif isinstance(self.first, list):
            self.holder[self.key] = [float(number) for number in numbers]
        else:
            self.holder[self.key] = float(numbers[0])

    def is_finite(self) -> bool:
        """Whether it can be a weight: the best loss so far, say, begins at infinity."""
        return bool(np.isfinite(np.asarray(self.first, dtype=float)).all())

    def get(self) -> np.ndarray:
        return np.asarray(self.holder[self.key], dtype=float).ravel()


def run_round(machine: Any, node: Any, item: Any, scope: Scope) -> bool:
    """Runs a loop's body once; whether it leaves the loop."""
    if isinstance(node, ast.For):
        assignment.assign(machine, node.target, item, scope)
    try:
        with suppress(ContinuedError):
            machine.block(node.body, scope)
    except BrokenError:
        return True
    return False


class Trial:
    """Rounds of a loop from starts of our choice."""

    def __init__(self, machine, node, item, scope, before, weights) -> None:
        self.machine, self.node, self.item, self.scope = machine, node, item, scope
        self.before, self.weights = before, weights
        self.kept: list[Reference] = []
        self.seen: list[Seen] = []  # for weights of 0, and for each unit vector
        self.settings: list[tuple[dict[str, Any], str, Any]] = []  # put before each round
        self.bent = False  # whether weights move, but not by an affine map
        self.size = sum(reference.size for reference in weights)

    def run(self, numbers: np.ndarray) -> np.ndarray | None:
        self.before.restore()
        for holder, key, value in self.settings:
            holder[key] = value
        at = 0
        for reference in self.weights:
            reference.put(numbers[at : at + reference.size])
            at += reference.size
        gaps = len(self.machine.gaps)
        outer, self.machine.watched = self.machine.watched, {}  # of a trial within a trial
        self.broke = run_round(self.machine, self.node, self.item, self.scope)
        self.watched, self.machine.watched = self.machine.watched, outer
        if len(self.machine.gaps) > gaps and any(
            isinstance(reference.holder.get(reference.key), Unknown) for reference in self.weights
        ):
            return None
        try:
            ends = np.concatenate([reference.get() for reference in self.weights])
        except (TypeError, ValueError):
            return None
        return ends if ends.shape == numbers.shape else None

    def decay(self, rate: Reference, items: list[Any]) -> float | None:
        """The factor by which the rate falls in a round; None if that is not always the same."""
        first = float(np.ravel(rate.first)[0])
        factors = []
        for item in items or [None]:
            self.before.restore()
            run_round(self.machine, self.node, item, self.scope)
            second: Any = rate.holder.get(rate.key)
            if not first or not is_numeric(second):
                return None
            factors.append(float(np.ravel(second)[0]) / first)
        same = np.allclose(factors, factors[0], rtol=1e-9) and factors[0] != 1
        return factors[0] if same else None

    def same_with(self, *items: Any) -> bool:
        """Whether other items of the loop make the same step from the same start."""
        start = np.random.RandomState(4).uniform(-1, 1, self.size)
        kept, first = self.item, self.run(start)
        for item in items:
            self.item = item
            other = self.run(start)
            self.item = kept
            if first is None or other is None or not np.allclose(first, other, rtol=1e-9):
                return False
        return True

    def affine(self) -> tuple[list[int], np.ndarray, np.ndarray] | None:
        """Which numbers are weights, M and c; None if there are none, or it is not affine."""
        size = self.size
        if not size:
            return None
        c = self.run(np.zeros(size))
        if c is None:
            return None
        self.seen.append(self.watched)
        m = np.zeros((size, size))
        for number in range(size):
            unit = np.zeros(size)
            unit[number] = 1.0
            end = self.run(unit)
            if end is None:
                return None
            m[:, number] = end - c
            self.seen.append(self.watched)
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
        for distance in (1.0, FAR):
            start = distance * np.random.RandomState(1).uniform(-1, 1, size)
            end = self.run(start)
            if distance == FAR and (end is None or self.broke):
                continue  # a program that stops where it diverges
            if end is None:
                return None
            expected = m @ start + c
            scale = np.abs(expected[kept]).max() + np.abs(c[kept]).max() + 1e-300
            if not np.abs(end[kept] - expected[kept]).max() <= 1e-6 * scale:
                self.bent = True
                return None
        return kept, m[np.ix_(kept, kept)], c[kept]

    def unsquared(
        self, arrays: list[np.ndarray], deltas: list[float]
    ) -> tuple[Match, list[int]] | None:
        """The step on residuals that are not squared, and its weights; None for none."""
        if len(self.seen) <= self.size:
            return None

        def moved(start: np.ndarray) -> np.ndarray | None:
            end = self.run(start)
            return None if end is None else start - end

        found = match(moved, self.seen, arrays, deltas, loss=False)
        if found is None:
            return None
        made, used = found
        others = np.array([k not in used for k in range(self.size)])
        start = np.random.RandomState(5).uniform(-1, 1, self.size)
        first, second = self.run(np.where(others, 0.0, start)), self.run(start)
        if first is None or second is None or not np.allclose(first[~others], second[~others]):
            return None  # a velocity, or the like, has a say
        return made, list(used)
