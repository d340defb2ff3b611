"""What a column is like that only numbers the rows, as programs write it beside a table."""

import re

import numpy as np

INDEX = "index"  # the name of such a column that had none
NAMES = re.compile(
    r"index|level_0|row[ ._]?names?|unnamed:? ?\d+(\.\d+)*|__index_level_\d+__", re.IGNORECASE
)  # of pandas and R
SPARSE = 20  # numbers of which rows were left out are at most so many times their count


def is_index_name(name: str) -> bool:
    """Whether a column of that name may be the index of a data frame."""
    return bool(NAMES.fullmatch(name))


def is_index(name: str, values: np.ndarray) -> bool:
    """Whether a column is an index: by its name, and by numbers that count the rows.

    An unnamed index that pandas has written may be of rows chosen at random.
    """
    if not is_index_name(name):
        return False
    drawn = name.lower().startswith(("unnamed", "__index")) and values.dtype.kind in "iu"
    return numbers_rows(values) or (drawn and len(np.unique(values)) == len(values))


def numbers_rows(values: np.ndarray) -> bool:
    """Whether rising whole numbers count rows, some of which may have been left out."""
    if not len(values) or values.dtype.kind not in "iu":
        return False
    rising = bool((np.diff(values) > 0).all())
    return rising and 0 <= values[0] <= len(values) and values[-1] <= SPARSE * len(values)
