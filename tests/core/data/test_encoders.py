"""Categories and dates as features: what scikit-learn would make of the training rows."""

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from core.data.prepare import prepare
from core.data.uploads import find_table
from core.errors import InputError
from core.export.script import script
from core.spec import Spec

WEATHER = {"source": "seattle-weather", "target": "temp_max"}


def weather(missing: bool = False) -> pd.DataFrame:
    table = find_table("seattle-weather").head(200)
    if missing:
        table = table.assign(weather=table["weather"].where(table.index % 7 > 0))
    return table


def spec(**data) -> Spec:
    return Spec.of({"data": WEATHER | data})


def prepared(table: pd.DataFrame, spec: Spec):
    return prepare(table, spec.data, spec.scaling, spec.training.seed)


def test_one_hot_is_sklearns_without_the_first_category():
    table = weather()
    data = prepared(table, spec(features=["weather"], encode={"weather": "one-hot"}))
    words = table[["weather"]].to_numpy(object)
    oracle = OneHotEncoder(sparse_output=False).fit(words[data.train_rows])
    expected = oracle.transform(words[data.train_rows])[:, 1:]
    np.testing.assert_array_equal(data.x_raw_train, expected)
    assert data.features == tuple(f"weather = {c}" for c in oracle.categories_[0][1:])


def test_ordinal_is_sklearns_and_an_unknown_category_is_minus_one():
    table = weather()
    data = prepared(table, spec(features=["weather"], encode={"weather": "ordinal"}))
    rare = table.assign(weather=table["weather"].astype(object))
    rare.loc[data.val_rows[0], "weather"] = "hail"
    again = prepared(rare, spec(features=["weather"], encode={"weather": "ordinal"}))
    words = table[["weather"]].to_numpy(object)[data.train_rows]
    np.testing.assert_array_equal(data.x_raw_train, OrdinalEncoder().fit_transform(words))
    assert again.x_raw_val[0, 0] == -1


def test_dates_are_days_since_the_first_training_row():
    table = weather()
    data = prepared(table, spec(features=["date"], encode={"date": "days"}))
    days = (table["date"] - table["date"].iloc[data.train_rows].min()).dt.days
    np.testing.assert_array_equal(data.x_raw_train[:, 0], days.iloc[data.train_rows])


def test_dates_can_be_the_target_as_days_since_the_first_training_row():
    table = weather()
    own = spec(target="date", features=["wind"], encode={"date": "days"})
    data = prepared(table, own)
    days = (table["date"] - table["date"].iloc[data.train_rows].min()).dt.days
    np.testing.assert_array_equal(data.y_raw_train[:, 0], days.iloc[data.train_rows])
    np.testing.assert_array_equal(data.y_raw_val[:, 0], days.iloc[data.val_rows])
    assert data.features == ("wind",)


def test_every_encoded_column_is_a_feature_unless_features_are_named():
    table = weather()
    both = {"weather": "one-hot", "date": "days"}
    features = prepared(table, spec(encode=both)).features
    assert features[0] == "date"
    assert "weather = sun" in features
    some = spec(encode=both, features=["wind", "weather = sun"])
    assert prepared(table, some).features == ("wind", "weather = sun")


def test_missing_categories_are_dropped_filled_or_kept():
    table = weather(missing=True)
    choice = {"features": ["weather"], "encode": {"weather": "one-hot"}}
    holes = int(table["weather"].isna().sum())
    assert prepared(table, spec(**choice)).dropped == holes
    filled = prepared(table, spec(**choice, missing="mean"))
    assert np.isfinite(filled.x_raw_train).all()
    kept = prepared(table, spec(**choice, missing="keep", validation_fraction=0))
    assert np.isnan(kept.x_raw_train).all(axis=1).sum() == holes


def test_numbers_can_be_categories_too():
    table = pd.DataFrame({"class": [1, 2, 10, 2], "y": [1.0, 2, 3, 4]})
    choice = {"target": "y", "validation_fraction": 0, "encode": {"class": "ordinal"}}
    assert prepared(table, spec(**choice)).x_raw_train[:, 0].tolist() == [0, 1, 2, 1]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"encode": {"wether": "one-hot"}}, "Did you mean 'weather'"),
        ({"encode": {"weather": "days"}}, "needs a column of dates. Received: 'weather'"),
        ({"encode": {"date": "one-hot"}}, "at most 100 categories. Received: 160 in 'date'"),
        ({"encode": {"temp_max": "ordinal"}}, "must not contain the target"),
        ({"target": "date"}, "With `data.encode` days they are days since the first one"),
        ({"target": "date", "encode": {"date": "ordinal"}}, "must not contain the target"),
        ({"features": ["weather"]}, "`data.encode` makes others numeric"),
        ({"encode": {"weather": "onehot"}}, "'ordinal', 'one-hot' or 'days'"),
    ],
)
def test_what_cannot_be_encoded_is_one_clear_sentence(data, said):
    with pytest.raises(InputError) as error:
        prepared(weather(), spec(**data))
    assert said in str(error.value)


def test_a_feature_of_the_second_encoded_column_is_found():
    table = pd.DataFrame({"a": list("xyxy"), "b": list("uvvu"), "c": list("pqpq")})
    table["temp_max"] = [1.0, 2, 3, 4]
    encode = {"a": "one-hot", "b": "one-hot", "c": "ordinal"}
    own = spec(features=["b = v", "c"], encode=encode, validation_fraction=0)
    data = prepared(table, own)
    assert data.features == ("b = v", "c")
    np.testing.assert_array_equal(data.x_raw_train, [[0, 0], [1, 1], [1, 0], [0, 1]])


@pytest.mark.parametrize("categories", [100, 101])
def test_one_hot_takes_up_to_a_hundred_categories(categories):
    names = [f"c{number:03}" for number in range(categories)]
    table = pd.DataFrame({"name": names, "temp_max": range(categories)})
    own = spec(encode={"name": "one-hot"}, validation_fraction=0)
    if categories > 100:
        with pytest.raises(InputError, match=r"at most 100 categories\. Received: 101 in 'name'"):
            prepared(table, own)
    else:
        assert prepared(table, own).x_raw_train.shape == (100, 99)


@pytest.mark.parametrize("holes", [False, True])
@pytest.mark.parametrize(
    "data",
    [
        {"encode": {"weather": "one-hot", "date": "days"}},
        {"encode": {"weather": "ordinal"}, "missing": "mean"},
        {"encode": {"weather": "one-hot"}, "missing": "keep", "validation_fraction": 0},
        {"encode": {"weather": "one-hot"}, "features": ["weather = sun", "wind"]},
        {"encode": {"weather": "one-hot"}, "exclude_rows": (1, 7)},
        {"target": "date", "encode": {"date": "days", "weather": "one-hot"}},
        {"target": "date", "encode": {"date": "days"}, "features": ["wind"], "missing": "mean"},
    ],
)
def test_the_exported_script_prepares_the_same_rows(data, holes):
    table, own = weather(holes), spec(**data)
    expected = prepared(table, own)
    source = script(own, table).split("initializer =")[0].replace("import keras\n", "")
    names: dict = {}
    exec(source, names)
    np.testing.assert_array_equal(names["x_train"], expected.x_train)
    np.testing.assert_array_equal(names["y_train"], expected.y_train)
    if expected.x_val is not None:
        np.testing.assert_array_equal(names["x_val"], expected.x_val)
