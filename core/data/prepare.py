"""From a table to the arrays that a run trains on: missing values, split, scaling."""

from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split

from ..errors import InputError
from ..spec import DataSpec, ScalingSpec
from .columns import choose_features
from .encoders import Encoder, stand_ins
from .scaling import Scaling

NO_WORDS = np.empty(0, object)
BLOCK_ROWS = 8192  # gathered at once: they stay in the processor's own memory


@dataclass(frozen=True, eq=False, kw_only=True)
class Chosen:
    """The rows of a run: n for training, m for validation (None where there is none), d features.

    Attributes:
        features, target: The columns' names.
        x_raw_train, y_raw_train: In the columns' own units, shapes (n, d) and (n, 1), float64.
        x_raw_val, y_raw_val: The same for the held-out rows, shapes (m, d) and (m, 1).
        train_rows, val_rows: Positions in the table, from 0, ascending; shapes (n,) and (m,).
        dropped: Rows left out because of a missing value.
        filled: Cells filled with a mean.
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
class Prepared(Chosen):
    """The same rows as a run trains on them.

    Attributes:
        x_train, y_train: What the layer is fed, shapes (n, d) and (n, 1), float32, scaled.
        x_val, y_val: The same for the held-out rows, shapes (m, d) and (m, 1).
        feature_scaling, target_scaling: As fitted on the training rows.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray | None
    y_val: np.ndarray | None
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

    Scaling learns from the training rows only.

    Args:
        table: The learner's table.
        data: Which columns, what happens to missing values, how much is held out.
        scaling: How features and target are scaled.
        seed: Of the split.

    Raises:
        InputError: As `choose_rows` does.
    """
    chosen = choose_rows(table, data, seed)
    x_scaling = Scaling.fit(scaling.features, chosen.x_raw_train)
    y_scaling = Scaling.fit(scaling.target, chosen.y_raw_train)
    x_val, y_val = chosen.x_raw_val, chosen.y_raw_val
    return Prepared(
        **vars(chosen),
        x_train=x_scaling.apply(chosen.x_raw_train),
        y_train=y_scaling.apply(chosen.y_raw_train),
        x_val=None if x_val is None else x_scaling.apply(x_val),
        y_val=None if y_val is None else y_scaling.apply(y_val),
        feature_scaling=x_scaling,
        target_scaling=y_scaling,
    )


def choose_rows(table: pd.DataFrame, data: DataSpec, seed: int) -> Chosen:
    """The same without the scaling.

    Imputing learns from the training rows only. Missing means NaN or infinite.

    Raises:
        InputError: For columns that are unknown, repeated or not numeric, and when too few rows
            are left.
    """
    columns = choose_features(table, data)
    x, words = _stand_ins(table, columns, data)
    y = stand_ins(pd.Series(table[data.target]), data.target, data.encode.get(data.target))[0]
    asked = _asked_rows(len(table), data.exclude_rows)
    kept = _usable_rows(x, y, asked, data.missing)
    dropped = len(asked) - len(kept)
    train_rows, val_rows = _split(kept, data, seed, dropped)

    x_train = _gathered(x, train_rows)
    x_val = None if val_rows is None else _gathered(x, val_rows)
    y_train, y_val = _target(y, data, train_rows, val_rows)
    features = columns
    if words:
        features, x_train, x_val = _encoded(columns, data, words, x_train, x_val)
    filled = 0
    if data.missing == "mean":
        x_train, x_val, filled = _fill(features, x_train, x_val)
    return Chosen(
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


def _stand_ins(
    table: pd.DataFrame, columns: tuple[str, ...], data: DataSpec
) -> tuple[list[np.ndarray], dict[str, np.ndarray]]:
    """Each column as `stand_ins` has it, where it lies if it can; and what encoded ones count."""
    values, words = [], {}
    for name in columns:
        kind = data.encode.get(name)
        found, categories = stand_ins(pd.Series(table[name]), name, kind)
        values.append(found)
        if kind:
            words[name] = categories
    return values, words


def _gathered(columns: list[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """Those rows of some columns as one array (rows, columns), a block at a time."""
    values = np.empty((len(rows), len(columns)))
    for start in range(0, len(rows), BLOCK_ROWS):
        block = rows[start : start + BLOCK_ROWS]
        for j, column in enumerate(columns):
            values[start : start + len(block), j] = column[block]
    return values


def _target(
    y: np.ndarray, data: DataSpec, train: np.ndarray, val: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray | None]:
    """The target of the training and of the validation rows, shapes (n, 1) and (m, 1)."""
    encoder = Encoder.fit(data.target, data.encode.get(data.target), y[train], NO_WORDS)
    return encoder.apply(y[train]), None if val is None else encoder.apply(y[val])


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


def _usable_rows(x: list[np.ndarray], y: np.ndarray, asked: np.ndarray, missing: str) -> np.ndarray:
    """Which of those positions stay."""
    if missing == "keep":
        return asked
    usable = np.isfinite(y)
    for column in x if missing == "drop" else ():
        usable &= np.isfinite(column)
    return asked[usable[asked]]


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
