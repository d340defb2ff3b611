"""What stands above a table, however often, holds no reader up: no pattern tries all its ways."""

import pytest

from core.data.read import read_content
from core.errors import InputError

ABOVE = [
    "",
    " ",
    "\t",
    "\r",
    "%",
    "% note",
    "#",
    "# note",
    "---",
    "- ",
    "<",
    "a =",
    "a",
    "(",
    "[",
    '"',
]
TABLE = "x,y\n1,2\n3,4\n"


@pytest.mark.parametrize("line", ABOVE)
@pytest.mark.parametrize("behind", [TABLE, "", "@relation r\n@attribute x real\n"])
def test_a_reader_comes_to_its_end(line, behind):
    try:
        reading = read_content(f"{line}\n".encode() * 5000 + behind.encode(), "table")
    except InputError:
        return
    assert reading.table.num_rows


def test_empty_lines_above_a_table_are_no_rows_of_it():
    reading = read_content(b"\n" * 100 + TABLE.encode(), "table")
    assert reading.table.to_pydict() == {"x": [1, 3], "y": [2, 4]}
