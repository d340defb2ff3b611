"""The numbers that a program has when a loop begins: arrays that may be rows, and single ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .arrays import is_numeric, table_of
from .snapshot import Snapshot

MOST_ITEMS = 5000


def once(arrays: list[np.ndarray]) -> list[np.ndarray]:
    """The arrays of several numbers, the first of those that are the same."""
    seen, kept = set(), []
    for array in arrays:
        plain = np.asarray(array) if isinstance(array, np.matrix) else array
        key = (plain.shape, plain.dtype.kind, hash(plain.tobytes()))
        if plain.size > 1 and key not in seen:
            seen.add(key)
            kept.append(plain)
    return kept


def listed(items: Sequence[Any]) -> list[np.ndarray]:
    """What a loop over pairs goes over, side by side."""
    first = items[0] if len(items) else None
    if not isinstance(first, tuple) or len(items) > MOST_ITEMS:
        return []
    if not all(isinstance(item, tuple) and len(item) == len(first) for item in items):
        return []
    sides = [table_of([item[k] for item in items]) for k in range(len(first))]
    return [side for side in sides if side is not None]


def attributes(before: Snapshot) -> list[np.ndarray]:
    return [
        value
        for _, names in before.holders
        for value in names.values()
        if isinstance(value, np.ndarray)
    ]


def file_columns(machine: Any) -> list[np.ndarray]:
    """The columns that were taken from files, with their origin."""
    from .frames import Frame

    found = []
    for file in machine.files:
        for ref, column in list(file.given.items()):
            found.append(machine.from_file(Frame(file), (ref,), column))
    return found


def scalars(before: Snapshot) -> dict[str, float]:
    """The numbers that names stood for before the loop."""
    return {
        key: float(np.ravel(value)[0])
        for _, names in reversed(before.holders)
        for key, value in names.items()
        if is_numeric(value) and np.size(value) == 1 and not isinstance(value, bool)
    }
