"""Dates are read in the one format that fits a column, with their offset from UTC and fractions."""

import numpy as np
import pyarrow as pa
import pytest

from core.data.dates import parse_dates


def parsed(*texts: str | None, day_first: bool = False) -> list[str]:
    return [str(date) for date in parse_dates(pa.array(texts, pa.string()), day_first)]


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (("2011-07-02 05:17:21 +0530", "2011-07-03 05:17:21 +0530"), "2011-07-02T05:17:21"),
        (("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"), "2024-01-01T00:00:00"),
        (("7/2/2011 5:17 PM", "7/3/2011 5:17 AM"), "2011-07-02T17:17:00"),
        (("7/2/2011 12:17:21 a.m.", "7/3/2011 5:17:21 p.m."), "2011-07-02T00:17:21"),
        (("Mon, 2 Jan 2023", "Tue, 3 Jan 2023"), "2023-01-02T00:00:00"),
        (("Jan 2024", "Feb 2024"), "2024-01-01T00:00:00"),
        (("31-12-24", "30-11-24"), "2024-12-31T00:00:00"),
    ],
)
def test_a_date_is_what_was_written(texts, first):
    assert parsed(*texts)[0].startswith(first)


def test_one_offset_leaves_the_clock_alone_and_several_become_utc():
    summer, winter = "2024-07-01 10:00:00 +0200", "2024-01-01 10:00:00 -0130"
    assert parsed(summer, None, summer)[0].startswith("2024-07-01T10:00")
    both = parsed(summer, winter)
    assert [text[:16] for text in both] == ["2024-07-01T08:00", "2024-01-01T11:30"]


def test_fractions_of_seconds_are_kept():
    first, second = parse_dates(
        pa.array(["01.02.2024 10:00:00.250", "01.02.2024 10:00:01.5"]), day_first=True
    )
    assert second - first == np.timedelta64(1_250_000, "us")


@pytest.mark.parametrize("texts", [("1.5", "2.5"), ("a1", "b2"), ("12 kg", "13 kg"), (None, None)])
def test_what_is_no_date_is_none(texts):
    assert set(parsed(*texts)) == {"NaT"}
