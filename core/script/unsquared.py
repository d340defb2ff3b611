"""Losses that do not square the residuals: told from the numbers of a step, or of a loss.

A program that takes the sign, the magnitude or the limit of its residuals shows them where it does
so. They are affine in the weights, r = Fφ − y, which gives F and y; what is then done to r is tried
out at weights where the known losses differ: near a row's target, amid the rows, and far away.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .gradient import Column, Match, columns_of

Seen = dict[tuple[int, str, int], list[float]]  # by line, function, and number (-1 for one by one)
Respond = Callable[[np.ndarray], np.ndarray | None]

RELATIVE = 1e-5
MOST_ROWS = 200  # of a table, looked through for a single row
MOST_DELTAS = 40
FAR = 1e3


@dataclass(frozen=True)
class Kind:
    """A loss of a row, ρ(r), and its slope ψ(r).

    Attributes:
        key: As specs name it.
        delta: Where Huber's turns straight.
    """

    key: str
    delta: float = 1.0

    def height(self, r: np.ndarray) -> np.ndarray:
        size, d = np.abs(r), self.delta
        if self.key.endswith("mse"):
            return r * r / (2 if self.key == "half_mse" else 1)
        if self.key == "mae":
            return size
        if self.key == "huber":
            return np.where(size <= d, r * r / 2, d * size - d * d / 2)
        return size + np.log1p(np.exp(-2 * size)) - np.log(2.0)

    def slope(self, r: np.ndarray) -> np.ndarray:
        if self.key == "mae":
            return np.sign(r)
        return np.clip(r, -self.delta, self.delta) if self.key == "huber" else np.tanh(r)


@dataclass(frozen=True, eq=False)
class Residuals:
    """Residuals Fφ − y, of arrays of the program."""

    features: np.ndarray
    targets: np.ndarray
    columns: tuple[Column, ...]
    target: Column
    used: tuple[int, ...]  # which of all numbers are weights


def match(
    respond: Respond, seen: list[Seen], arrays: list[np.ndarray], deltas: list[float], loss: bool
) -> tuple[Match, tuple[int, ...]] | None:
    """The loss of unsquared residuals that a step, or a loss, is of; None for none.

    Args:
        respond: The step that weights are moved by, against its sign, or the loss at them.
        seen: The numbers whose sign or size was taken: for weights of 0, and for each unit vector.
        arrays: Of the program, the likeliest first.
        deltas: Numbers of the program, of which one may be Huber's δ.
        loss: Whether `respond` gives the loss.

    Returns:
        The match, and which of the numbers are its weights.
    """
    for residuals in _all_residuals(seen, arrays):
        found = _told(respond, residuals, len(seen) - 1, deltas, loss)
        if found is not None:
            kind, size = found
            rows = len(residuals.targets)
            made = Match(
                residuals.columns, residuals.target, size, rows, loss=kind.key, delta=kind.delta
            )
            return made, residuals.used
    return None


def constants_of(tree: ast.AST) -> list[float]:
    """The positive numbers that are written in a program, or in a function, 1 first."""
    found = [1.0]
    for node in ast.walk(tree):
        value = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            number = float(value) if abs(value) < 1e12 else 0.0
            if number > 0 and number not in found and len(found) < MOST_DELTAS:
                found.append(number)
    return found


def _all_residuals(seen: list[Seen], arrays: list[np.ndarray]) -> list[Residuals]:
    columns = columns_of(arrays)
    found = []
    for key, first in seen[0].items():
        vectors = [np.ravel(np.asarray(record.get(key, ()), dtype=float)) for record in seen]
        if not vectors[0].size or any(v.shape != vectors[0].shape for v in vectors):
            continue
        slopes = np.stack([vector - vectors[0] for vector in vectors[1:]], axis=1)
        if not np.isfinite(slopes).all() or not np.isfinite(vectors[0]).all():
            continue
        used = tuple(int(k) for k in np.flatnonzero(np.abs(slopes).max(axis=0)))
        if not used:
            continue
        for sign in (1.0, -1.0):
            f, y = sign * slopes[:, used], -sign * vectors[0]
            known = _known(f, y, columns) if len(first) > 1 else _single(f, y, arrays)
            if known is not None:
                found.append(Residuals(f, y, *known, used))
    return found


def _known(
    f: np.ndarray, y: np.ndarray, columns: list[Column]
) -> tuple[tuple[Column, ...], Column] | None:
    """The program's columns that features and targets are."""
    target = _column(y, columns)
    ones = Column(np.ones(len(y)))
    chosen = [ones if np.allclose(v, 1.0) else _column(v, columns) for v in f.T]
    if target is None or any(column is None for column in chosen):
        return None
    return tuple(column for column in chosen if column is not None), target


def _column(values: np.ndarray, columns: list[Column]) -> Column | None:
    near = 1e-9 * (1e-300 + float(np.abs(values).max()))
    for column in columns:
        if len(column.values) == len(values) and np.allclose(
            column.values, values, rtol=1e-6, atol=near
        ):
            return column
    return None


def _single(
    f: np.ndarray, y: np.ndarray, arrays: list[np.ndarray]
) -> tuple[tuple[Column, ...], Column] | None:
    """The row of the program's tables that a step on one row sees."""
    tables = [array for array in arrays if array.ndim in (1, 2) and 2 <= len(array) <= 100_000]
    for x in tables:
        flat = x if x.ndim == 2 else x[:, None]
        for goal in tables:
            if goal is x or goal.size != len(flat) or len(goal) != len(flat):
                continue
            for row in np.flatnonzero(np.isclose(goal.ravel(), y[0], rtol=1e-9))[:MOST_ROWS]:
                given = np.append(flat[row], 1.0)
                order = _order(f[0], given)
                if order is not None:
                    columns = tuple(
                        Column(np.ones(1)) if k == len(given) - 1 else Column(f[:, n], x, k)
                        for n, k in enumerate(order)
                    )
                    return columns, Column(y, goal)
    return None


def _order(row: np.ndarray, given: np.ndarray) -> list[int] | None:
    """Which of the given numbers each of a row's is: all features, the 1 at either end or not."""
    last = len(given) - 1
    features = list(range(last))
    for order in (features, [*features, last], [last, *features]):
        if len(order) == len(row) and np.allclose(row, given[order], rtol=1e-6):
            return order
    return None


def _told(
    respond: Respond, residuals: Residuals, size: int, deltas: list[float], loss: bool
) -> tuple[Kind, float] | None:
    """The kind of loss, and its factor; None if it is none of the known."""
    trials = _Trials(respond, residuals, size, loss)
    f, y = residuals.features, residuals.targets
    best = np.linalg.lstsq(f, y, rcond=None)[0]
    random = np.random.RandomState(6)
    unit = 1 / np.sqrt(np.mean(f * f, axis=0))
    spread = float(np.abs(f @ best - y).mean() + 1e-2 * np.abs(y).mean() + 1e-6)
    moved = [best + spread * k * unit * random.uniform(0.5, 1.5, len(unit)) for k in (0.8, -2.5)]
    far = best + FAR * (np.abs(y).max() + max(deltas)) * unit * random.uniform(0.5, 1.5, len(unit))
    row = int(np.argmax(np.sum(f * f, axis=1)))

    def at(target: float) -> np.ndarray:
        """Weights at which that row's residual is this number."""
        return moved[0] - f[row] * (f[row] @ moved[0] - y[row] - target) / (f[row] @ f[row])

    tiny = 1e-6 * max(1.0, abs(float(y[row])))
    if not all(trials.add(point) for point in (*moved, far, at(tiny))):
        return None
    for kind in (Kind("mae"), Kind("log_cosh")):
        if factor := trials.factor(kind):
            return kind, factor
    for delta in deltas:
        kind = Kind("huber", delta)
        near = trials.factor(kind) and trials.add(at(delta / 2)) and trials.add(at(2 * delta))
        if near and (factor := trials.factor(kind)):
            return kind, factor
    return None


class _Trials:
    """What a step, or a loss, was at some weights."""

    def __init__(self, respond: Respond, residuals: Residuals, size: int, loss: bool) -> None:
        self._respond, self._residuals = respond, residuals
        self._size, self._loss = size, loss
        self._made: list[tuple[np.ndarray, np.ndarray, float]] = []

    def add(self, point: np.ndarray) -> bool:
        """Tries one more point; whether that could be done."""
        whole = np.zeros(self._size)
        used = list(self._residuals.used)
        whole[used] = point
        answer = self._respond(whole)
        if answer is None or not np.isfinite(answer).all():
            return False
        answer = answer if self._loss else answer[used]
        noise = 0.0 if self._loss else 1e-14 * float(np.abs(point).max())
        r = self._residuals.features @ point - self._residuals.targets
        self._made.append((r, answer, noise))
        return True

    def factor(self, kind: Kind) -> float:
        """The factor with which the kind explains every answer; 0 for none."""
        f = self._residuals.features
        made = [
            np.array([kind.height(r).sum()]) if self._loss else f.T @ kind.slope(r)
            for r, _, _ in self._made
        ]
        answers = [answer for _, answer, _ in self._made]
        ratios = [
            float(a @ b) / float(a @ a) for a, b in zip(made, answers, strict=True) if a.any()
        ]
        factor = float(np.median(ratios)) if ratios else 0.0
        for expected, (_, answer, noise) in zip(made, self._made, strict=True):
            near = RELATIVE * float(np.abs(factor * expected).max()) + noise
            if np.abs(answer - factor * expected).max() > near:
                return 0.0
        return factor
