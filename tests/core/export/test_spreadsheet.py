"""No text of ours begins as a formula does, and every guard can be taken away again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.export.spreadsheet import GUARD, RUNS, harmless


@given(st.text() | st.text("=+-@'\t\r\n1a", max_size=6))
def test_a_guard_is_put_where_it_must_and_goes_again(text):
    guarded = harmless(text)
    assert not guarded.startswith(RUNS)
    assert re.sub(GUARD, "", guarded) == text
    assert len(guarded) - len(text) in (0, 1)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=cmd|' /C calc'!A0"]
)
def test_what_would_run_is_guarded(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "height", "a=b", "x - y", "1e-3", " =1", "'quoted'", "loss"])
def test_what_would_not_is_left_alone(text):
    assert harmless(text) == text
