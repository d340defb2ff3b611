"""What a table holds, column by column."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class ColumnProfile:
    """One column in numbers; the statistics leave missing values out, None where there are none.

    Attributes:
        name: The column's name.
        numeric: Whether it can be a feature or the target.
        missing: Cells that are empty, NaN or infinite.
        minimum: Smallest value, in the column's own unit; likewise the three that follow.
    """

    name: str
    numeric: bool
    missing: int
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    standard_deviation: float | None = None


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


def is_numeric(column: pd.Series) -> bool:
    """Whether a column holds numbers (or booleans) and at least one of them."""
    return pd.api.types.is_numeric_dtype(column) and bool(column.notna().any())


def numeric_columns(table: pd.DataFrame) -> tuple[str, ...]:
    """The names of the columns that can be features or the target, in the table's order."""
    return tuple(str(name) for name, column in table.items() if is_numeric(column))


def profile(table: pd.DataFrame) -> Profile:
    """Every column's kind, missing cells and scale."""
    return Profile(len(table), tuple(_column(str(name), column) for name, column in table.items()))


def _column(name: str, column: pd.Series) -> ColumnProfile:
    if not is_numeric(column):
        return ColumnProfile(name, numeric=False, missing=int(column.isna().sum()))
    values = column.to_numpy(np.float64)
    finite = values[np.isfinite(values)]
    missing = len(values) - len(finite)
    if not len(finite):
        return ColumnProfile(name, numeric=True, missing=missing)
    with np.errstate(over="ignore", invalid="ignore"):
        numbers = (finite.min(), finite.max(), finite.mean(), finite.std())
    return ColumnProfile(name, True, missing, *(float(number) for number in numbers))
