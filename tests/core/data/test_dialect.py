"""Decimal and thousands marks are voted for by the cells, where they are not given."""

import pytest

from core.data.dialect import Dialect
from core.data.read import read_content
from core.data.text_table import find_table


def marks_of(text: str, **known: str) -> tuple[str | None, str | None]:
    found = find_table(text.encode(), text, Dialect(**known)).dialect
    return found.decimal, found.thousands


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("a;b\n1.234,5;1\n2.345,6;2\n", (",", ".")),
        ('a,b\n"1,234.5",1\n"2,345.6",2\n', (".", ",")),
        ('a,b\n"1,234",1\n"2,345",2\n', (".", ",")),
        ("a;b\n1,234;1\n2,345;2\n", (",", "")),
        ("a;b\n1;2\n3;4\n", (".", "")),
        ("a;b\n1,234,567;1\n2,345,678;2\n", (".", ",")),
        ("a;b\n1.234.567;1\n2.345.678;2\n", (",", ".")),
        ("a;b\n1'234.5;1\n", (".", "'")),
        ("a;b\n1.5;1,5\n", (".", "")),
    ],
)
def test_marks_are_detected(text, marks):
    assert marks_of(text) == marks


def test_a_mark_is_not_both_decimal_and_thousands():
    given = Dialect(delimiter=",", header=True, decimal=".", thousands=".")
    reading = read_content(b"a,b\n1.234,1\n2.345,2\n", "table.csv", given)
    assert reading.dialect.thousands == ""
    assert reading.table["a"].to_pylist() == [1.234, 2.345]
