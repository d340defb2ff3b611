"""Points that a learner draws, as the source of a spec."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.datasets import find_dataset
from core.data.uploads import find_table, source_name
from core.errors import InputError
from core.export.script import script
from core.points import MOST, SOME_POINTS, is_points, points_of, source_of
from core.spec import Spec

numbers = st.floats(allow_nan=False, allow_infinity=False)
points = st.lists(st.tuples(numbers, numbers), min_size=2, max_size=MOST)


@given(points)
def test_points_come_back_from_their_text_to_the_last_digit(drawn):
    source = source_of(drawn)
    assert is_points(source) and points_of(source) == drawn
    spec = Spec.of({"data": {"source": source, "target": "y"}})
    assert Spec.from_json(spec.model_dump_json()) == spec
    table = find_table(source)
    assert list(table.columns) == ["x", "y"]
    assert list(table.itertuples(index=False, name=None)) == drawn


@given(st.text(alphabet="0123456789.,;- enaif", max_size=60))
def test_any_text_is_points_or_one_clear_sentence(text):
    source = f"points:{text}"
    try:
        told = points_of(source)
    except ValueError as error:
        assert str(error).startswith("`data.source`") and str(error).endswith(".")
        with pytest.raises(InputError) as refused:
            Spec.of({"data": {"source": source}})
        assert str(refused.value) == str(error)
    else:
        assert all(math.isfinite(number) for point in told for number in point)
        assert points_of(source_of(told)) == told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "from 2 to 60 points. Received: 0."),
        ("1,2", "from 2 to 60 points. Received: 1."),
        (";".join(["1,2"] * 61), "from 2 to 60 points. Received: 61."),
        ("1,2;2,x", "two finite numbers, as in points:1,2;2,3.5. Received: '2,x'."),
        ("1,2;2,inf", "Received: '2,inf'."),
        ("1,2;2,3,4", "Received: '2,3,4'."),
        ("1,2;" + "9" * 50, "Received: '" + "9" * 40 + "…'."),
    ],
)
def test_what_is_wrong_is_said(text, sentence):
    with pytest.raises(InputError) as error:
        Spec.of({"data": {"source": f"points:{text}", "target": "y"}})
    assert str(error.value).endswith(sentence)


def test_the_longest_points_fit_into_a_spec():
    longest = -1.2345678901234567e-300
    source = source_of([(longest, longest)] * MOST)
    assert Spec.of({"data": {"source": source}}).data.source == source


def test_spaces_and_a_last_semicolon_are_allowed():
    assert points_of("points: 1, 2 ; 3,4;") == [(1.0, 2.0), (3.0, 4.0)]


def test_points_have_a_name():
    assert source_name("points:1,2;2,3.5") == "own points (2): 1,2;2,3.5"
    assert len(source_name(source_of([(k / 7, k / 3) for k in range(60)]))) < 70


def test_the_menu_begins_with_some():
    table = find_dataset("points").load()
    assert table.equals(find_table(f"points:{SOME_POINTS}"))


def test_the_exported_script_holds_the_points():
    source = "points:1,2;2,3.5;3,4"
    spec = Spec.of({"data": {"source": source, "target": "y"}})
    assert "1.0,2.0\n2.0,3.5\n3.0,4.0\n" in script(spec, find_table(source))
