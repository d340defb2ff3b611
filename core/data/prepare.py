"""Preprocesses a table into the arrays that a run trains on: missing values, split, scaling."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer

from ..errors import InputError
from ..spec import DataSpec, ScalingSpec
from .columns import choose_features
from .encoders import Encoder, to_codes
from .powers import base_of, check_powers, chosen_powers, power_name, raised
from .rows import drop_missing, included_rows, split_rows
from .scaling import Scaling

NO_CATEGORIES = np.empty(0, object)
BLOCK_ROWS = 8192  # gathered at once: they fit into the processor's cache


@dataclass(frozen=True, eq=False, kw_only=True)
class SplitTable:
    """A run's rows before scaling: n for training, m for validation (None if 0), d features.

    Attributes:
        features, target: The columns' names.
        x_raw_train, y_raw_train: In the columns' own units, shapes (n, d) and (n, 1), float64.
        x_raw_val, y_raw_val: The same for the held-out rows, shapes (m, d) and (m, 1).
        train_rows, val_rows: Positions in the table, from 0, ascending; shapes (n,) and (m,).
        dropped: Rows left out because of a missing value.
        filled: Cells imputed with the training rows' mean.
    """

    features: tuple[str, ...]
    target: str
    x_raw_train: np.ndarray
    y_raw_train: np.ndarray
    x_raw_val: np.ndarray | None
    y_raw_val: np.ndarray | None
    train_rows: np.ndarray
    val_rows: np.ndarray | None
    dropped: int
    filled: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Prepared(SplitTable):
    """A run's rows after scaling.

    Attributes:
        x_train, y_train: The input of the layer, shapes (n, d) and (n, 1), float32, scaled.
        x_val, y_val: The same for the held-out rows, shapes (m, d) and (m, 1).
        feature_scaling, target_scaling: Fitted to the training rows.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray | None
    y_val: np.ndarray | None
    feature_scaling: Scaling
    target_scaling: Scaling

    def scale_features(self, raw: np.ndarray) -> np.ndarray:
        """Raw features (k, d) scaled as the layer's input, float32."""
        return self.feature_scaling.transform(raw)

    def scale_target(self, raw: np.ndarray) -> np.ndarray:
        """A raw target (k, 1) scaled as the loss' input, float32."""
        return self.target_scaling.transform(raw)

    def unscale_target(self, scaled: np.ndarray) -> np.ndarray:
        """A prediction (k, 1) back in the target's own unit, float64."""
        return self.target_scaling.inverse_transform(scaled)


def prepare(table: pd.DataFrame, data: DataSpec, scaling: ScalingSpec, seed: int) -> Prepared:
    """Splits a table as `split_table` does, and scales it.

    Scaling is fitted to the training rows only.

    Args:
        table: The learner's table.
        data: Chooses the columns, the treatment of missing values and the held-out fraction.
        scaling: Of features and target.
        seed: Of the split.

    Raises:
        InputError: As `split_table` does.
    """
    raw = split_table(table, data, seed)
    x_scaling = Scaling.fit(scaling.features, raw.x_raw_train)
    y_scaling = Scaling.fit(scaling.target, raw.y_raw_train)
    x_val, y_val = raw.x_raw_val, raw.y_raw_val
    return Prepared(
        **vars(raw),
        x_train=x_scaling.transform(raw.x_raw_train),
        y_train=y_scaling.transform(raw.y_raw_train),
        x_val=None if x_val is None else x_scaling.transform(x_val),
        y_val=None if y_val is None else y_scaling.transform(y_val),
        feature_scaling=x_scaling,
        target_scaling=y_scaling,
    )


def split_table(table: pd.DataFrame, data: DataSpec, seed: int) -> SplitTable:
    """Chooses columns, drops or imputes missing values, encodes, splits, and makes powers.

    Encoding and imputing are fitted to the training rows only. Missing means NaN or infinite.

    Args:
        table: The learner's table.
        data: Chooses the columns, the treatment of missing values and the held-out fraction.
        seed: Of the split.

    Raises:
        InputError: For columns that are unknown, repeated or not numeric, for too many powers, and
            when too few rows are left.
    """
    columns = choose_features(table, data)
    x, categories = _encode_columns(table, columns, data)
    y = to_codes(pd.Series(table[data.target]), data.target, data.encode.get(data.target))[0]
    included = included_rows(len(table), data.exclude_rows)
    usable = drop_missing(x, y, included, data.missing)
    dropped = len(included) - len(usable)
    train_rows, val_rows = split_rows(usable, data, seed, dropped)

    x_train = _gather_rows(x, train_rows)
    x_val = None if val_rows is None else _gather_rows(x, val_rows)
    y_train, y_val = _encode_target(y, data, train_rows, val_rows)
    features = columns
    if categories:
        features, x_train, x_val = _encode_features(columns, data, categories, x_train, x_val)
    filled = 0
    if data.missing == "mean":
        x_train, x_val, filled = _impute(features, x_train, x_val)
    powers = chosen_powers(features, columns, data)
    check_powers(len(usable), len(powers), data)
    if data.degree > 1:
        x_train, x_val = raised(x_train, powers), None if x_val is None else raised(x_val, powers)
        features = tuple(power_name(features[position], power) for position, power in powers)
    return SplitTable(
        features=features,
        target=data.target,
        x_raw_train=x_train,
        y_raw_train=y_train,
        x_raw_val=x_val,
        y_raw_val=y_val,
        train_rows=train_rows,
        val_rows=val_rows,
        dropped=dropped,
        filled=filled,
    )


def _encode_columns(
    table: pd.DataFrame, columns: tuple[str, ...], data: DataSpec
) -> tuple[list[np.ndarray], dict[str, np.ndarray]]:
    """Codes of each column, without a copy where possible; and the encoded columns' categories."""
    codes, categories = [], {}
    for name in columns:
        kind = data.encode.get(name)
        column_codes, column_categories = to_codes(pd.Series(table[name]), name, kind)
        codes.append(column_codes)
        if kind:
            categories[name] = column_categories
    return codes, categories


def _gather_rows(columns: list[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """The given rows as one array (rows, columns), gathered block by block."""
    values = np.empty((len(rows), len(columns)))
    for start in range(0, len(rows), BLOCK_ROWS):
        block = rows[start : start + BLOCK_ROWS]
        for j, column in enumerate(columns):
            values[start : start + len(block), j] = column[block]
    return values


def _encode_target(
    y: np.ndarray, data: DataSpec, train: np.ndarray, val: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray | None]:
    """The target of the training and of the validation rows, shapes (n, 1) and (m, 1)."""
    encoder = Encoder.fit(data.target, data.encode.get(data.target), y[train], NO_CATEGORIES)
    return encoder.transform(y[train]), None if val is None else encoder.transform(y[val])


def _encode_features(
    columns: tuple[str, ...],
    data: DataSpec,
    categories: dict[str, np.ndarray],
    x_train: np.ndarray,
    x_val: np.ndarray | None,
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray | None]:
    """The features' names and values, with encoders fitted to the training rows."""
    encoders = [
        Encoder.fit(name, data.encode.get(name), x_train[:, j], categories.get(name, NO_CATEGORIES))
        for j, name in enumerate(columns)
    ]
    names = [name for encoder in encoders for name in encoder.names]
    wanted = {part for name in data.features or () for part in (name, base_of(name, data.degree))}
    keep = [
        j
        for j, (name, column) in enumerate(
            (name, column)
            for column, encoder in zip(columns, encoders, strict=True)
            for name in encoder.names
        )
        if not wanted or name in wanted or column in wanted
    ]
    if not keep:
        raise InputError(
            "`data.encode` must leave at least one feature. Received: columns of one category."
        )

    def transform(part: np.ndarray) -> np.ndarray:
        features = [encoder.transform(part[:, j]) for j, encoder in enumerate(encoders)]
        return np.hstack(features)[:, keep]

    features = tuple(names[j] for j in keep)
    return features, transform(x_train), None if x_val is None else transform(x_val)


def _impute(
    features: tuple[str, ...], x_train: np.ndarray, x_val: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray | None, int]:
    """Replaces missing values with their column's training mean; also returns how many."""
    parts = [x_train] if x_val is None else [x_train, x_val]
    missing = [~np.isfinite(part) for part in parts]
    filled = sum(int(mask.sum()) for mask in missing)
    if not filled:
        return x_train, x_val, 0
    empty = np.flatnonzero(missing[0].all(axis=0))
    if len(empty):
        raise InputError(
            "`data.missing`='mean' needs a value among the training rows of every feature. "
            f"Received: none in {features[empty[0]]!r}."
        )
    parts = [np.where(mask, np.nan, part) for mask, part in zip(missing, parts, strict=True)]
    with np.errstate(over="ignore"):
        imputer = SimpleImputer().fit(parts[0])
    parts = [np.asarray(imputer.transform(part)) for part in parts]
    return parts[0], parts[1] if len(parts) > 1 else None, filled
