"""Encodes categories and dates as numbers: scikit-learn's encoders, fitted on training rows."""

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
ONE_HOT_SEPARATOR = " = "
DAY = np.timedelta64(1, "D")
UNKNOWN_CODE = -1  # ordinal code of a category that the training rows do not contain


@dataclass(frozen=True, eq=False)
class Encoder:
    """How one column becomes features.

    Attributes:
        names: Of the features.
        lookup: Features of each category, shape (k, len(names)); None for numbers and dates.
        first_day: The earliest day of the training rows, in days since 1970; 0 for numbers.
    """

    names: tuple[str, ...]
    lookup: np.ndarray | None = None
    first_day: float = 0.0

    @classmethod
    def fit(cls, name: str, kind: Encoding | None, raw: np.ndarray, categories: np.ndarray) -> Self:
        """Fits a column's encoding to its training rows.

        Args:
            name: Of the column.
            kind: The encoding; None for a numeric column.
            raw: Codes of the training rows as `to_codes` gives them, shape (n,).
            categories: The categories behind the codes.

        Raises:
            InputError: For more categories than one-hot encoding takes.
        """
        known = raw[np.isfinite(raw)]
        if kind is None:
            return cls((name,))
        if kind == "days":
            return cls((name,), first_day=float(known.min()) if len(known) else 0.0)
        seen = categories[np.unique(known).astype(int)].reshape(-1, 1)
        if not len(seen):
            return cls((name,), np.full((len(categories), 1), np.nan))
        all_categories = categories.reshape(-1, 1)
        if kind == "ordinal":
            ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=UNKNOWN_CODE)
            return cls((name,), ordinal.fit(seen).transform(all_categories))
        if len(seen) > MAX_CATEGORIES:
            raise InputError(
                f"`data.encode` one-hot takes at most {MAX_CATEGORIES} categories. "
                f"Received: {len(seen):,} in {name!r}; ordinal takes any number."
            )
        one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(seen)
        return cls(
            one_hot_names(name, one_hot.categories_[0][1:]),
            one_hot.transform(all_categories)[:, 1:],
        )

    def transform(self, raw: np.ndarray) -> np.ndarray:
        """Features from codes (n,), shape (n, len(names)); NaN where a value is missing."""
        if self.lookup is None:
            return (raw - self.first_day if self.first_day else raw).reshape(-1, 1)
        features = np.full((len(raw), len(self.names)), np.nan)
        known = np.isfinite(raw)
        features[known] = self.lookup[raw[known].astype(int)]
        return features


def to_codes(column: pd.Series, name: str, kind: Encoding | None) -> tuple[np.ndarray, np.ndarray]:
    """A column as numeric codes, before anything is fitted.

    Returns:
        The codes, shape (n,), NaN where missing: the numbers themselves, days since 1970, or
        indices of categories; and these categories.

    Raises:
        InputError: For `days` of a column that is not of dates.
    """
    no_categories = np.empty(0, object)
    if kind is None:
        return column.to_numpy(np.float64), no_categories
    if kind == "days":
        if not is_dates(column):
            raise InputError(f"`data.encode` days needs a column of dates. Received: {name!r}.")
        timestamps = column.to_numpy("datetime64[us]")
        return (timestamps - np.datetime64(0, "us")) / DAY, no_categories
    if pd.api.types.is_numeric_dtype(column):
        column = column.where(np.isfinite(column))
    codes, categories = pd.factorize(column, sort=True)
    return np.where(codes < 0, np.nan, codes), np.asarray(categories, object)


def one_hot_names(name: str, categories: np.ndarray) -> tuple[str, ...]:
    """The names of a one-hot column's features, such as `colour = red`."""
    return tuple(clean_names(f"{name}{ONE_HOT_SEPARATOR}{category}" for category in categories))


def source_column(feature: str, encode: dict[str, Encoding]) -> str:
    """The column from which a feature is made."""
    return next(
        (
            name
            for name, kind in encode.items()
            if kind == "one-hot" and _is_one_hot_of(feature, name)
        ),
        feature,
    )


def _is_one_hot_of(feature: str, name: str) -> bool:
    return feature.startswith(name + ONE_HOT_SEPARATOR)
