"""Categories and dates as numbers: scikit-learn's encoders, fitted on the training rows."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from ..errors import InputError
from ..spec import Encoding
from .profile import is_dates
from .sanitize import clean_names

MAX_CATEGORIES = 100
IS = " = "
DAY = np.timedelta64(1, "D")
UNKNOWN = -1  # a category that the training rows do not have, where counted


@dataclass(frozen=True, eq=False)
class Encoder:
    """How one column becomes features.

    Attributes:
        names: The features.
        lookup: What each category becomes, shape (k, len(names)); None for numbers and dates.
        first: The earliest day of the training rows, in days since 1970; 0 for numbers.
    """

    names: tuple[str, ...]
    lookup: np.ndarray | None = None
    first: float = 0.0

    @classmethod
    def fit(cls, name: str, kind: Encoding | None, raw: np.ndarray, words: np.ndarray) -> Self:
        """Learns a column's encoding from its training rows.

        Args:
            name: The column's.
            kind: How it is encoded; None for a column that is taken as it is.
            raw: The training rows as `stand_ins` words them, shape (n,).
            words: The categories that `raw` counts.

        Raises:
            InputError: For more categories than can be features.
        """
        known = raw[np.isfinite(raw)]
        if kind is None:
            return cls((name,))
        if kind == "days":
            return cls((name,), first=float(known.min()) if len(known) else 0.0)
        seen = words[np.unique(known).astype(int)].reshape(-1, 1)
        if not len(seen):
            return cls((name,), np.full((len(words), 1), np.nan))
        every = words.reshape(-1, 1)
        if kind == "ordinal":
            ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=UNKNOWN)
            return cls((name,), ordinal.fit(seen).transform(every))
        if len(seen) > MAX_CATEGORIES:
            raise InputError(
                f"`data.encode` one-hot takes at most {MAX_CATEGORIES} categories. "
                f"Received: {len(seen):,} in {name!r}; ordinal takes any number."
            )
        hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(seen)
        return cls(hot_names(name, hot.categories_[0][1:]), hot.transform(every)[:, 1:])

    def apply(self, raw: np.ndarray) -> np.ndarray:
        """The features of rows (n,), shape (n, len(names)); NaN where there is no value."""
        if self.lookup is None:
            return (raw - self.first if self.first else raw).reshape(-1, 1)
        features = np.full((len(raw), len(self.names)), np.nan)
        known = np.isfinite(raw)
        features[known] = self.lookup[raw[known].astype(int)]
        return features


def stand_ins(column: pd.Series, name: str, kind: Encoding | None) -> tuple[np.ndarray, np.ndarray]:
    """A column as numbers that tell its values apart, before anything is learnt.

    Returns:
        Shape (n,), NaN where missing: the numbers themselves, days since 1970, or positions in the
        categories; and these categories.

    Raises:
        InputError: For `days` of a column that holds no dates.
    """
    none = np.empty(0, object)
    if kind is None:
        return column.to_numpy(np.float64), none
    if kind == "days":
        if not is_dates(column):
            raise InputError(f"`data.encode` days needs a column of dates. Received: {name!r}.")
        moments = column.to_numpy("datetime64[us]")
        return (moments - np.datetime64(0, "us")) / DAY, none
    if pd.api.types.is_numeric_dtype(column):
        column = column.where(np.isfinite(column))
    codes, words = pd.factorize(column, sort=True)
    return np.where(codes < 0, np.nan, codes), np.asarray(words, object)


def hot_names(name: str, categories: np.ndarray) -> tuple[str, ...]:
    """The features of a one-hot column: `colour = red`."""
    return tuple(clean_names(f"{name}{IS}{category}" for category in categories))


def column_of(feature: str, encode: dict[str, Encoding]) -> str:
    """The column that a feature named in a spec comes from."""
    return next(
        (name for name, kind in encode.items() if kind == "one-hot" and _of(feature, name)), feature
    )


def _of(feature: str, name: str) -> bool:
    return feature.startswith(name + IS)
