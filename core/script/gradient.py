"""What step a hand-written loop makes, told from its numbers.

Gradient descent on squared residuals is affine in the weights: φ ← φ − s·Fᵀ(Fφ − y), where F has a
column for each weight, a column of ones for the intercept. So from φ ← Mφ + c it follows that
I − M = s·FᵀF and c = s·Fᵀy, and with the program's own arrays for F and y, which s it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

RELATIVE = 1e-5
MOST_COLUMNS = 60
MOST_TARGETS = 30


@dataclass(frozen=True, eq=False)
class Column:
    """A column that may be a feature: number `index` of an array, or the ones."""

    values: np.ndarray
    array: np.ndarray | None = None
    index: int = 0

    def table(self) -> np.ndarray:
        """Its array with a feature in each column: the way round that has the column."""
        assert self.array is not None
        flat = self.array if self.array.ndim == 2 else self.array[:, None]
        if len(self.values) < 2:  # of a single row, which is one of the table's
            return flat
        long = flat.shape[0] == len(self.values) and self.index < flat.shape[1]
        if long and np.array_equal(flat[:, self.index], self.values):
            return flat
        wide = flat.shape[1] == len(self.values) and self.index < flat.shape[0]
        return flat.T if wide and np.array_equal(flat[self.index], self.values) else flat


@dataclass(frozen=True, eq=False)
class Match:
    """A step that is gradient descent.

    Attributes:
        columns: For each weight, its feature; without an array for the intercept.
        target: The targets' array, as a column.
        size: s, negative where the step goes uphill.
        rows: Of one step.
        averaged: Whether each output is compared with the targets' mean, by broadcasting.
        in_turn: Whether a weight is moved before the next one's gradient is computed.
        momentum: β, where the step keeps a velocity.
        loss: The key of a loss that does not square its residuals; empty where they are squared.
        delta: Of Huber's loss.
        difference: The step over which the slopes are differences; 0 where they are slopes.
    """

    columns: tuple[Column, ...]
    target: Column
    size: float
    rows: int
    averaged: bool = False
    in_turn: bool = False
    momentum: float = 0.0
    loss: str = ""
    delta: float = 1.0
    difference: float = 0.0


def columns_of(arrays: list[np.ndarray]) -> list[Column]:
    """The columns of arrays, in either orientation; the same numbers once."""
    found: list[Column] = []
    seen: set[tuple[int, bytes]] = set()
    for array in arrays:
        if array.dtype.kind not in "fiub" or not 0 < array.ndim <= 2 or array.size < 1:
            continue
        flat = array if array.ndim == 2 else array[:, None]
        turned = flat.shape[0] < flat.shape[1]
        for table in (flat.T, flat) if turned else (flat,):
            if table.shape[1] > MOST_COLUMNS:
                continue
            for number in range(table.shape[1]):
                values = np.ascontiguousarray(table[:, number], dtype=float)
                key = (
                    len(values),
                    values.tobytes() if len(values) < 5000 else values[:5000].tobytes(),
                )
                if (
                    key not in seen
                    and np.isfinite(values).all()
                    and values.std() + abs(values.mean()) > 0
                ):
                    seen.add(key)
                    found.append(Column(values, array, number))
    return found


def match(m: np.ndarray, c: np.ndarray, arrays: list[np.ndarray], rounds: int = 0) -> Match | None:
    """The step that φ ← Mφ + c is, for features and targets among the arrays; None for none.

    Args:
        m: Shape (p, p).
        c: Shape (p,).
        arrays: Of the program, the likeliest first.
        rounds: Of the loop that steps; a table of so many rows is likelier, where a step sees one.
    """
    a = np.eye(len(c)) - m
    by_rows: dict[int, list[Column]] = {}
    for column in columns_of(arrays):
        by_rows.setdefault(len(column.values), []).append(column)
    for rows, columns in by_rows.items():
        if rows > 1:
            found = _match_rows(a, c, columns[:MOST_COLUMNS], rows)
            if found is not None:
                return found
    alike = [array for array in arrays if array.ndim and len(array) == rounds]
    return _match_single(a, c, alike) or _match_single(a, c, arrays)


def _match_rows(a: np.ndarray, c: np.ndarray, columns: list[Column], rows: int) -> Match | None:
    ones = Column(np.ones(rows))
    features = [ones, *(column for column in columns if column.values.std() > 0 or _useful(column))]
    for averaged in (False, True):
        for target in columns[:MOST_TARGETS]:
            y = target.values
            if averaged:
                y = np.full(rows, y.mean())
            for in_turn in (False, True):
                found = _fit(a, c, features, target, y, averaged, in_turn)
                if found is not None:
                    return found
    return None


def _useful(column: Column) -> bool:
    """A constant column counts where it is not the ones."""
    return not np.allclose(column.values, 1.0)


def _fit(
    a: np.ndarray,
    c: np.ndarray,
    features: list[Column],
    target: Column,
    y: np.ndarray,
    averaged: bool,
    in_turn: bool,
) -> Match | None:
    """The columns that explain diagonal and constant of each weight, and then the whole matrix."""
    chosen: list[Column] = []
    size: float | None = None
    steps = _undone(a, c) if in_turn else (a, c)
    if steps is None:
        return None
    a, c = steps
    for row in range(len(c)):
        best = None
        for column in features:
            f = column.values
            if any(column is other for other in chosen) or (len(c) == 1 and column is target):
                continue
            square, product = float(f @ f), float(f @ y)
            left, right = a[row, row] * product, c[row] * square
            noise = 1e-10 * abs(a[row, row]) * float(np.sqrt(square * (y @ y)))  # where 0 is meant
            if abs(left - right) > RELATIVE * (abs(left) + abs(right)) + noise + 1e-300:
                continue
            s = a[row, row] / square
            if s and (size is None or abs(s - size) <= 10 * RELATIVE * abs(size)):
                best = (column, s)
                break
        if best is None:
            return None
        chosen.append(best[0])
        size = best[1] if size is None else size
    if size is None:
        return None
    if sum(column.values.std() == 0 for column in chosen) > 1:
        return None  # of numbers that are all the same: of a single row, it may be
    f = np.stack([column.values for column in chosen], axis=1)
    whole = size * f.T @ f
    if not np.allclose(a, whole, rtol=1e-4, atol=1e-6 * float(np.abs(whole).max())):
        return None
    return Match(tuple(chosen), target, size, len(y), averaged, in_turn)


def _undone(a: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The gradient of all weights at once, from a step that moves them one after the other.

    Moved in turn, with L the strictly lower part of s·FᵀF: (I + L)·Δφ is the step at once.
    """
    p = len(c)
    if not 1 < p <= 6:
        return None
    whole, constant = a.copy(), c.copy()
    for row in range(1, p):
        for before in range(row):
            # the entry that a later weight shares with an earlier one is the same either way round
            shared = whole[before, row]
            whole[row] = whole[row] + shared * a[before]
            constant[row] = constant[row] + shared * c[before]
    if np.allclose(whole, a, rtol=1e-9):
        return None
    return whole, constant


def _match_single(a: np.ndarray, c: np.ndarray, arrays: list[np.ndarray]) -> Match | None:
    """A step on a single row of the arrays."""
    diagonal = np.diag(a)
    if not np.allclose(a * a, np.outer(diagonal, diagonal), rtol=1e-4, atol=1e-12 * a.max() ** 2):
        return None  # which a single row's is
    tables = [array for array in arrays if array.ndim in (1, 2) and 2 <= len(array) <= 100_000]
    for x in tables:
        flat = x if x.ndim == 2 else x[:, None]
        for y in tables:
            if y is x or y.size != len(flat) or len(y) != len(flat):
                continue
            places = list(range(flat.shape[1]))
            for found in _single(a, c, flat, Column(y.ravel(), y), x, places):
                return found
    for table in tables:  # of which a column is the target
        last = table.shape[1] - 1 if table.ndim == 2 else 0
        for place in (last, 0) if 0 < last < MOST_COLUMNS else ():
            places = [k for k in range(last + 1) if k != place]
            target = Column(table[:, place], table, place)
            for found in _single(a, c, table[:, places], target, table, places):
                return found
    return None


def _single(
    a: np.ndarray, c: np.ndarray, flat: np.ndarray, target: Column, x: np.ndarray, places: list[int]
) -> Iterator[Match]:
    y = target.values
    p, d = len(c), flat.shape[1]
    orders = []
    if p == d:
        orders = [list(range(d))]
    elif p == d + 1:
        orders = [[*range(d), -1], [-1, *range(d)]]
    some = flat[:200]
    values = np.column_stack([some, np.ones(len(some))])
    for order in orders:
        rows = values[:, order]
        squares = np.sum(rows * rows, axis=1) ** 2
        sizes = np.einsum("ri,ij,rj->r", rows, a, rows) / np.where(squares > 0, squares, np.inf)
        diagonal = sizes[:, None] * rows * rows
        near = np.isclose(np.diag(a), diagonal, rtol=1e-5, atol=1e-9 * np.abs(a).max())
        for row in np.flatnonzero(near.all(axis=1) & (sizes != 0)):
            f, size = rows[row], float(sizes[row])
            whole = size * np.outer(f, f)
            if not np.allclose(a, whole, rtol=1e-5, atol=1e-9 * np.abs(whole).max()):
                continue
            if np.allclose(c, size * f * y[row], rtol=1e-5, atol=1e-12):
                yield Match(
                    tuple(
                        Column(np.ones(1)) if k < 0 else Column(flat[:1, k], x, places[k])
                        for k in order
                    ),
                    Column(y[:1], target.array, target.index),
                    size,
                    1,
                )
