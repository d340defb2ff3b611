"""A workbook's sheet is chosen by name, or is the first that has a table."""

import pytest

from core.data import limits
from core.data.dialect import Dialect
from core.data.read import Reading, read_content
from core.errors import InputError
from tests.core.data.corpus import GRID, workbook

SECOND = [["c", "d"], [7, 8], [9, 10]]


def read_sheet(sheet: str | None) -> Reading:
    return read_content(workbook(GRID, second=SECOND), "book.xlsx", Dialect(sheet=sheet))


def test_a_sheet_is_chosen_by_its_name():
    reading = read_sheet("second")
    assert reading.table.to_pydict() == {"c": [7, 9], "d": [8, 10]}
    assert (reading.dialect.sheet, reading.sheets) == ("second", ("first", "second"))


def test_without_a_name_it_is_the_first_sheet():
    reading = read_sheet(None)
    assert reading.table.column_names == ["a", "b"]
    assert reading.dialect.sheet == "first"


def test_an_unknown_sheet_is_refused_in_one_sentence_with_the_known_ones():
    with pytest.raises(InputError) as refusal:
        read_sheet("third")
    assert str(refusal.value) == ("`sheet` must be one of 'first', 'second'. Received: 'third'.")


def test_numbers_among_text_are_written_as_the_workbook_shows_them():
    mixed = [["a", "b"], ["x", 1], ["y", 2], ["z", 3], [12, 4], [12.5, 5], [-3_000_000, 6]]
    table = read_content(workbook(mixed), "book.xlsx").table
    assert table["a"].to_pylist() == ["x", "y", "z", "12", "12.5", "-3000000"]


@pytest.mark.parametrize(("limit", "fits"), [(4, True), (3, False)])
def test_empty_rows_above_and_columns_beside_a_table_do_not_count(monkeypatch, limit, fits):
    monkeypatch.setattr(limits, "MAX_ROWS", limit)
    monkeypatch.setattr(limits, "MAX_CELLS", 4 * 2)
    book = workbook([[None] * 3] * 5 + [[None, *row] for row in GRID])
    if fits:
        table = read_content(book, "book.xlsx").table
        assert table.to_pydict() == {"a": [1, 3, 5], "b": [2, 4.5, 6]}
        return
    with pytest.raises(InputError, match="at most 3 rows"):
        read_content(book, "book.xlsx")


def test_a_sheet_is_as_high_as_its_last_cell_whatever_is_between(monkeypatch):
    sparse = workbook([*GRID[:2], *[[None, None]] * 7, GRID[2]])
    assert read_content(sparse, "book.xlsx").table.num_rows == 2
    monkeypatch.setattr(limits, "MAX_ROWS", 9)
    with pytest.raises(InputError, match="at most 9 rows"):
        read_content(sparse, "book.xlsx")


REPORT = [
    ["Sales 2024", None, None],
    [None, None, None],
    ["region", "units", "revenue"],
    ["", "pieces", "EUR"],
    *([f"r{i}", i, 2.5 * i] for i in range(1, 7)),
    ["Total", 21, 52.5],
    ["Source: ledger", None, None],
]


def test_a_sheet_with_a_title_units_a_total_and_a_note_is_its_table():
    reading = read_content(workbook(REPORT), "book.xlsx")
    assert reading.table.column_names == ["region", "units", "revenue"]
    assert reading.table["revenue"].to_pylist() == [2.5 * i for i in range(1, 7)]
    reasons = [(line.reason, line.text) for line in reading.decisions.left_out]
    assert reasons == [
        ("title", "Sales 2024"),
        ("units", "pieces  EUR"),
        ("note", "Source: ledger"),
        ("total", "Total, 21, 52.5"),
    ]
    assert (reading.dialect.header, reading.dialect.skip) == (True, 2)


def test_every_row_of_a_sheet_can_be_kept():
    reading = read_content(workbook(REPORT), "book.xlsx", Dialect(every_row=True))
    assert reading.table.num_rows == 8
    assert reading.decisions.totals == ()


def test_the_rows_above_a_sheets_table_can_be_told():
    reading = read_content(workbook(REPORT), "book.xlsx", Dialect(skip=5, header=False))
    assert reading.table["column 1"].to_pylist()[0] == "r2"
    with pytest.raises(InputError, match="must leave rows of a table"):
        read_content(workbook(REPORT), "book.xlsx", Dialect(skip=99))


def test_two_rows_of_names_with_merged_cells_are_joined():
    rows = [["", "mass", "", "size"], ["", "mean", "sd", "mean"]]
    rows += [[f"r{i}", i, i + 0.5, 3 * i] for i in range(5)]
    table = read_content(workbook(rows), "book.xlsx").table
    assert table.column_names[1:] == ["mass mean", "mass sd", "size mean"]


def test_a_delimiter_means_nothing_in_a_workbook():
    with pytest.raises(InputError, match="`delimiter` must not be given for"):
        read_content(workbook(REPORT), "book.xlsx", Dialect(delimiter=";"))


def test_another_table_below_an_empty_row_is_left_out_and_told():
    rows = [["x", "y"], *([i, 2.5 * i] for i in range(1, 7)), [None, None]]
    rows += [["Summary", None], ["name", "value"], ["mean", 3.5]]
    reading = read_content(workbook(rows), "book.xlsx")
    assert reading.table["x"].to_pylist() == [1, 2, 3, 4, 5, 6]
    told = [(line.reason, line.text) for line in reading.decisions.left_out]
    assert told == [("table", "Summary")]
    assert read_content(workbook(rows), "b", Dialect(every_row=True)).table.num_rows == 9


def test_a_cover_before_the_table_is_no_table():
    book = workbook([["Report on flats"], ["by the office"], ["2024"]], data=GRID)
    reading = read_content(book, "book.xlsx")
    assert (reading.dialect.sheet, reading.table.column_names) == ("data", GRID[0])
