"""Profiles a table: type, missing cells, statistics and distribution of each column."""

from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np
import pandas as pd

BINS = 30
MAX_CATEGORIES = 20


@dataclass(frozen=True)
class ColumnProfile:
    """The profile of one column; statistics ignore missing values, None where all are missing.

    Attributes:
        name: The column's name.
        kind: The type of its values.
        missing: Cells that are empty, NaN or infinite.
        minimum, maximum, mean, standard_deviation, median: In the column's own unit.
        counts: Cells in each of up to 30 bins of equal width, or of each of the 20 most frequent
            categories.
        edges: Of the bins, in the column's own unit; in days since the first one for dates.
        categories: The most frequent ones.
        first, last: The earliest and the latest date, as text.
        distinct: Number of different categories or dates.
    """

    name: str
    kind: Literal["number", "date", "category"]
    missing: int
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    standard_deviation: float | None = None
    median: float | None = None
    counts: tuple[int, ...] = ()
    edges: tuple[float, ...] = ()
    categories: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    distinct: int | None = None

    @property
    def numeric(self) -> bool:
        """Whether it can be a feature or the target without an encoding."""
        return self.kind == "number"


@dataclass(frozen=True)
class Profile:
    """The profile of a table: its number of rows and its columns, in the table's order."""

    rows: int
    columns: tuple[ColumnProfile, ...]

    @property
    def numeric(self) -> tuple[str, ...]:
        """The names of the numeric columns."""
        return tuple(column.name for column in self.columns if column.numeric)

    @property
    def missing(self) -> int:
        """Missing cells in the numeric columns."""
        return sum(column.missing for column in self.columns if column.numeric)

    def of(self, name: str) -> ColumnProfile:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


def is_numeric(column: pd.Series) -> bool:
    """Whether a column holds numbers (or booleans) and at least one of them."""
    return pd.api.types.is_numeric_dtype(column) and bool(column.notna().any())


def is_dates(column: pd.Series) -> bool:
    """Whether a column holds dates."""
    return pd.api.types.is_datetime64_any_dtype(column)


def missing_mask(column: pd.Series) -> np.ndarray:
    """Whether each cell is missing (empty, NaN or infinite), shape (n,)."""
    if is_numeric(column):
        return ~np.isfinite(column.to_numpy(np.float64))
    return column.isna().to_numpy()


def numeric_columns(table: pd.DataFrame) -> tuple[str, ...]:
    """The names of the columns that can be features or the target, in the table's order."""
    return tuple(str(name) for name, column in table.items() if is_numeric(column))


def profile(table: pd.DataFrame) -> Profile:
    """The profile of a table."""
    return Profile(
        len(table), tuple(_profile_column(str(name), column) for name, column in table.items())
    )


def _profile_column(name: str, column: pd.Series) -> ColumnProfile:
    if is_dates(column):
        return _profile_dates(name, column)
    if not is_numeric(column):
        return _profile_categories(name, column)
    values = column.to_numpy(np.float64)
    finite = values[np.isfinite(values)]
    missing = len(values) - len(finite)
    if not len(finite):
        return ColumnProfile(name, "number", missing)
    with np.errstate(over="ignore", invalid="ignore"):
        numbers = (finite.min(), finite.max(), finite.mean(), finite.std(), np.median(finite))
    counts, edges = _histogram(finite)
    statistics = (float(number) for number in numbers)
    return ColumnProfile(name, "number", missing, *statistics, counts=counts, edges=edges)


def _histogram(finite: np.ndarray) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Counts and edges of a histogram; one bin where the values are too close for more.

    There are as many bins as Rice's rule has for so many values, and no more than different values.
    """
    low, high = float(finite.min()), float(finite.max())
    bins = min(BINS, ceil(2 * len(finite) ** (1 / 3)), _distinct(finite))
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            counts, edges = np.histogram(finite, bins, (low, high))
    except ValueError:
        return (len(finite),), (low, high)
    return tuple(counts.tolist()), tuple(edges.tolist())


def _distinct(values: np.ndarray) -> int:
    """How many different values there are, counted up to the number of bins."""
    found = np.unique(values[: 100 * BINS])
    return len(found) if len(found) >= BINS else len(np.unique(values))


def _profile_dates(name: str, column: pd.Series) -> ColumnProfile:
    known = column.dropna()
    missing = len(column) - len(known)
    if known.empty:
        return ColumnProfile(name, "date", missing, distinct=0)
    first, last = str(known.min()), str(known.max())
    days = (known - known.min()).dt.total_seconds().to_numpy() / 86400
    counts, edges = _histogram(days)
    return ColumnProfile(
        name,
        "date",
        missing,
        counts=counts,
        edges=edges,
        first=first.removesuffix(" 00:00:00"),
        last=last.removesuffix(" 00:00:00"),
        distinct=int(known.nunique()),
    )


def _profile_categories(name: str, column: pd.Series) -> ColumnProfile:
    frequencies = column.value_counts()
    top = frequencies.head(MAX_CATEGORIES)
    return ColumnProfile(
        name,
        "category",
        int(column.isna().sum()),
        counts=tuple(int(count) for count in top),
        categories=tuple(str(category) for category in top.index),
        distinct=len(frequencies),
    )
