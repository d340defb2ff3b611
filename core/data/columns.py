"""Chooses and checks the columns of a run: features and target."""

from difflib import get_close_matches

import numpy as np
import pandas as pd

from ..errors import InputError
from ..spec import DataSpec
from .encoders import source_column, to_codes
from .index_column import is_index
from .powers import base_of
from .profile import is_dates, numeric_columns

SAMPLE_ROWS = 1000  # checked first: they show of nearly every column that it is not constant


def choose_features(table: pd.DataFrame, data: DataSpec) -> tuple[str, ...]:
    """The source columns of a run's features; checks them and the target.

    A column that only numbers the rows is none by default, where another one is left.

    Raises:
        InputError: For a column that is unknown, repeated or neither numeric nor encoded, a target
            among the features, or no feature at all.
    """
    numeric = numeric_columns(table)
    _check_target(table, numeric, data)
    for name in data.encode:
        _check_exists(table, "data.encode", name)
    usable = (*numeric, *data.encode)
    if data.features is None:
        names = [str(name) for name in table.columns]
        columns = tuple(name for name in names if name in usable and name != data.target)
        index = {*index_columns(table)} - data.encode.keys()
        columns = tuple(name for name in columns if name not in index) or columns
    else:
        known = {str(name) for name in table.columns}
        repeated = [name for name in data.features if data.features.count(name) > 1]
        if repeated:
            raise InputError(
                f"`data.features` must name each column once. Received: {repeated[0]!r}."
            )
        wanted = [_source(feature, known, data) for feature in data.features]
        columns = tuple(dict.fromkeys(wanted))
        for name in columns:
            _check_column(table, usable, "data.features", name)
    if data.target in columns or data.encode.get(data.target, "days") != "days":
        raise InputError(
            f"`data.features` must not contain the target. Received: {data.target!r} as both."
        )
    if not columns:
        raise InputError(
            f"`data.features` must name at least one numeric column besides the target "
            f"{data.target!r}. Received: none."
        )
    return columns


def index_columns(table: pd.DataFrame) -> tuple[str, ...]:
    """The names of the columns that only number the rows."""
    return tuple(
        str(name) for name, column in table.items() if is_index(str(name), column.to_numpy())
    )


def _source(feature: str, known: set[str], data: DataSpec) -> str:
    """The column that a feature is made of; itself where it is a column, or of none."""
    if feature in known:
        return feature
    source = source_column(feature, data.encode)
    return base_of(feature, data.degree) if source == feature else source


def warnings(table: pd.DataFrame, data: DataSpec) -> list[str]:
    """Warnings about columns that can run but teach little: one sentence each.

    Raises:
        InputError: As `choose_features` does.
    """
    columns = choose_features(table, data)
    sentences = []
    if _is_constant(table, data.target, data):
        sentences.append(f"The target {data.target!r} is constant: there is nothing to predict.")
    constant = [name for name in columns if _is_constant(table, name, data)]
    if constant:
        names = ", ".join(repr(name) for name in constant)
        kind = "feature is" if len(constant) == 1 else "features are"
        sentences.append(f"The {kind} constant, so the bias already does the work: {names}.")
    if len(table) < len(columns):
        sentences.append(
            f"There are fewer rows ({len(table)}) than features ({len(columns)}), "
            "so many different weights fit equally well."
        )
    return sentences


def _is_constant(table: pd.DataFrame, name: str, data: DataSpec) -> bool:
    known = np.empty(0)
    column = pd.Series(table[name])
    for part in (column.head(SAMPLE_ROWS), column):
        values = to_codes(part, name, data.encode.get(name))[0]
        known = values[np.isfinite(values)]
        if len(known) and known.min() < known.max():
            return False
    return len(known) > 0


def _check_target(table: pd.DataFrame, numeric: tuple[str, ...], data: DataSpec) -> None:
    """Raises `InputError` unless the target is numeric, or dates encoded as days."""
    _check_exists(table, "data.target", data.target)
    if is_dates(pd.Series(table[data.target])):
        if data.target not in data.encode:
            raise InputError(
                "`data.target` must be a number. Received: dates, in "
                f"{data.target!r}. With `data.encode` days they are days since the first one."
            )
        return
    _check_column(table, numeric, "data.target", data.target)


def _check_exists(table: pd.DataFrame, argument: str, name: str) -> None:
    known = [str(column) for column in table.columns]
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"The columns are {_join_names(known)}."
        raise InputError(f"`{argument}` must name a column. Received: {name!r}. {hint}")


def _check_column(table: pd.DataFrame, numeric: tuple[str, ...], argument: str, name: str) -> None:
    _check_exists(table, argument, name)
    if name not in numeric:
        raise InputError(
            f"`{argument}` must name numeric columns. Received: {name!r}, which is not. "
            f"The numeric columns are {_join_names(numeric)}. `data.encode` makes others numeric."
        )


def _join_names(names: list[str] | tuple[str, ...], limit: int = 12) -> str:
    shown = ", ".join(repr(name) for name in names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"
