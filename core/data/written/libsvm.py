"""LIBSVM's format: a target, then the features that are not 0, each with its number."""

import re
from collections.abc import Iterator
from itertools import pairwise

from ...errors import InputError
from ..limits import MAX_CELLS, MAX_COLUMNS
from .tables import WrittenTable

TITLE = "LIBSVM"
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
LINE = re.compile(rf"\s*{NUMBER}(?:\s+qid:\d+)?(?:\s+\d+:{NUMBER})+\s*(?:#.*)?")
FEATURE = re.compile(r"\b(\d+):(\S+)")
FEW = 2  # lines that are enough to tell


def matches(sample: str) -> bool:
    """Whether every line is a target and features in rising order, the first of them 0 or 1.

    Times of day, as in `5 12:30`, are no features.
    """
    lines = [line for line in sample.splitlines() if line.strip() and line.lstrip()[0] != "#"]
    if len(lines) < FEW or not all(map(LINE.fullmatch, lines)):
        return False
    numbers = [[int(number) for number, _ in FEATURE.findall(line)] for line in lines]
    rising = all(a < b for row in numbers for a, b in pairwise(row))
    return rising and min(map(min, numbers)) <= 1 and max(map(len, numbers)) > 1


def tables(text: str) -> list[WrittenTable]:
    """The one table."""
    return [WrittenTable(_rows(text))]


def _rows(text: str) -> Iterator[list[str]]:
    """The names and the rows, in which a feature that is not given is 0.

    Raises:
        InputError: If there are too many features, or cells.
    """
    lines = [given for line in text.splitlines() if (given := line.partition("#")[0]).strip()]
    numbers = {int(number) for line in lines for number, _ in FEATURE.findall(line)}
    features = range(min(numbers), max(numbers) + 1)
    if len(features) > MAX_COLUMNS or len(lines) * len(features) > MAX_CELLS:
        raise InputError(
            f"A LIBSVM file must have at most {MAX_COLUMNS:,} features and {MAX_CELLS:,} cells. "
            f"Received: {len(features):,} features in {len(lines):,} rows."
        )
    yield ["target", *(f"x{j}" for j in features)]
    for line in lines:
        given = dict(FEATURE.findall(line))
        yield [line.split(None, 1)[0], *(given.get(str(j), "0") for j in features)]
