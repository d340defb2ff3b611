"""Each usual shape of JSON is the same table."""

import pytest

from core.data.json_records import read_json
from tests.core.data.corpus import records

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
    names, columns, left_out = read_json(content, "table.json")
    assert (names, left_out) == (["x", "y"], [])
    assert [column.to_pylist() for column in columns] == [[1, 3], [2, 4]]


def test_rows_without_names_have_numbered_columns():
    names, columns, _ = read_json(records([[1, 2], [3, 4]]), "table.json")
    assert names == ["column 1", "column 2"]
    assert columns[0].to_pylist() == [1, 3]
