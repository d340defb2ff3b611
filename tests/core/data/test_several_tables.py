"""Of several tables in one text the largest is read; each of the others is a name away."""

import pytest

from core.data.dialect import Dialect
from core.data.read import Reading, read_content
from core.data.summary import summarize
from core.errors import InputError

SQL = """INSERT INTO shop.`kinds` VALUES (1, 'a'), (2, 'b');
INSERT INTO "sales" (x, y) VALUES (1, 2.5), (2, 3.5), (3, 4.5);
INSERT INTO shop.`kinds` VALUES (3, 'c');
INSERT INTO "sales" (x, y) VALUES (4, 5.5);
"""
HTML = """<html><table><tr><td>a menu</td></tr></table>
<table><caption>Flats <b>sold</b></caption><tr><th>x</th><th>y</th></tr>
<tr><td>1</td><td>2.5</td></tr><tr><td>2</td><td>3.5</td></tr></table>
<table><tr><th>u</th><th>v</th></tr><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr>
<tr><td>5</td><td>6</td></tr></table></html>
"""
LATEX = r"""\begin{tabular}{rr} a & b \\ 1 & 2 \\ 3 & 4 \\ \end{tabular}
\begin{tabular}{rr} x & y \\ 1 & 2.5 \\ 2 & 3.5 \\ 3 & 4.5 \\ \end{tabular}
"""
CASES = {
    "SQL": (SQL, ("kinds", "sales"), "sales", ["x", "y"], 4),
    "HTML": (HTML, ("Flats sold", "table 2"), "table 2", ["u", "v"], 3),
    "LaTeX": (LATEX, ("table 1", "table 2"), "table 2", ["x", "y"], 3),
}
OTHERS = {"SQL": (["column 1", "column 2"], 3), "HTML": (["x", "y"], 2), "LaTeX": (["a", "b"], 2)}


def read(form: str, sheet: str | None = None) -> Reading:
    return read_content(CASES[form][0].encode(), "tables", Dialect(sheet=sheet))


@pytest.mark.parametrize("form", CASES)
def test_the_largest_is_read_and_that_is_said(form):
    _, names, largest, columns, rows = CASES[form]
    reading = read(form)
    assert (reading.sheets, reading.dialect.sheet) == (names, largest)
    assert (reading.table.column_names, reading.table.num_rows) == (columns, rows)
    said = summarize(reading.kind, reading.dialect, reading.decisions)
    assert said.startswith(f"Read as {form}, table “{largest}”: ")


@pytest.mark.parametrize("form", CASES)
def test_another_is_read_by_its_name(form):
    reading = read(form, CASES[form][1][0])
    assert (reading.table.column_names, reading.table.num_rows) == OTHERS[form]
    assert reading.sheets == CASES[form][1]


@pytest.mark.parametrize("form", CASES)
def test_a_name_that_is_none_of_them_is_refused_with_those_that_are(form):
    known = ", ".join(map(repr, CASES[form][1]))
    with pytest.raises(InputError) as refusal:
        read(form, "other")
    assert str(refusal.value) == f"`sheet` must be one of {known}. Received: 'other'."


def test_where_there_is_one_table_no_name_is_asked_for():
    one = b"INSERT INTO t (x, y) VALUES (1, 2.5), (2, 3.5);\n"
    reading = read_content(one, "t.sql")
    assert (reading.sheets, reading.dialect.sheet) == ((), None)
    with pytest.raises(InputError, match=r"left out for one table\. Received: 't'"):
        read_content(one, "t.sql", Dialect(sheet="t"))
    with pytest.raises(InputError, match=r"not be given for delimited text\. Received: 't'"):
        read_content(b"x,y\n1,2\n3,4\n", "t.csv", Dialect(sheet="t"))


def test_names_are_safe_to_be_shown_and_all_different():
    table = "<table><caption>{}</caption><tr><th>x</th><th>y</th></tr><tr><td>1</td><td>2</td></tr>"
    table += "<tr><td>3</td><td>4</td></tr></table>"
    page = "".join(table.format(name) for name in ("A", "A", "&lt;script&gt;*x*", "数据"))
    assert read_content(page.encode(), "page").sheets == ("A", "A (2)", "scriptx", "数据")
