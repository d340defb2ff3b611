"""Each usual shape of JSON is the same table."""

import pandas as pd
import pytest

from core.data.json_records import read_json
from core.data.read import read_content
from tests.core.data.corpus import records

FRAME = pd.DataFrame({"x": [1, 3, 5], "y": [2.5, 4.5, 6.5]})
ROWS = [{"x": 1, "y": 2}, {"x": 3, "y": 4}]


@pytest.mark.parametrize(
    "content",
    [
        records(ROWS),
        b"\n".join(map(records, ROWS)),
        records({"x": [1, 3], "y": [2, 4]}),
        records({"data": ROWS}),
        records({"count": 2, "data": ROWS}),
    ],
    ids=["records", "lines", "columns", "one list", "one list and more"],
)
def test_a_shape_is_a_table(content):
    names, columns, left_out, form = read_json(content, "table.json")
    assert (names, left_out, form) == (["x", "y"], [], "")
    assert [column.to_pylist() for column in columns] == [[1, 3], [2, 4]]


def test_rows_without_names_have_numbered_columns():
    names, columns, *_ = read_json(records([[1, 2], [3, 4]]), "table.json")
    assert names == ["column 1", "column 2"]
    assert columns[0].to_pylist() == [1, 3]


@pytest.mark.parametrize("orient", ["split", "records", "index", "columns", "values", "table"])
def test_every_orient_of_pandas_is_the_same_table(orient):
    text = FRAME.to_json(orient=orient)
    table = read_content(text.encode(), "table.json").table.to_pandas()
    if orient == "table":  # with an index, which is no feature
        table = table.drop(columns="index")
    if orient == "values":
        table.columns = ["x", "y"]
    assert table.to_dict("list") == {"x": [1, 3, 5], "y": [2.5, 4.5, 6.5]}


@pytest.mark.parametrize("orient", ["split", "index", "columns"])
def test_row_labels_that_are_no_numbers_of_rows_are_a_column(orient):
    for labels in (["ann", "bob", "cid"], [2019, 2020, 2021]):
        text = FRAME.set_axis(labels).to_json(orient=orient)
        table = read_content(text.encode(), "table.json").table.to_pandas()
        assert table["index"].tolist() == labels
        assert table["y"].tolist() == [2.5, 4.5, 6.5]


def test_a_first_row_of_words_names_the_columns():
    names, columns, *_ = read_json(records([["x", "y"], [1, 2], [3, 4]]), "table.json")
    assert names == ["x", "y"]
    assert columns[1].to_pylist() == [2, 4]
