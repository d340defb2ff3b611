"""Chooses the rows of a run: without the excluded ones, without missing values, and the split."""

from math import ceil

import numpy as np
from sklearn.model_selection import train_test_split

from ..errors import InputError
from ..spec import DataSpec


def included_rows(rows: int, excluded: tuple[int, ...]) -> np.ndarray:
    """The positions of the rows that the spec does not exclude, ascending."""
    if excluded and excluded[-1] > rows:
        raise InputError(
            f"`data.exclude_rows` must name rows of the table, from 1 to {rows:,}. "
            f"Received: {excluded[-1]:,}."
        )
    return np.delete(np.arange(rows), np.array(excluded, int) - 1)


def drop_missing(
    x: list[np.ndarray], y: np.ndarray, included: np.ndarray, missing: str
) -> np.ndarray:
    """The positions without those of rows that miss a value, if `missing` asks for it."""
    if missing == "keep":
        return included
    usable = np.isfinite(y)
    for column in x if missing == "drop" else ():
        usable &= np.isfinite(column)
    return included[usable[included]]


def split_rows(
    usable: np.ndarray, data: DataSpec, seed: int, dropped: int
) -> tuple[np.ndarray, np.ndarray | None]:
    """The positions of training and validation rows, each ascending."""
    held_out = ceil(data.validation_fraction * len(usable))
    training = len(usable) - held_out
    if training < (2 if dropped else 1):
        raise InputError(
            f"Too few rows are left to train on: {training} for training and {held_out} for "
            f"validation, of {len(usable) + dropped} chosen ones, {dropped} of them dropped for "
            f"missing values. Received: data.missing={data.missing!r}, "
            f"data.validation_fraction={data.validation_fraction}."
        )
    if not held_out:
        return usable, None
    train, val = train_test_split(
        np.arange(len(usable)), test_size=data.validation_fraction, random_state=seed
    )
    return usable[np.sort(train)], usable[np.sort(val)]
