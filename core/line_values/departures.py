"""Where what the lines of a method give departs from what the correct method's do."""

from typing import Any

import numpy as np

from ..interpreter import Step
from ..interpreter.shapes import shape_of
from ..interpreter.values import ArrayWeight

CLOSE = 1e-4  # relative: what float32 may differ by


def first_non_finite(steps: list[Step]) -> int | None:
    """The first line whose value is not finite; None for none."""
    for index, step in enumerate(steps):
        for part in numbers_of(step.value):
            if not np.isfinite(part).all():
                return index
    return None


def numbers_of(value: Any) -> list[np.ndarray]:
    """The arrays that a value is made of; none of what holds no numbers."""
    if isinstance(value, ArrayWeight):
        return numbers_of(value.value)
    if isinstance(value, list | tuple):
        return [array for part in value for array in numbers_of(part)]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number or isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        return [array] if array.dtype.kind in "biuf" else []
    return []


def departure(steps: list[Step], correct: list[Step]) -> tuple[int | None, str]:
    """The first line that gives something else than the line of the same name does."""
    left: dict[str, list[Step]] = {}
    for step in correct:
        left.setdefault(step.name, []).append(step)
    for index, step in enumerate(steps):
        like = left.get(step.name)
        if not step.name or not like:
            continue
        right = like.pop(0) if len(like) > 1 else like[0]
        if told := _differs(step, right):
            return index, told
    return None, ""


def _differs(mine: Step, right: Step) -> str:
    ours, theirs = numbers_of(mine.value), numbers_of(right.value)
    what = {"return": "it returns"}.get(mine.name, f"`{mine.name}` is")
    where = f"Line {mine.line}: " if mine.line else ""
    for own, wanted in zip(ours, theirs, strict=False):
        if own.shape != wanted.shape:
            told = f"{shape_of(own)}, the correct one gives {shape_of(wanted)}"
            return f"{where}{what} of shape {told}."
        with np.errstate(all="ignore"):
            room = CLOSE * np.abs(wanted).max(initial=1e-6) + CLOSE * np.abs(wanted)
            off = ~((np.abs(own - wanted.astype(float)) <= room) | (own == wanted))
            off &= ~(np.isnan(own) & np.isnan(wanted)) if own.dtype.kind == "f" else off
        if off.any():
            place = np.unravel_index(int(np.argmax(off)), off.shape)
            row = f" in row {place[0]}" if len(own.shape) and len(own) > 1 else ""
            return f"{where}{what} {own[place]:.4g}{row}, the correct one {wanted[place]:.4g}."
    if len(ours) != len(theirs):
        return f"{where}{what} {len(ours)} values, the correct one {len(theirs)}."
    return ""
