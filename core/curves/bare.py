"""Losses from numbers without names: one a line, in a list, or in columns."""

import re
from collections.abc import Sequence
from itertools import pairwise

from ..errors import InputError
from .curve import MAX_CHOICES, AmbiguousLossError, Curve, known_columns
from .numerals import numeral

BETWEEN = re.compile(r"[\s,;\[\](){}|]+")
PAIR = re.compile(r"[\[(\s]*(\d{1,9})\s*[,;:\s]\s*([^\s,;]+?|[^\s,;]+,\d+)[\])\s]*,?\s*")
DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+(?:[eE][-+]?\d+)?\s*")
ALL = "all of them, one after another"


def read_bare(text: str, column: str | None = None) -> Curve:
    """The curve that numbers alone tell.

    A first column of rising whole numbers counts the epochs, or the steps if some are left out.

    Args:
        text: Numbers.
        column: Which of several columns has the losses, if it was asked for.

    Raises:
        AmbiguousLossError: If there are several columns.
        InputError: If there is something else than numbers, or fewer than two.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    pairs = _counted_pairs(lines)
    if pairs:
        counts, losses = pairs
        steady = counts == list(range(counts[0], counts[0] + len(counts))) and counts[0] < 2
        return Curve.of({"epoch" if steady else "step": counts, "loss": losses})
    if lines and all(map(DECIMAL_COMMA.fullmatch, lines)):
        text = text.replace(",", ".")
        lines = [line.replace(",", ".") for line in lines]
    rows = [[word for word in BETWEEN.split(line) if word] for line in lines]
    one_list = text.lstrip().startswith("[") and text.count("[") == 1
    widths = {len(row) for row in rows}
    if column != ALL and len(widths) == 1 and max(widths) > 1 and len(rows) > 1 and not one_list:
        return _columns(rows, column, text)
    return Curve.of({"loss": _numbers([word for row in rows for word in row], text)})


def _counted_pairs(lines: list[str]) -> tuple[list[int], list[float]] | None:
    """Rising whole numbers and the loss beside each; None where the lines are anything else."""
    pairs = [PAIR.fullmatch(line) for line in lines]
    counts = [int(pair[1]) for pair in pairs if pair]
    if len(counts) < 2 or len(counts) < len(lines):
        return None
    steady = counts == list(range(counts[0], counts[0] + len(counts)))
    if not _rises(counts) or (not steady and all(map(DECIMAL_COMMA.fullmatch, lines))):
        return None
    try:
        return counts, [numeral(pair[2].replace(",", "."), "loss") for pair in pairs if pair]
    except InputError:
        return None


def _columns(rows: list[list[str]], column: str | None, text: str) -> Curve:
    """The curve in a table, whose first row may name the columns."""
    names = [f"column {j}" for j in range(1, len(rows[0]) + 1)]
    if not any(map(_is_number, rows[0])):
        names, rows = rows[0], rows[1:]
    columns = {
        name: _numbers([row[j] for row in rows], text) for j, name in enumerate(names) if rows
    }
    first, told = next(iter(columns.items()))
    if len(columns) > 1 and all(value == value // 1 >= 0 for value in told) and _rises(told):
        del columns[first]
        columns = {"step": told, **columns} if "epoch" not in columns else columns
    try:
        return Curve.of(known_columns(columns, column))
    except AmbiguousLossError as question:
        choices = tuple(name for name in columns if name != "step")[:MAX_CHOICES]
        shown = ", ".join(" ".join(row[:4]) for row in rows[:1])[:40]
        raise AmbiguousLossError(
            f"The log must tell which of its {len(names)} numbers a line is the loss. "
            f"Received: {shown!r}.",
            (*choices, ALL),
        ) from question


def _rises(numbers: Sequence[float]) -> bool:
    return all(a < b for a, b in pairwise(numbers))


def _is_number(word: str) -> bool:
    try:
        numeral(word, "loss")
    except InputError:
        return False
    return True


def _numbers(words: list[str], text: str) -> list[float]:
    try:
        losses = [numeral(word, "loss") for word in words]
    except InputError:
        losses = []
    if len(losses) < 2:
        raise InputError(
            "The log must tell losses, as `loss: 0.52` or as bare numbers, two at least. "
            f"Received: {_shown(text)}."
        )
    return losses


def _shown(text: str) -> str:
    words = " ".join(text.split())
    return repr(words[:60] + ("…" if len(words) > 60 else "")) if words else "nothing"
