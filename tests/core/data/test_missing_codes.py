"""A code such as -999 is told of where it cannot be meant, and is missing if that is asked for."""

import numpy as np
import pytest

from core.data.decisions import Decisions
from core.data.dialect import Dialect
from core.data.missing_codes import find_code
from core.data.read import read_content
from core.data.summary import summarize

TEXT = b"temp,rain\n21.5,3\n-9999,4\n18.5,-99\n"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([21.5, -999, 18], -999),
        ([-3.5, -99.9, 8], -99.9),
        ([40_000, -9999, 50_000], -9999),
        ([np.nan, -999.0, 0, 4, np.inf], -999),
        ([21.5, -998, 18], None),  # no code
        ([-300, -999, 18], None),  # not far from the others
        ([-5, -999, 2000], None),  # the others are as large
        ([-999, -999, 4], None),  # one number is too few
        ([1, 2, 999], None),
        ([np.nan, np.nan], None),
        ([], None),
    ],
)
def test_a_code_is_all_nines_and_far_from_every_number(values, code):
    assert find_code(np.array(values, float)) == code


def test_codes_are_numbers_unless_they_are_told_to_be_missing():
    kept, reading = read_content(TEXT, "table"), read_content(TEXT, "table", Dialect(codes=True))
    assert kept.decisions.codes == reading.decisions.codes == (("temp", -9999.0), ("rain", -99.0))
    assert kept.table["rain"].to_pylist() == [3, 4, -99]
    np.testing.assert_array_equal(reading.table["temp"], [21.5, np.nan, 18.5])


def test_they_are_told():
    decisions = Decisions.of({"codes": [["temp", -999.0], ["rain", -999.0], ["wind", -99.5]]})
    said = summarize("text", Dialect(header=True, codes=True), decisions)
    assert "; -999 in temp and rain is read as missing; -99.5 in wind is read as missing." in said
    kept = summarize("text", Dialect(header=True), Decisions.of({"codes": [["temp", -999.0]]}))
    assert kept.endswith("; -999 in temp looks like a code for a missing value.")
