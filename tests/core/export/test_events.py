"""Events as files: read back by pandas and by JSON, they are what the run told."""

import io
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import Event, number
from core.export.events import COLUMNS, events_csv, events_json
from core.record import Record
from core.spec import Spec
from tests.core.charts.runs import RUNS, epoch, started

every_run = pytest.mark.parametrize("events", RUNS.values(), ids=RUNS)
NUMBERS = st.floats(width=32) | st.sampled_from([float("nan"), float("inf"), -float("inf")])


def told(events: list[Event]) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(events_csv(events)))


@every_run
def test_csv_read_by_pandas_is_the_record(events):
    table, record = told(events), Record.of(events)
    assert list(table.columns[: len(COLUMNS)]) == list(COLUMNS)
    for name in COLUMNS:
        np.testing.assert_array_equal(table[name].to_numpy(float), getattr(record, name))
    weights = table.iloc[:, len(COLUMNS) :].to_numpy(float)
    if len(record.epoch):
        np.testing.assert_array_equal(weights, record.weights)


@given(loss=NUMBERS, weight=NUMBERS)
def test_numbers_keep_their_last_digit(loss, weight):
    values = [number(weight)] * 3
    table = told([started(), epoch(0, loss, weights=values, val_loss=None)])
    np.testing.assert_array_equal(table["loss"].to_numpy(float), [loss])
    np.testing.assert_array_equal(table["bias"].to_numpy(float), [weight])
    assert table["val_loss"].isna().all()


@pytest.mark.parametrize(
    ("bias", "names"),
    [(True, ["weight of x0", "weight of x1", "bias"]), (False, ["weight of x0", "weight of x1"])],
)
def test_weights_stand_under_their_features_names(bias, names):
    spec = Spec.of({"model": {"use_bias": bias}}).model_dump(mode="json")
    weights = [0.5] * len(names)
    events = [started(spec=spec, weights=weights), epoch(0, 1.0, weights=weights)]
    assert list(told(events).columns[len(COLUMNS) :]) == names


@every_run
def test_json_is_every_event(events):
    assert orjson.loads(events_json(events)) == events
    assert events_json(events).count("\n") == len(events) + 2


def test_an_uploaded_tables_id_goes_nowhere():
    spec = Spec.of({"data": {"source": "upload-abcdefghijklmnopqrstuv"}}).model_dump(mode="json")
    events: list[Any] = [started(spec=spec), epoch(0, 1.0)]
    assert "upload-abc" not in events_json(events) + events_csv(events)
    assert orjson.loads(events_json(events))[0]["spec"]["data"]["source"] == "uploaded-table"
