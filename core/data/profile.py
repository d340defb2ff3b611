"""What a table holds, column by column."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

BINS = 30
MOST_CATEGORIES = 20


@dataclass(frozen=True)
class ColumnProfile:
    """One column in numbers; the statistics leave missing values out, None where there are none.

    Attributes:
        name: The column's name.
        kind: What its cells are.
        missing: Cells that are empty, NaN or infinite.
        minimum: Smallest value, in the column's own unit; likewise the five that follow.
        counts: Cells in each of up to 30 bins of equal width, or of each of the 20 most frequent
            categories; and the bins' edges, in the column's unit, or the categories.
        first, last: Of dates, as text.
        distinct: Of categories and dates: how many there are.
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
        """Whether it can be a feature or the target as it is."""
        return self.kind == "number"


@dataclass(frozen=True)
class Profile:
    """A table's size and its columns, in the table's order."""

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


def missing_in(column: pd.Series) -> np.ndarray:
    """Which cells are missing: empty, NaN or infinite, shape (n,)."""
    if is_numeric(column):
        return ~np.isfinite(column.to_numpy(np.float64))
    return column.isna().to_numpy()


def numeric_columns(table: pd.DataFrame) -> tuple[str, ...]:
    """The names of the columns that can be features or the target, in the table's order."""
    return tuple(str(name) for name, column in table.items() if is_numeric(column))


def profile(table: pd.DataFrame) -> Profile:
    """Every column's kind, missing cells, scale and distribution."""
    return Profile(len(table), tuple(_column(str(name), column) for name, column in table.items()))


def _column(name: str, column: pd.Series) -> ColumnProfile:
    if is_dates(column):
        return _dates(name, column)
    if not is_numeric(column):
        return _categories(name, column)
    values = column.to_numpy(np.float64)
    finite = values[np.isfinite(values)]
    missing = len(values) - len(finite)
    if not len(finite):
        return ColumnProfile(name, "number", missing)
    with np.errstate(over="ignore", invalid="ignore"):
        numbers = (finite.min(), finite.max(), finite.mean(), finite.std(), np.median(finite))
    counts, edges = _bins(finite)
    told = (float(number) for number in numbers)
    return ColumnProfile(name, "number", missing, *told, counts=counts, edges=edges)


def _bins(finite: np.ndarray) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """A histogram; a single bin where the values do not differ by enough to be told apart."""
    low, high = float(finite.min()), float(finite.max())
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            counts, edges = np.histogram(finite, BINS, (low, high))
    except ValueError:
        return (len(finite),), (low, high)
    return tuple(counts.tolist()), tuple(edges.tolist())


def _dates(name: str, column: pd.Series) -> ColumnProfile:
    known = column.dropna()
    missing = len(column) - len(known)
    if known.empty:
        return ColumnProfile(name, "date", missing, distinct=0)
    first, last = str(known.min()), str(known.max())
    days = (known - known.min()).dt.total_seconds().to_numpy() / 86400
    counts, edges = _bins(days)
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


def _categories(name: str, column: pd.Series) -> ColumnProfile:
    found = column.value_counts()
    top = found.head(MOST_CATEGORIES)
    return ColumnProfile(
        name,
        "category",
        int(column.isna().sum()),
        counts=tuple(int(count) for count in top),
        categories=tuple(str(word) for word in top.index),
        distinct=len(found),
    )
