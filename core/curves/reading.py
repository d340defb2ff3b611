"""What a loss curve says by itself, and what it cannot say."""

from dataclasses import dataclass

import numpy as np

from .curve import Curve
from .measured import Course, Known, Measured
from .statements import STATEMENTS, Statement
from .unknown import unknown


@dataclass(frozen=True)
class Reading:
    """All that can be said.

    Attributes:
        course: Which way the loss goes in the end.
        said: What the curve says, in the order of `STATEMENTS`.
        unknown: Pairs of a question that stays open and what would answer it.
    """

    course: Course
    said: tuple[Statement, ...]
    unknown: tuple[tuple[str, str], ...]


def read(curve: Curve, known: Known | None = None) -> Reading:
    """Reads a curve.

    Args:
        curve: Losses by epoch.
        known: What is known besides; nothing by default.

    Example:
        >>> losses = [1 + 1.69**epoch for epoch in range(12)]
        >>> [round(told.value, 2) for told in read(Curve.of({"loss": losses})).said]
        [1.69, 1.15]
    """
    with np.errstate(all="ignore"):  # losses may stand at either end of what a number can be
        seen = Measured(curve, known or Known())
        said = tuple(statement for say in STATEMENTS if (statement := say(seen)) is not None)
        return Reading(seen.course, said, tuple(unknown(seen)))
