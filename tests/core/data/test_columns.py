"""A column that only numbers the rows is no feature by default; one that counts as x may is."""

import pandas as pd
import pytest

from core.data.columns import choose_features, index_columns
from core.spec import DataSpec


def features_of(names: str, *rows: tuple[float, ...], **data) -> tuple[str, ...]:
    table = pd.DataFrame(rows, columns=names.split(","))
    return choose_features(table, DataSpec(target="y", **data))


@pytest.mark.parametrize("name", ["index", "Index", "Unnamed: 0", "Unnamed 0", "rownames"])
@pytest.mark.parametrize("first", [0, 1])
def test_an_index_is_no_feature(name, first):
    rows = [(first + i, 0.5 * i, i * i) for i in range(4)]
    assert features_of(f"{name},a,y", *rows) == ("a",)


def test_an_index_of_which_rows_were_left_out_is_no_feature():
    assert features_of("index,a,y", (0, 1, 2), (2, 2, 3), (5, 4, 4)) == ("a",)
    for unnamed in ("Unnamed: 0", "__index_level_0__"):
        assert features_of(f"{unnamed},a,y", (50, 1, 2), (7, 2, 3), (19, 4, 4)) == ("a",)


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        ("x,y", [(1, 2), (2, 4), (3, 6)]),
        ("index,y", [(0, 2), (1, 4), (2, 6)]),
        ("index,y", [(1.5, 2), (2.5, 4), (3.5, 6)]),
        ("index,y", [(7, 2), (5, 4), (6, 6)]),
    ],
)
def test_what_may_be_a_feature_is_one(names, rows):
    assert features_of(names, *rows) == (names.partition(",")[0],)


def test_years_called_index_are_a_feature():
    rows = [(2001 + i, 2 * i, i) for i in range(5)]
    assert features_of("index,a,y", *rows) == ("index", "a")


def test_an_index_that_is_asked_for_is_a_feature():
    rows = [(i, 0.5 * i, i * i) for i in range(4)]
    assert features_of("index,a,y", *rows, features=("index",)) == ("index",)
    assert features_of("index,a,y", *rows, encode={"index": "ordinal"}) == ("index", "a")
    assert index_columns(pd.DataFrame(rows, columns=["index", "a", "y"])) == ("index",)
