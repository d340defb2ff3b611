"""YAML is read where it holds a table; what only looks like it is read as the text that it is."""

import pytest

from core.data.dialect import Dialect
from core.data.read import read_content
from core.data.summary import summarize
from core.errors import InputError

TABLE = {"x": [1, 2, 3], "the y": [2.5, -3.5, 1e3]}
FORMS = {
    "records": "- x: 1\n  the y: 2.5\n- x: 2\n  the y: -3.5\n- x: 3\n  the y: 1e3\n",
    "records on a line": "---\n- {x: 1, the y: 2.5}\n- {x: 2, the y: -3.5}\n"
    "- {x: 3, the y: 1.0e+3}\n",
    "under a name": "# measured\nrows:\n  - x: 1\n    the y: 2.5\n  - {x: 2, the y: -3.5}\n"
    "  - {x: 3, the y: 1000}\n",
    "lists": "x: [1, 2, 3]\n'the y': [2.5, -3.5, 1000.0]\n",
    "lists, line by line": "x:\n- 1\n- 2\n- 3\nthe y:\n- 2.5\n- -3.5\n- 1000.0\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_table_is_read(form):
    reading = read_content(FORMS[form].encode(), "table.yaml")
    assert reading.table.to_pydict() == TABLE
    assert summarize(reading.kind, reading.dialect, reading.decisions).startswith("Read as YAML")
    again = read_content(FORMS[form].encode(), "table.yaml", reading.dialect)
    assert again.table.equals(reading.table)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("- note: of 2020\nx,y\n1,2\n3,4\n", ["x", "y"]),
        ("unit: [kg]\nx,y\n1,2\n3,4\n", ["x", "y"]),
        ("x: 1\nx: 2\n", ["column 1", "column 2"]),
    ],
)
def test_what_only_looks_like_it_is_text(text, names):
    reading = read_content(text.encode(), "table")
    assert (reading.kind, reading.table.column_names) == ("text", names)


def test_a_delimiter_that_is_told_is_taken():
    assert read_content(b"- x: 1\n- x: 2\n", "t", Dialect(delimiter=":")).kind == "text"


def test_aliases_are_refused():
    bomb = "a: [1, 2]\nb: &b [1, 1]\nc: [*b, *b]\n"
    with pytest.raises(InputError, match=r"^t must be YAML without aliases\. Received: one"):
        read_content(bomb.encode(), "t")


@pytest.mark.parametrize(
    "text", ["x: " + "[" * 3000, "- x: " + "{a: " * 3000, "- x: !!python/x 1\n"]
)
def test_what_no_table_holds_ends_in_a_clear_refusal(text):
    with pytest.raises(InputError):
        read_content(text.encode(), "t")
