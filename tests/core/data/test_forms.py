"""Files in the forms that people have are read as what they are."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.data.dialect import Dialect
from core.data.read import Reading, read_content
from tests.core.data.forms import FORMS as PLAIN_FORMS
from tests.core.data.written_forms import WRITTEN

FORMS = PLAIN_FORMS | WRITTEN
CASES = Path(__file__).with_name("cases")


def read_case(name: str, **dialect: Any) -> Reading:
    return read_content((CASES / name).read_bytes(), name, Dialect(**dialect))


def first_row(reading: Reading) -> list[Any]:
    cells = [column[0].as_py() for column in reading.table.columns]
    return [str(cell.date()) if isinstance(cell, datetime) else cell for cell in cells]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read_as_what_it_is(name):
    form = FORMS[name]
    reading = read_content(form.text.encode(form.encoding), "table")
    assert reading.table.column_names == form.names
    assert first_row(reading) == pytest.approx(form.first, nan_ok=True)
    assert reading.table.num_rows == form.rows
    assert reading.dialect.delimiter == form.delimiter


@pytest.mark.parametrize("name", FORMS)
def test_what_was_decided_gives_the_same_table_again(name):
    content = FORMS[name].text.encode(FORMS[name].encoding)
    first = read_content(content, "table")
    again = read_content(content, "table", first.dialect)
    pd.testing.assert_frame_equal(again.table.to_pandas(), first.table.to_pandas())
    assert again.dialect == first.dialect


@pytest.mark.parametrize(
    ("file", "names", "first", "rows"),
    [
        ("F01.data", None, [29.3, 4, 198, 89.1, 2690, 12.3, 70, 1, "maker model 0"], 30),
        ("F05.csv", "time temperature humidity pressure", [12312351, 23, 120, 233], 20),
        ("F10.csv", "region units revenue", ["north", 10, 25], 20),
        ("F10.xlsx", "region units revenue", ["north", 10, 25], 20),
        ("F11.csv", "name mass length price", ["a0", 50, 1.5, 100], 20),
        ("F17.csv", "index TV Radio Sales", [1, 82.9, 35.7, 24.3], 50),
        ("F18.csv", "city area price", ["c0", 50, 100], 20),
        ("F20.json", "x y", [0, 1], 10),
        ("F20i.json", "x y", [0, 1], 10),
        ("F24.csv", "order_date count units_sold sales_amount", ["2011-07-02", 1, 0, 1300], 20),
        ("F25.csv", "0 1 2 3", [1.1987, 0.3161, -0.6125, -0.3833], 20),
        ("F25i.csv", "index 0 1 2", [0, 0.4082, 1.2738, 0.5299], 20),
        ("F27.txt", "index mpg cyl wt", [1, 30, 4, 2], 20),
        ("F28.csv", "a b", [0, 0.5], 12),
        ("F29m.csv", "a b", [-5, 0], 12),
        ("F33.txt", "index x y", [0, 0, 1], 10),
    ],
)
def test_a_case_is_read_as_what_it_is(file, names, first, rows):
    reading = read_case(file)
    expected = names.split() if names else [f"column {j}" for j in range(1, 10)]
    assert reading.table.column_names == expected
    assert first_row(reading) == pytest.approx(first)
    assert reading.table.num_rows == rows


def test_every_row_can_be_kept():
    assert read_case("F18.csv").table.num_rows == 20
    kept = read_case("F18.csv", every_row=True)
    assert kept.table["city"].to_pylist()[-2:] == ["Total", "Source: land registry"]
    text = b"a,b\n1,2\n2,3\n3,4\n4,5\n10,14\n"
    assert read_content(text, "table").table.num_rows == 4
    kept = read_content(text, "table", Dialect(every_row=True))
    assert (kept.table.num_rows, kept.decisions.totals) == (5, (5,))


def test_rising_responses_are_no_doses():
    text = "5,10,20,50\n" + "".join(f"{4 + i},1{i},{i + 2}0,9\n" for i in range(1, 9))
    assert read_content(text.encode(), "table").dialect.header is False
