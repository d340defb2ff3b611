"""Powers of features: which, under what names, before scaling, and within limits."""

import numpy as np
import pandas as pd
import pytest

from core.data import powers
from core.data.powers import base_of
from core.data.prepare import prepare, split_table
from core.errors import InputError
from core.spec import DataSpec, ScalingSpec

TABLE = pd.DataFrame(
    {
        "x": [1.0, 2.0, np.nan, -4.0, 5.0, 6.0],
        "colour": ["red", "blue", "red", "green", "blue", "red"],
        "day": pd.date_range("2020-01-01", periods=6),
        "z": [10.0, 20.0, 30.0, 40.0, 50.0, 60.0],
        "y": [1.0, 4.0, 9.0, 16.0, 25.0, 36.0],
    }
)


def split(**data):
    spec = DataSpec(target="y", validation_fraction=0, **data)
    return split_table(TABLE, spec, seed=0)


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ({"degree": 1}, ["x", "z"]),
        ({"degree": 3}, ["x", "x^2", "x^3", "z", "z^2", "z^3"]),
        ({"degree": 2, "features": ("z",)}, ["z", "z^2"]),
        ({"degree": 3, "features": ("z", "x^3")}, ["z", "z^2", "z^3", "x^3"]),
        ({"degree": 3, "features": ("x^3", "x")}, ["x", "x^3"]),
        (
            {"degree": 2, "encode": {"colour": "one-hot", "day": "days"}},
            ["x", "x^2", "colour = green", "colour = red", "day", "day^2", "z", "z^2"],
        ),
        ({"degree": 2, "encode": {"colour": "ordinal"}, "features": ("colour",)}, ["colour"]),
        (
            {"degree": 2, "encode": {"colour": "one-hot"}, "features": ("colour = red", "x^2")},
            ["colour = red", "x^2"],
        ),
    ],
    ids=str,
)
def test_numbers_and_dates_have_powers_and_those_named_are_taken(data, names):
    found = split(**data)
    assert list(found.features) == names
    assert found.x_raw_train.shape[1] == len(names)


def test_they_are_powers_of_the_filled_numbers_and_scaled_behind():
    spec = DataSpec(target="y", features=("x",), degree=3, missing="mean", validation_fraction=0.4)
    data = prepare(TABLE, spec, ScalingSpec(features="standard"), seed=1)
    for raw in (data.x_raw_train, data.x_raw_val):
        np.testing.assert_array_equal(raw, raw[:, :1] ** [1, 2, 3])
    np.testing.assert_allclose(data.x_train.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(data.x_train.std(axis=0), 1, rtol=1e-5)


def test_what_leaves_float64_is_infinite_and_no_warning():
    table = pd.DataFrame({"x": [1e200, 2.0], "y": [1.0, 2.0]})
    found = split_table(table, DataSpec(target="y", degree=2, validation_fraction=0), seed=0)
    assert found.x_raw_train[:, 1].tolist() == [np.inf, 4.0]


@pytest.mark.parametrize("name", ["x^3", "w^2", "x^1", "x^10", "colour^2"])
def test_a_power_beyond_the_degree_or_of_nothing_is_refused(name):
    with pytest.raises(InputError, match="must name"):
        split(degree=2, features=(name,))


def test_a_column_called_like_a_power_is_itself():
    table = TABLE.rename(columns={"z": "x^2"})
    spec = DataSpec(target="y", features=("x^2",), degree=2, validation_fraction=0)
    assert split_table(table, spec, seed=0).features == ("x^2", "x^2^2")
    assert base_of("x^2^2", 2) == "x^2"


def test_more_features_or_cells_than_a_run_takes_are_refused(monkeypatch):
    monkeypatch.setattr(powers, "MAX_FEATURES", 5)
    with pytest.raises(InputError, match=r"at most 5 features.*Received: 6, with `data.degree`=3"):
        split(degree=3)
    monkeypatch.setattr(powers, "MAX_CELLS", 19)
    with pytest.raises(InputError, match=r"at most 19 cells.*5 rows × 4 features"):
        split(degree=2)
