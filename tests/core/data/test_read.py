import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.data import limits
from core.data.dialect import Dialect
from core.data.profile import numeric_columns
from core.data.read import read_content
from core.data.sanitize import MARKUP, MAX_NAME, clean_names, clean_text
from core.errors import InputError

TABLE = "größe,b\n1,2\n3,4\n"


def read_csv(content: bytes, name: str) -> pd.DataFrame:
    return read_content(content, clean_text(name)).table.to_pandas()


def read_text(text: str) -> pd.DataFrame:
    return read_csv(text.encode(), "table.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_reads_every_usual_dialect(encoding, delimiter, newline):
    text = TABLE.replace(",", delimiter).replace("\n", newline)
    table = read_csv(text.encode(encoding), "table.csv")
    assert table.to_dict("list") == {"größe": [1, 3], "b": [2, 4]}


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a,b\n1,\n2,3\n", {"b": [np.nan, 3]}),
        ("a,b\n1,NA\n2,3\n", {"b": [np.nan, 3]}),
        ("a,b\n1,?\n2,3\n", {"b": [np.nan, 3]}),
        ("a,b\n1,True\n2,false\n", {"b": [1, 0]}),
        ("a,b\n1,True\n2,\n", {"b": [1, np.nan]}),
        ("a,b\n1,1e308\n2,inf\n3,-inf\n", {"b": [1e308, np.inf, -np.inf]}),
        ("a,b\n1,99999999999999999999999\n2,3\n", {"b": [1e23, 3]}),
        ("a,b\n1,18446744073709551615\n2,-1\n", {"b": [2.0**64, -1]}),
        ("a, b\n1, 2\n3, 4\n", {"b": [2, 4]}),
        ("a;b\n1,5;2\n2,5;3\n", {"a": [1.5, 2.5], "b": [2, 3]}),
        ('a;b\n"x, y";2\n"z, w";3\n', {"b": [2, 3]}),
        ('"a,1",b\n1,2\n3,4\n', {"a,1": [1, 3], "b": [2, 4]}),
        ("1,2\n3,4\n", {"column 1": [1, 3], "column 2": [2, 4]}),
        ("\n11,12\n13,14\n", {"column 1": [11, 13], "column 2": [12, 14]}),
        ("\n\r\n,,\n11,12\n13,14\n", {"column 1": [11, 13], "column 2": [12, 14]}),
        ("x,x,\n1,2,3\n4,5,6\n", {"x": [1, 4], "x (2)": [2, 5], "column 3": [3, 6]}),
    ],
)
def test_numbers_become_numbers(text, columns):
    table = read_text(text)
    for name, values in columns.items():
        assert name in numeric_columns(table)
        np.testing.assert_array_equal(table[name].to_numpy(float), values)


def test_empty_unnamed_columns_are_left_out():
    assert list(read_text("a,b,\n1,2,\n3,4,\n").columns) == ["a", "b"]


def test_text_columns_stay_text():
    table = read_text("name,b\nann,1\nbob,2\n")
    assert numeric_columns(table) == ("b",)
    assert table["name"].tolist() == ["ann", "bob"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"\xef\xbb\xbf", "an empty file"),
        (b" \n\n", "an empty file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image"),
        (b"PK\x03\x04\x14\0", "a damaged one"),
        (b"%PDF-1.7\n", "a PDF document"),
        (bytes(range(256)), "binary data"),
        (b"a,b\n1,\0\n2,3\n", "binary data"),
        (b"<!DOCTYPE html><p>a, b</p>", "a web page"),
        (b"\n<html>\n", "a web page"),
        (b"Call me Ishmael.\nSome years ago.\n", "at least 2 rows of data. Received: 1."),
        (b"Dear reader, this is prose.\nIt goes on, and on, and on.\n", "fields in line"),
        (b"x\n1\n2\n", "at least 2 columns"),
        (b"a,b\n", "at least 2 rows of data. Received: 0."),
        (b"a,b\n1,2\n", "at least 2 rows of data. Received: 1."),
        (b"a,b\nx,y\nz,w\n", "at least one column of numbers"),
        (b"a,b\n,\n,\n", "at least one column of numbers"),
        (b"a,b\n1,2\n3,4,5\n", "3 fields in line 3 where 2 were expected"),
        (b"a,b\n1,2,3\n4,5,6\n", "3 fields in line 2 where 2 were expected"),
        (b'a,b\n"1,2\n3,4\n', "a quotation mark that is never closed"),
    ],
)
def test_what_is_not_a_table_is_one_clear_sentence(content, said):
    with pytest.raises(InputError) as error:
        read_csv(content, "my [file](x).csv")
    assert said in str(error.value)
    assert str(error.value).startswith("my file(x).csv must")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-32"])
def test_a_nul_character_is_text_in_a_wide_encoding_only(encoding):
    text = "größe,b\n" + "1,2\n" * 100 + "\0,3\n"
    if encoding in ("utf-16", "utf-32"):
        assert len(read_csv(text.encode(encoding), "table.csv")) == 101
        return
    with pytest.raises(InputError, match="binary data"):
        read_csv(text.encode(encoding), "table.csv")


@pytest.mark.parametrize(("letters", "binary"), [(60, True), (400, False)])
def test_text_with_more_than_one_per_cent_of_control_characters_is_binary(letters, binary):
    content = b"a,b\n" + b"x" * letters + b"\x01\x02,1\ny,2\n"
    if binary:
        with pytest.raises(InputError, match="binary data"):
            read_csv(content, "table.csv")
    else:
        assert len(read_csv(content, "table.csv")) == 2


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [
        ("MAX_ROWS", 1, "at most 1 rows. Received: more"),
        ("MAX_COLUMNS", 1, "at most 1 columns. Received: 2"),
        ("MAX_CELLS", 3, "at most 3 cells. Received: 2 columns"),
    ],
)
def test_limits_name_what_came(monkeypatch, limit, value, said):
    monkeypatch.setattr(limits, limit, value)
    with pytest.raises(InputError, match=said):
        read_text(TABLE)


@pytest.mark.parametrize(
    ("names", "cleaned"),
    [
        (["x", "x", "x"], ["x", "x (2)", "x (3)"]),
        (["x", "x", "x (2)"], ["x", "x (2)", "x (2) (2)"]),
        (["", "  ", "<>"], ["column 1", "column 2", "column 3"]),
        (["<b>a</b>", "$x^2$", "[a](b)", ":red[y]"], ["ba/b", "x2", "a(b)", "redy"]),
        (["a\u202eb", "c\x00d", "e \n\t f"], ["ab", "cd", "e f"]),
        (["年_1", "élan", "e\u0301lan"], ["年_1", "élan", "élan (2)"]),
        (["n" * 80, "n" * 80], ["n" * 60, "n" * 56 + " (2)"]),
        (["*" * 70 + "mass", "*" * 300 + "mass"], ["mass", "column 2"]),
    ],
)
def test_clean_names_by_example(names, cleaned):
    assert clean_names(names) == cleaned


@given(st.lists(st.text(max_size=80), max_size=12))
@example(["\ud800"])
def test_clean_names_are_safe_unique_and_stable(names):
    cleaned = clean_names(names)
    assert len(cleaned) == len(set(cleaned)) == len(names)
    assert clean_names(cleaned) == cleaned
    for name in cleaned:
        assert 0 < len(name) <= MAX_NAME
        assert name == clean_text(name)
        assert not MARKUP & set(name)
        assert all(unicodedata.category(c)[0] != "C" for c in name)


def check_any(content: bytes) -> None:
    try:
        table = read_csv(content, "table.csv")
    except InputError as error:
        assert str(error).startswith("table.csv must")
        return
    assert table.shape[0] >= 2
    assert table.shape[1] >= 2
    assert numeric_columns(table)
    assert list(table.columns) == clean_names(table.columns)
    assert table.index.equals(pd.RangeIndex(len(table)))


@given(st.binary(max_size=200))
@example(b"\xff\xfe\x00")
@example(b"\xff\xfea\x00\n\xd8")
@settings(max_examples=150)
def test_any_bytes_are_a_table_or_an_input_error(content):
    check_any(content)


@given(st.text(st.sampled_from(list('aé1.,;\t\n\r" -e\x0b年?<{')), max_size=60))
@settings(max_examples=400)
def test_any_csv_like_text_is_a_table_or_an_input_error(text):
    check_any(text.encode())


cells = st.one_of(
    st.floats(), st.integers(), st.booleans(), st.none(), st.text("abc,;\"\n' 1", max_size=5)
)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=6))
def test_any_table_that_pandas_writes_is_read_or_refused(rows):
    check_any(pd.DataFrame(rows, columns=["a", "b", "c"]).to_csv(index=False).encode())


@given(st.lists(st.tuples(st.floats(), st.integers(-(2**53), 2**53)), min_size=2, max_size=20))
def test_numbers_survive_the_trip_through_a_file(rows):
    table = pd.DataFrame(rows, columns=["a", "b"])
    back = read_csv(table.to_csv(index=False).encode(), "table.csv")
    np.testing.assert_allclose(back["a"].to_numpy(float), table["a"], rtol=1e-15)
    np.testing.assert_array_equal(back["b"], table["b"])


dialects = st.builds(
    Dialect,
    encoding=st.sampled_from([None, "utf-8", "utf-16", "cp1252", "cp932"]),
    delimiter=st.sampled_from([None, ",", ";", "\t", " "]),
    header=st.sampled_from([None, True, False]),
    decimal=st.sampled_from([None, ".", ","]),
    thousands=st.sampled_from([None, "", ",", ".", " ", "'"]),
)


@given(st.text(st.sampled_from(list("aé1.,;\t\n\r\" -e%€?'(")), max_size=60), dialects)
@settings(max_examples=200)
def test_any_text_in_any_dialect_is_a_table_or_an_input_error(text, dialect):
    try:
        reading = read_content(text.encode(), "table.csv", dialect)
    except InputError as error:
        assert "must" in str(error)
        return
    assert reading.table.num_rows >= 2
    assert None not in (reading.dialect.delimiter, reading.dialect.decimal, reading.dialect.header)


@given(
    st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=3, max_size=20),
    st.sampled_from([(".", ","), (".", "'"), (",", "."), (",", " "), (".", "")]),
)
def test_a_number_survives_every_way_to_write_it(numbers, marks):
    decimal, thousands = marks

    def worded(number) -> str:
        return f"{number:,.2f}".translate({ord(","): thousands, ord("."): decimal})

    text = "a;b\n" + "".join(f"{worded(number)};1\n" for number in numbers)
    dialect = Dialect(delimiter=";", decimal=decimal, thousands=thousands, header=True)
    table = read_content(text.encode(), "table", dialect).table
    np.testing.assert_allclose(table["a"].to_numpy(), [float(n) for n in numbers], rtol=1e-15)


def test_a_column_of_a_large_text_may_change_its_type_between_the_parts_that_are_looked_at():
    rows = ["7,x,0.5\n"] * 900_000
    rows[200_000] = "7.25,x,word\n"
    table = read_text("a,b,c\n" + "".join(rows))
    assert table["a"][200_000] == 7.25
    assert (table["a"].dtype, table["c"].dtype) == (np.float64, np.float64)
    assert np.isnan(table["c"][200_000])
    assert len(table) == len(rows)
