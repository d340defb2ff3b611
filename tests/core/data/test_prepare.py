from math import ceil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from core.data.columns import warnings
from core.data.prepare import prepare
from core.data.profile import ColumnProfile, profile
from core.errors import InputError
from core.spec import DataSpec, ScalingSpec

SKLEARN = {"standard": StandardScaler, "minmax": MinMaxScaler, "robust": RobustScaler}
NONE = ScalingSpec()


def spec(**changes) -> DataSpec:
    return DataSpec(**({"source": "upload", "target": "y"} | changes))


@pytest.fixture
def table() -> pd.DataFrame:
    random = np.random.default_rng(0)
    a, b = random.normal([5, 1e6], [1, 1e5], (40, 2)).T
    return pd.DataFrame({"a": a, "name": "text", "b": b, "y": 2 * a - b + 3, "n": range(40)})


tables = hnp.arrays(
    np.float64,
    st.tuples(st.integers(4, 30), st.integers(2, 5)),
    elements=st.one_of(st.floats(-1e6, 1e6), st.sampled_from([np.nan, np.inf, -np.inf])),
).map(lambda cells: pd.DataFrame(cells, columns=[*"abcd"[: cells.shape[1] - 1], "y"]))
scalings = st.builds(
    ScalingSpec,
    features=st.sampled_from(["none", *SKLEARN]),
    target=st.sampled_from(["none", *SKLEARN]),
)
missings = st.sampled_from(["drop", "mean", "keep"])
fractions = st.sampled_from([0, 0.2, 0.5])


@given(tables, missings, scalings, fractions, st.integers(0, 2**32 - 1))
@settings(max_examples=150)
def test_rows_are_shared_out_once_and_values_stay_theirs(table, missing, scaling, fraction, seed):
    data = spec(missing=missing, validation_fraction=fraction)
    try:
        prepared = prepare(table, data, scaling, seed)
    except InputError:
        return
    held_out = prepared.val_rows
    rows = prepared.train_rows if held_out is None else np.r_[prepared.train_rows, held_out]
    kept = len(table) - prepared.dropped
    assert len(set(rows.tolist())) == len(rows) == kept
    assert (0 if held_out is None else len(held_out)) == ceil(fraction * kept)
    for part in (prepared.train_rows, held_out):
        assert part is None or (np.diff(part) > 0).all()

    n, d = len(prepared.train_rows), len(prepared.features)
    assert prepared.x_train.shape == prepared.x_raw_train.shape == (n, d)
    assert prepared.y_train.shape == prepared.y_raw_train.shape == (n, 1)
    assert prepared.x_train.dtype == prepared.y_train.dtype == np.float32
    assert prepared.x_raw_train.dtype == prepared.y_raw_train.dtype == np.float64
    raw = table[list(prepared.features)].to_numpy()[prepared.train_rows]
    same = np.isfinite(raw) if missing == "mean" else slice(None)
    np.testing.assert_array_equal(prepared.x_raw_train[same], raw[same])
    if missing != "keep":
        x, y = prepared.feature_scaling, prepared.target_scaling
        for array, raw, fitted in (
            (prepared.x_train, prepared.x_raw_train, x),
            (prepared.y_train, prepared.y_raw_train, y),
            (prepared.x_val, prepared.x_raw_val, x),
            (prepared.y_val, prepared.y_raw_val, y),
        ):
            if array is not None and raw is not None:
                exact = raw if fitted.scale is None else (raw - fitted.center) / fitted.scale
                held = np.abs(exact) <= np.finfo(np.float32).max  # all but beyond a tiny spread
                np.testing.assert_array_equal(np.isfinite(array), held)
    else:
        assert prepared.dropped == 0
        assert np.array_equal(np.isnan(prepared.x_train), np.isnan(raw))
        assert np.array_equal(np.isinf(prepared.x_train), np.isinf(raw))


@pytest.mark.parametrize("kind", SKLEARN)
def test_scaling_is_sklearns_fitted_on_training_rows_only(table, kind):
    scaling = ScalingSpec(features=kind, target=kind)
    prepared = prepare(table, spec(), scaling, seed=3)
    scaler = SKLEARN[kind]().fit(prepared.x_raw_train)
    np.testing.assert_allclose(prepared.x_train, scaler.transform(prepared.x_raw_train), atol=1e-6)
    np.testing.assert_allclose(prepared.x_val, scaler.transform(prepared.x_raw_val), atol=1e-6)

    elsewhere = table.copy()
    elsewhere.loc[prepared.val_rows, ["a", "b", "y"]] *= 1000
    again = prepare(elsewhere, spec(), scaling, seed=3)
    np.testing.assert_array_equal(again.x_train, prepared.x_train)
    np.testing.assert_array_equal(again.y_train, prepared.y_train)


@pytest.mark.parametrize("kind", ["none", *SKLEARN])
def test_helpers_scale_as_the_arrays_were_scaled(table, kind):
    prepared = prepare(table, spec(), ScalingSpec(features=kind, target=kind), seed=0)
    np.testing.assert_array_equal(prepared.scale_features(prepared.x_raw_val), prepared.x_val)
    np.testing.assert_array_equal(prepared.scale_target(prepared.y_raw_val), prepared.y_val)
    back = prepared.unscale_target(prepared.y_train)
    assert back.dtype == np.float64
    np.testing.assert_allclose(back, prepared.y_raw_train, rtol=1e-6)


def test_blocks_do_not_show_in_the_result():
    random = np.random.default_rng(0)
    table = pd.DataFrame(random.normal(3, 2, (150_000, 2)), columns=["x", "y"])
    prepared = prepare(table, spec(validation_fraction=0), ScalingSpec(features="standard"), 0)
    expected = StandardScaler().fit_transform(table[["x"]].to_numpy())
    np.testing.assert_allclose(prepared.x_train, expected, atol=1e-6)


def test_default_features_are_the_other_numeric_columns(table):
    assert prepare(table, spec(), NONE, 0).features == ("a", "b", "n")
    assert prepare(table, spec(features=("n", "a")), NONE, 0).features == ("n", "a")


def test_one_seed_one_split(table):
    def rows(seed: int) -> list[int]:
        return prepare(table, spec(), NONE, seed).train_rows.tolist()

    assert rows(1) == rows(1)
    assert rows(1) != rows(2)


def test_no_validation_takes_every_row(table):
    prepared = prepare(table, spec(validation_fraction=0), NONE, 0)
    assert prepared.val_rows is prepared.x_val is prepared.y_val is prepared.x_raw_val is None
    assert prepared.train_rows.tolist() == list(range(40))


def test_mean_fills_with_the_training_mean_and_drops_missing_targets(table):
    table.loc[[0, 7, 9], "a"] = [np.nan, np.inf, -np.inf]
    table.loc[5, "y"] = np.nan
    prepared = prepare(table, spec(missing="mean", features=("a",)), NONE, 0)
    assert (prepared.dropped, prepared.filled) == (1, 3)
    known = table["a"].replace([np.inf, -np.inf], np.nan)[prepared.train_rows]
    rows = np.r_[prepared.train_rows, prepared.val_rows]
    values = np.r_[prepared.x_raw_train[:, 0], prepared.x_raw_val[:, 0]]
    assert 5 not in rows
    np.testing.assert_allclose(values[np.isin(rows, [0, 7, 9])], known.mean())


def test_drop_names_table_positions_whatever_the_index(table):
    table.loc[0, "b"] = np.nan
    table.index = table.index[::-1]
    prepared = prepare(table, spec(validation_fraction=0), NONE, 0)
    assert (prepared.dropped, prepared.filled) == (1, 0)
    assert prepared.train_rows.tolist() == list(range(1, 40))


def test_missing_cells_of_other_columns_do_not_count(table):
    table["empty"] = np.nan
    table.loc[0, "n"] = np.nan
    prepared = prepare(table, spec(features=("a", "b")), NONE, 0)
    assert prepared.dropped == 0
    assert prepare(table, spec(), NONE, 0).features == ("a", "b", "n")


def test_keep_leaves_non_finite_values_and_scales_by_the_others(table):
    table.loc[0, "a"] = np.nan
    table.loc[1, "a"] = np.inf
    data = spec(missing="keep", validation_fraction=0, features=("a",))
    prepared = prepare(table, data, ScalingSpec(features="standard"), 0)
    assert np.isnan(prepared.x_train[0, 0])
    assert np.isposinf(prepared.x_train[1, 0])
    assert prepared.x_train[2:].mean() == pytest.approx(0, abs=1e-6)
    assert prepared.x_train[2:].std() == pytest.approx(1, abs=1e-6)


def test_values_beyond_float32_become_infinite_without_complaint():
    table = pd.DataFrame({"x": [1e308, -1e308, 3.0], "y": [1.0, 2.0, 3.0]})
    prepared = prepare(table, spec(validation_fraction=0), NONE, 0)
    assert prepared.x_train[:, 0].tolist() == [np.inf, -np.inf, 3.0]
    for missing in ("drop", "mean", "keep"):
        for kind in SKLEARN:
            data = spec(missing=missing, validation_fraction=0)
            prepare(table, data, ScalingSpec(features=kind, target=kind), 0)


def test_the_table_is_left_alone(table):
    table.loc[0, "a"] = np.nan
    before = table.copy()
    for missing in ("drop", "mean", "keep"):
        prepare(table, spec(missing=missing), ScalingSpec(features="standard"), 0)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target": "Y"}, "`data.target` must name a column. Received: 'Y'."),
        ({"target": "name"}, "`data.target` must name numeric columns. Received: 'name'"),
        ({"features": ("a", "nam")}, "Did you mean 'name'?"),
        ({"features": ("a", "name")}, "The numeric columns are 'a', 'b', 'y', 'n'."),
        ({"features": ("a", "a")}, "`data.features` must name each column once. Received: 'a'."),
        ({"features": ("a", "y")}, "must not contain the target. Received: 'y'"),
        ({"features": ()}, "at least one numeric column"),
        ({"validation_fraction": 0.999}, "0 for training and 40 for validation, of 40"),
    ],
)
def test_bad_choices_are_one_clear_sentence(table, changes, said):
    with pytest.raises(InputError) as error:
        prepare(table, spec(**changes), NONE, 0)
    assert said in str(error.value)


def test_too_few_rows_after_dropping_names_the_counts():
    table = pd.DataFrame({"x": [1, np.nan, np.nan, 2], "y": [1.0, 2, 3, 4]})
    with pytest.raises(InputError, match=r"1 for training and 1 for validation, of 4.* 2 of them"):
        prepare(table, spec(), NONE, 0)
    assert prepare(table, spec(validation_fraction=0), NONE, 0).dropped == 2


def test_mean_needs_a_value_to_fill_with():
    table = pd.DataFrame({"x": [1.0, 2, 3], "z": [np.inf] * 3, "y": [1.0, 2, 3]})
    with pytest.raises(InputError, match="Received: none in 'z'"):
        prepare(table, spec(missing="mean"), NONE, 0)


@pytest.mark.parametrize("kind", SKLEARN)
def test_keep_survives_a_column_without_any_value(kind):
    table = pd.DataFrame({"x": [1.0, 2, 3], "z": [np.inf] * 3, "y": [1.0, 2, 3]})
    data = spec(missing="keep", validation_fraction=0)
    assert np.isposinf(prepare(table, data, ScalingSpec(features=kind), 0).x_train[:, 1]).all()


def test_warnings_name_what_teaches_little(table):
    assert warnings(table, spec()) == []
    table["a"] = 1.0
    table["y"] = 2.0
    said = warnings(table.head(2), spec())
    assert [sentence.split("'")[0].strip() for sentence in said] == [
        "The target",
        "The feature is constant, so the bias already does the work:",
        "There are fewer rows (2) than features (3), so many different weights fit equally well.",
    ]
    prepare(table, spec(), ScalingSpec(features="standard", target="minmax"), 0)


def test_as_many_rows_as_features_are_enough(table):
    assert warnings(table.head(3), spec()) == []


def test_profile_counts_dates_in_bins_of_days():
    days = pd.to_datetime(["2024-01-01", "2024-01-02", None, "2024-01-31", "2024-01-31"])
    (column,) = profile(pd.DataFrame({"day": days})).columns
    assert (column.kind, column.missing, column.distinct) == ("date", 1, 3)
    assert (column.first, column.last) == ("2024-01-01", "2024-01-31")
    assert (column.edges[0], column.edges[-1]) == (0, 30)
    assert column.counts == (2, 0, 2)  # no more bins than days


def test_profile_counts_and_measures(table):
    table.loc[[0, 1], "a"] = [np.nan, np.inf]
    table.loc[3, "name"] = None
    found = profile(table)
    assert (found.rows, found.numeric, found.missing) == (40, ("a", "b", "y", "n"), 2)
    text = ColumnProfile("name", "category", 1, counts=(39,), categories=("text",), distinct=1)
    assert found.columns[1] == text
    n = found.columns[4]
    assert (n.minimum, n.maximum, n.mean, n.missing) == (0, 39, 19.5, 0)
    assert n.standard_deviation == pytest.approx(np.std(range(40)))


def test_rows_are_left_out_as_they_are_counted_in_the_table(table):
    prepared = prepare(table, spec(exclude_rows=(1, 40), validation_fraction=0), NONE, 0)
    assert prepared.train_rows.tolist() == list(range(1, 39))
    assert (len(prepared.x_train), prepared.dropped) == (38, 0)


def test_a_row_that_the_table_does_not_have(table):
    with pytest.raises(InputError, match=r"from 1 to 40\. Received: 41"):
        prepare(table, spec(exclude_rows=(41,)), NONE, 0)
