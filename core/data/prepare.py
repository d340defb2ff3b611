"""From a table to the arrays that a run trains on: missing values, split, scaling."""

from dataclasses import dataclass
from difflib import get_close_matches
from math import ceil

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split

from core.data.encoders import Encoder, column_of, stand_ins
from core.data.profile import numeric_columns
from core.data.scaling import Scaling
from core.errors import InputError
from core.spec import DataSpec, ScalingSpec

NO_WORDS = np.empty(0, object)


@dataclass(frozen=True, eq=False)
class Prepared:
    """The rows of a run: n for training, m for validation (None where there is none), d features.

    Attributes:
        features, target: The columns' names.
        x_train, y_train: What the layer is fed, shapes (n, d) and (n, 1), float32, scaled.
        x_val, y_val: The same for the held-out rows, shapes (m, d) and (m, 1).
        x_raw_train, y_raw_train: Before scaling, in the columns' own units, float64.
        x_raw_val, y_raw_val: The same for the held-out rows.
        train_rows, val_rows: Positions in the table, from 0, ascending; shapes (n,) and (m,).
        dropped: Rows left out because of a missing value.
        filled: Cells filled with a mean.
        feature_scaling, target_scaling: As fitted on the training rows.
    """

    features: tuple[str, ...]
    target: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray | None
    y_val: np.ndarray | None
    x_raw_train: np.ndarray
    y_raw_train: np.ndarray
    x_raw_val: np.ndarray | None
    y_raw_val: np.ndarray | None
    train_rows: np.ndarray
    val_rows: np.ndarray | None
    dropped: int
    filled: int
    feature_scaling: Scaling
    target_scaling: Scaling

    def scale_features(self, raw: np.ndarray) -> np.ndarray:
        """Raw features (k, d) as the layer sees them, float32."""
        return self.feature_scaling.apply(raw)

    def scale_target(self, raw: np.ndarray) -> np.ndarray:
        """A raw target (k, 1) as the loss sees it, float32."""
        return self.target_scaling.apply(raw)

    def unscale_target(self, scaled: np.ndarray) -> np.ndarray:
        """A prediction (k, 1) back in the target's own unit, float64."""
        return self.target_scaling.invert(scaled)


def prepare(table: pd.DataFrame, data: DataSpec, scaling: ScalingSpec, seed: int) -> Prepared:
    """Choose columns, deal with missing values, split, scale.

    Imputing and scaling learn from the training rows only. Missing means NaN or infinite.

    Args:
        table: The learner's table.
        data: Which columns, what happens to missing values, how much is held out.
        scaling: How features and target are scaled.
        seed: Of the split.

    Raises:
        InputError: For columns that are unknown, repeated or not numeric, and when too few rows
            are left.
    """
    columns = choose_features(table, data)
    x, words = _stand_ins(table, columns, data)
    y = table[[data.target]].to_numpy(np.float64)
    asked = _asked_rows(len(table), data.exclude_rows)
    kept = _usable_rows(x, y, asked, data.missing)
    dropped = len(asked) - len(kept)
    train_rows, val_rows = _split(kept, data, seed, dropped)

    x_train, y_train = _take(x, train_rows), _take(y, train_rows)
    x_val, y_val = (None, None) if val_rows is None else (_take(x, val_rows), _take(y, val_rows))
    del x, y
    features = columns
    if data.encode:
        features, x_train, x_val = _encoded(columns, data, words, x_train, x_val)
    filled = 0
    if data.missing == "mean":
        x_train, x_val, filled = _fill(features, x_train, x_val)
    x_scaling = Scaling.fit(scaling.features, x_train)
    y_scaling = Scaling.fit(scaling.target, y_train)
    return Prepared(
        features=features,
        target=data.target,
        x_train=x_scaling.apply(x_train),
        y_train=y_scaling.apply(y_train),
        x_val=None if x_val is None else x_scaling.apply(x_val),
        y_val=None if y_val is None else y_scaling.apply(y_val),
        x_raw_train=x_train,
        y_raw_train=y_train,
        x_raw_val=x_val,
        y_raw_val=y_val,
        train_rows=train_rows,
        val_rows=val_rows,
        dropped=dropped,
        filled=filled,
        feature_scaling=x_scaling,
        target_scaling=y_scaling,
    )


def choose_features(table: pd.DataFrame, data: DataSpec) -> tuple[str, ...]:
    """The columns that the features of a run come from, checked together with its target.

    Raises:
        InputError: For a column that is unknown, repeated or neither numeric nor encoded, a target
            among the features, or no feature at all.
    """
    numeric = numeric_columns(table)
    _check_column(table, numeric, "data.target", data.target)
    for name in data.encode:
        _check_known(table, "data.encode", name)
    usable = (*numeric, *data.encode)
    if data.features is None:
        names = [str(name) for name in table.columns]
        columns = tuple(name for name in names if name in usable and name != data.target)
    else:
        known = {str(name) for name in table.columns}
        repeated = [name for name in data.features if data.features.count(name) > 1]
        if repeated:
            raise InputError(
                f"`data.features` must name each column once. Received: {repeated[0]!r}."
            )
        wanted = [f if f in known else column_of(f, data.encode) for f in data.features]
        columns = tuple(dict.fromkeys(wanted))
        for name in columns:
            _check_column(table, usable, "data.features", name)
    if data.target in columns or data.target in data.encode:
        raise InputError(
            f"`data.features` must not contain the target. Received: {data.target!r} as both."
        )
    if not columns:
        raise InputError(
            f"`data.features` must name at least one numeric column besides the target "
            f"{data.target!r}. Received: none."
        )
    return columns


def warnings(table: pd.DataFrame, data: DataSpec) -> list[str]:
    """What will run but teaches little: one sentence each, none for a sound choice.

    Raises:
        InputError: As `choose_features` does.
    """
    columns = choose_features(table, data)
    sentences = []
    if _constant(table[data.target].to_numpy(np.float64)):
        sentences.append(f"The target {data.target!r} is constant: there is nothing to predict.")
    stand_in = {name: _stand_in(table, name, data)[0] for name in columns}
    constant = [name for name, values in stand_in.items() if _constant(values)]
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


def _constant(values: np.ndarray) -> bool:
    finite = values[np.isfinite(values)]
    return len(finite) > 0 and finite.min() == finite.max()


def _check_known(table: pd.DataFrame, argument: str, name: str) -> None:
    known = [str(column) for column in table.columns]
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"The columns are {_listed(known)}."
        raise InputError(f"`{argument}` must name a column. Received: {name!r}. {hint}")


def _check_column(table: pd.DataFrame, numeric: tuple[str, ...], argument: str, name: str) -> None:
    _check_known(table, argument, name)
    if name not in numeric:
        raise InputError(
            f"`{argument}` must name numeric columns. Received: {name!r}, which is not. "
            f"The numeric columns are {_listed(numeric)}. `data.encode` makes others numeric."
        )


def _listed(names: list[str] | tuple[str, ...], limit: int = 12) -> str:
    shown = ", ".join(repr(name) for name in names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"


def _stand_ins(
    table: pd.DataFrame, columns: tuple[str, ...], data: DataSpec
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The columns as one array (rows, columns), float64; and the categories of encoded ones."""
    if not set(columns) & set(data.encode):
        return table[list(columns)].to_numpy(np.float64), {}
    values = np.empty((len(table), len(columns)))
    words = {}
    for j, name in enumerate(columns):
        values[:, j], words[name] = _stand_in(table, name, data)
    return values, words


def _stand_in(table: pd.DataFrame, name: str, data: DataSpec) -> tuple[np.ndarray, np.ndarray]:
    return stand_ins(pd.Series(table[name]), name, data.encode.get(name))


def _encoded(
    columns: tuple[str, ...],
    data: DataSpec,
    words: dict[str, np.ndarray],
    x_train: np.ndarray,
    x_val: np.ndarray | None,
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray | None]:
    """The features' names and values, as encoders learn them from the training rows."""
    encoders = [
        Encoder.fit(name, data.encode.get(name), x_train[:, j], words.get(name, NO_WORDS))
        for j, name in enumerate(columns)
    ]
    names = [name for encoder in encoders for name in encoder.names]
    wanted = set(data.features or ())
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

    def applied(part: np.ndarray) -> np.ndarray:
        features = [encoder.apply(part[:, j]) for j, encoder in enumerate(encoders)]
        return np.hstack(features)[:, keep]

    features = tuple(names[j] for j in keep)
    return features, applied(x_train), None if x_val is None else applied(x_val)


def _asked_rows(rows: int, excluded: tuple[int, ...]) -> np.ndarray:
    """The positions of the rows that were not left out by hand, ascending."""
    if excluded and excluded[-1] > rows:
        raise InputError(
            f"`data.exclude_rows` must name rows of the table, from 1 to {rows:,}. "
            f"Received: {excluded[-1]:,}."
        )
    return np.delete(np.arange(rows), np.array(excluded, int) - 1)


def _usable_rows(x: np.ndarray, y: np.ndarray, asked: np.ndarray, missing: str) -> np.ndarray:
    """Which of those positions stay."""
    if missing == "keep":
        return asked
    usable = np.isfinite(y[asked, 0])
    if missing == "drop":
        usable &= np.isfinite(x[asked] if len(asked) < len(x) else x).all(axis=1)
    return asked[usable]


def _split(
    kept: np.ndarray, data: DataSpec, seed: int, dropped: int
) -> tuple[np.ndarray, np.ndarray | None]:
    """The positions of training and validation rows, each ascending."""
    held_out = ceil(data.validation_fraction * len(kept))
    training = len(kept) - held_out
    if training < (2 if dropped else 1):
        raise InputError(
            f"Too few rows are left to train on: {training} for training and {held_out} for "
            f"validation, of {len(kept) + dropped} chosen ones, {dropped} of them dropped for "
            f"missing values. Received: data.missing={data.missing!r}, "
            f"data.validation_fraction={data.validation_fraction}."
        )
    if not held_out:
        return kept, None
    train, val = train_test_split(
        np.arange(len(kept)), test_size=data.validation_fraction, random_state=seed
    )
    return kept[np.sort(train)], kept[np.sort(val)]


def _take(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Those rows; the array itself when they are all of them."""
    return values if len(rows) == len(values) else values[rows]


def _fill(
    features: tuple[str, ...], x_train: np.ndarray, x_val: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray | None, int]:
    """Put each column's training mean in place of its missing values; also how many there were."""
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
