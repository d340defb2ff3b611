"""Finds rows of totals at the end of a table: they are no observations."""

import re
from typing import Any

import numpy as np
import pyarrow as pa

from .type_inference import ColumnReading

LAST_ROWS = 3  # that are looked at
MIN_ROWS = 4  # of a table whose last row, without a name, may be a sum by more than chance
MAX_NAMELESS = 100_000  # rows: longer tables come from no spreadsheet
ROUNDING = 1e-3  # relative: totals are of numbers that were not rounded yet
EXACT = 1e-9
TOTAL = re.compile(
    r"(grand|sub|over)?[ -]?(totals?|all)|sums?|Σ|(gesamt|zwischen)?summe|(ins)?gesamt"
    r"|totale|totaux|somme|suma|totales|общий итог|итого|всего|сумма"
    r"|合计|合計|总计|總計|小计|小計|합계|총계",
    re.IGNORECASE,
)
MEAN = re.compile(
    r"means?|averages?|avg\.?|mittelwert|durchschnitt|moyenne|promedio|media|média|среднее|平均(值|値)?",
    re.IGNORECASE,
)
Rows = tuple[int, ...]


def find_totals(table: pa.Table, readings: tuple[ColumnReading, ...]) -> tuple[Rows, Rows]:
    """Positions of the last rows that are totals, and of those that are only called so.

    A total is called one and equals the sum (or, called a mean, the mean) of the rows above in
    every column of numbers where it has a value; or it has no name, and is exactly their sum in two
    columns at least.
    """
    kinds = [reading.kind for reading in readings]
    if table.num_rows < 3 or "number" not in kinds:
        return (), ()
    last = range(max(2, table.num_rows - LAST_ROWS), table.num_rows)
    labels = {i: _label(table, readings, i) for i in last}
    nameless = MIN_ROWS < table.num_rows <= MAX_NAMELESS and not labels[last[-1]].strip()
    named = [i for i in last if TOTAL.fullmatch(labels[i]) or MEAN.fullmatch(labels[i])]
    if named and named != list(range(named[0], table.num_rows)):
        named = [i for i in named if i == table.num_rows - 1]
    if not named and not nameless:
        return (), ()
    above = named[0] if named else table.num_rows - 1
    pairs = zip(table.columns, kinds, strict=True)
    columns = [column for column, kind in pairs if kind == "number"]
    if not named:
        return ((above,), ()) if _adds_up(columns, above, above, EXACT) > 1 else ((), ())
    totals = tuple(
        i for i in named if _adds_up(columns, above, i, ROUNDING, bool(MEAN.fullmatch(labels[i])))
    )
    return totals, tuple(i for i in named if i not in totals)


def _label(table: pa.Table, readings: tuple[ColumnReading, ...], row: int) -> str:
    """The words of a row: its first cell that is text, also where numbers were expected."""
    for column, reading in zip(table.columns, readings, strict=True):
        value: Any = column[row].as_py()
        if reading.kind == "category" and value:
            return str(value).strip().rstrip(":")
        misread = reading.kind == "number" and reading.unreadable and value != value  # noqa: PLR0124
        if misread and (TOTAL.fullmatch(reading.example) or MEAN.fullmatch(reading.example)):
            return reading.example
    return ""


def _adds_up(
    columns: list[pa.ChunkedArray], above: int, row: int, tolerance: float, mean: bool = False
) -> int:
    """In how many columns a row is the sum of the rows above; 0 where one contradicts."""
    agreeing = 0
    for column in columns:
        value = float(column[row].as_py())
        values = column.slice(0, above).to_numpy().astype(float)
        values = values[np.isfinite(values)]
        size = float(np.abs(values).sum())
        if not np.isfinite(value) or not len(values) or size == 0:
            continue
        is_sum = abs(value - values.sum()) <= tolerance * size
        is_mean = abs(value - values.mean()) <= tolerance * size / len(values)
        if is_mean if mean else is_sum:
            agreeing += 1
        elif not is_mean or tolerance == EXACT:  # a sum of counts may stand beside a mean of shares
            return 0
    return agreeing
