"""What is wrong in a hand-written step: which known mistake gives exactly these numbers?

Each shape is held against all steps that were followed. The first one that fits names the fault.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from ..diagnosis.finding import Fact, Finding
from ..theory.wording import figure
from .following import Taken

NEAR = 1e-4  # relative to the largest number compared: float32 in loops of any make
HALF = 0.5


def fault_of(taken: list[Taken], rows: int, finding: Finding) -> Finding:
    """A finding of an unknown fault, with the fault's own name where its shape is known.

    Args:
        taken: The steps.
        rows: Of their batch.
        finding: What the diagnosis says of them.
    """
    shown = [each for each in taken if _moves(each.reference)]
    for shape in SHAPES:
        named = shape(shown, rows) if shown else None
        if named:
            key, text, value, limit = named
            fact = Fact("what it is", value, limit, text)
            evidence = (fact, *finding.evidence)
            return Finding(f"fault:{key}", finding.stage, finding.severity, text, evidence)
    return finding


Named = tuple[str, str, float | None, float | None] | None


def _moves(gradients: dict[str, np.ndarray]) -> bool:
    return any(values.any() for values in gradients.values())


def _flat(variables: dict[str, np.ndarray]) -> np.ndarray:
    return np.concatenate(list(variables.values()))


def _close(told: np.ndarray, wanted: np.ndarray, room: np.ndarray | float = 0.0) -> bool:
    with np.errstate(all="ignore"):
        size = max(float(np.abs(told).max()), float(np.abs(wanted).max()))
        return bool((np.abs(told - wanted) <= NEAR * size + room).all())


def _room(each: Taken) -> np.ndarray:
    return _flat(each.rounding)


def _factor(each: Taken, part: str | None = None) -> float | None:
    """c of gradient = c · derivative, of all weights or of a part; None where that does not fit."""
    told = _flat(each.gradients) if part is None else each.gradients[part]
    wanted = _flat(each.reference) if part is None else each.reference[part]
    room = _room(each) if part is None else each.rounding[part]
    square = float(wanted @ wanted)
    if not np.isfinite(square) or square == 0:
        return None
    factor = float(told @ wanted) / square
    return factor if _close(told, factor * wanted, room) else None


def _common(taken: list[Taken], part: str | None = None) -> float | None:
    """The same of all steps."""
    factors = [_factor(each, part) for each in taken]
    known = [factor for factor in factors if factor is not None]
    if len(known) < len(factors) or not np.allclose(known, known[0], rtol=1e-3, atol=1e-6):
        return None
    return known[0]


def frozen(taken: list[Taken], rows: int) -> Named:
    """Weights that are never changed."""
    if any(not np.array_equal(_flat(each.before), _flat(each.after)) for each in taken):
        return None
    text = "The weights never move: the step returns those that it was given."
    return "frozen-weights", text, 0.0, None


def scaled(taken: list[Taken], rows: int) -> Named:
    """Gradients that are a constant times the derivative: a sign, a sum, a mean taken twice."""
    factor = _common(taken)
    if factor is None or abs(factor - 1) < NEAR:
        return None
    if factor < 0:
        by = "" if abs(factor + 1) < NEAR else f", {figure(-factor)} × as long"
        text = f"Every step goes uphill: the gradient has the wrong sign{by}."
        return "gradient-ascent", text, factor, 1.0
    acts = f"{figure(taken[0].rate)} acts as a rate of {figure(factor * taken[0].rate)}."
    for times, key, text in (
        (rows, "sum-for-mean", f"The gradient is the sum over {rows:,} rows, not their mean"),
        (1 / rows, "mean-twice", f"The gradient is divided by the {rows:,} rows twice"),
    ):
        for half in (1.0, HALF, 1 / HALF):
            if rows > 2 and abs(factor / (times * half) - 1) < 1e-3:
                return key, f"{text}: {acts}", factor, 1.0
    text = f"The gradient is {figure(factor)} × the loss's derivative: {acts}"
    return "scaled-gradient", text, factor, 1.0


def lost(taken: list[Taken], rows: int) -> Named:
    """New weights that are the step alone, without the old ones."""
    for each in taken:
        move = -each.rate * _flat(each.reference)
        if not (_close(_flat(each.after), move) or _close(_flat(each.after), -move)):
            return None
    if not any(_flat(each.before).any() for each in taken):
        return None
    text = "The new weights are the step alone: the old ones are not in them (`=-` for `-=`)."
    return "lost-weights", text, None, None


def stale(taken: list[Taken], rows: int) -> Named:
    """Gradients of earlier weights."""
    first = _flat(taken[0].reference)
    told = [_flat(each.gradients) for each in taken]
    if len(taken) < 2 or not _close(told[0], first, _room(taken[0])):
        return None
    pairs = list(pairwise(taken))
    if all(_close(_flat(late.gradients), first, _room(late)) for _, late in pairs):
        text = "Every step uses the gradient of the first weights, which is never computed again."
    elif all(
        _close(_flat(late.gradients), _flat(early.reference), _room(late)) for early, late in pairs
    ):
        text = "Every step uses the gradient of the step before: it comes one step too late."
    else:
        return None
    return "stale-gradients", text, None, None


def one_for_all(taken: list[Taken], rows: int) -> Named:
    """One and the same number for every weight."""
    if len(_flat(taken[0].gradients)) < 2:
        return None
    for each in taken:
        told = _flat(each.gradients)
        if not _close(told, np.full_like(told, told[0]), _room(each)):
            return None
    text = "All weights are given one and the same gradient: a sum has gone over the weights too."
    return "one-gradient-for-all", text, None, None


def of_one_part(taken: list[Taken], rows: int) -> Named:
    """A gradient that is wrong for the bias alone, or for the weights alone."""
    if "bias" not in taken[0].reference:
        return None
    kernel, bias = _common(taken, "kernel"), _common(taken, "bias")
    unmoved = not any(each.gradients["bias"].any() for each in taken)
    if unmoved and kernel is not None and abs(kernel - 1) < NEAR:
        text = "The bias has no gradient: it stays where it began."
        return "dropped-bias", text, 0.0, 1.0
    if kernel is not None and bias is not None:
        part, factor = ("bias", bias) if abs(kernel - 1) < NEAR else ("weights", kernel)
        sign = "has the wrong sign" if abs(factor + 1) < NEAR else f"is {figure(factor)} × its own"
        return f"{part}-gradient", f"The gradient of the {part} {sign}.", factor, 1.0
    if kernel is not None and abs(kernel - 1) < NEAR:
        text = "The gradient of the weights is right, that of the bias is not."
        return "bias-gradient", text, None, None
    if bias is not None and abs(bias - 1) < NEAR:
        text = "The gradient of the bias is right, that of the weights is not."
        return "weights-gradient", text, None, None
    return None


def swapped(taken: list[Taken], rows: int) -> Named:
    """The right numbers in another order."""
    if len(taken[0].reference["kernel"]) < 2 or _common(taken, "kernel") is not None:
        return None
    for each in taken:
        told, wanted = each.gradients["kernel"], each.reference["kernel"]
        if not _close(np.sort(told), np.sort(wanted), each.rounding["kernel"].max()):
            return None
    text = "The weights' gradients are the right ones in another order: columns are exchanged."
    return "swapped-columns", text, None, None


SHAPES: tuple[Callable[[list[Taken], int], Named], ...] = (
    frozen,
    scaled,
    stale,
    lost,
    swapped,
    one_for_all,
    of_one_part,
)
