"""A column's type is what most of its cells parse as; the others become missing."""

import numpy as np
import pyarrow as pa
import pytest

from core.data.dialect import Dialect
from core.data.type_inference import MAX_SAFE_INTEGER, ColumnReading, infer_type

PLAIN = Dialect(delimiter=",", decimal=".", thousands="")


def inferred(*texts: str | None, dialect: Dialect = PLAIN) -> tuple[pa.Array, ColumnReading]:
    return infer_type("a", pa.array(texts, pa.string()), dialect)


def test_more_than_half_of_the_cells_must_be_numbers():
    assert inferred("1", "x", "2", "y")[1] == ColumnReading("a", "category")
    values, reading = inferred("1", "x", "2", "y", "3")
    assert reading == ColumnReading("a", "number", True, unreadable=2, example="x")
    np.testing.assert_array_equal(values.to_numpy(), [1, np.nan, 2, np.nan, 3])


def test_more_than_nine_tenths_of_the_cells_must_be_dates():
    days = [f"2024-01-{day:02}" for day in range(1, 20)]
    assert inferred(*days[:9], "x")[1].kind == "category"
    assert inferred(*days, "x")[1] == ColumnReading("a", "date", True, 1, "x")


@pytest.mark.parametrize(
    ("delimiter", "decimal", "month"),
    [(",", ".", 1), ("\t", ".", 1), (";", ".", 2), (";", ",", 2), ("\t", ",", 2)],
)
def test_an_ambiguous_date_has_the_day_first_where_semicolons_or_decimal_commas_are(
    delimiter, decimal, month
):
    dialect = Dialect(delimiter=delimiter, decimal=decimal, thousands="")
    values, reading = inferred("01/02/2024", "02/01/2024", dialect=dialect)
    assert reading.kind == "date"
    assert values.to_pylist()[0].month == month


def test_integers_that_float64_cannot_tell_from_their_neighbours_stay_floats():
    largest = int(MAX_SAFE_INTEGER)
    assert inferred(f"€{largest - 1}", "€2")[0].type == pa.int64()
    assert inferred(f"€{largest}", "€2")[0].type == pa.float64()
    assert inferred("€1.5", "€2")[0].type == pa.float64()
