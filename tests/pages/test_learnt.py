"""What an ended run has learnt, as the lab shows it."""

import numpy as np
import orjson
import pytest

from core.events import encode
from core.service.run_log import RunLog
from core.spec import Spec
from pages.ui import cached
from pages.ui.state import RUN_PARAMETER
from tests.core.diagnosis.runs import begun, run_of
from tests.pages.app import checked, open_page

TWO = {
    "data": {"source": "two-features", "target": "y"},
    "scaling": {"features": "standard", "target": "standard"},
    "optimizer": {"learning_rate": 0.05},
}


def lab_with(service, patch: dict, ended: bool = True):
    spec = Spec().patched(TWO).patched(patch)
    data, events = run_of(spec)
    service.logs["run-0"] = log = RunLog(spec, None)
    for event in events if ended else begun(events, 3):
        log.append(encode(event))
    return open_page(**{RUN_PARAMETER: "run-0"}), data


def learnt_table(at):
    """The table under “Learnt”, and the line above it."""
    lines = [m.value for m in at.markdown if m.value.startswith("**Learnt**")]
    tables = [t.value for t in at.table if list(t.value.columns) == ["learnt", "best"]]
    return (lines[0], tables[0]) if lines else None


def test_weights_stand_beside_the_best_in_the_tables_units(service):
    at, data = lab_with(service, {})
    line, table = learnt_table(at)
    a = np.c_[data.x_raw_train, np.ones(len(data.x_raw_train))]
    best = np.linalg.lstsq(a, data.y_raw_train[:, 0])[0]
    assert list(table.index) == ["x1", "x2", "intercept", "RMSE (y)"]
    assert table["best"].astype(float).tolist()[:3] == pytest.approx(best.tolist(), rel=1e-4)
    learnt = table["learnt"].astype(float).tolist()
    assert learnt[:3] == pytest.approx(best.tolist(), rel=0.02)
    assert learnt[3] >= float(table["best"].iloc[3])
    assert line == "**Learnt** `y = 9 · x1 − 2 · x2 + 9.89`"


def test_a_bias_that_is_switched_off_is_no_zero(service):
    table = learnt_table(lab_with(service, {"model": {"use_bias": False}})[0])[1]
    assert table["learnt"].iloc[2] == "switched off"
    assert float(table["best"].iloc[2]) == pytest.approx(10, rel=0.05)


def test_a_run_that_goes_on_has_learnt_nothing_yet(service):
    assert learnt_table(lab_with(service, {}, ended=False)[0]) is None


def test_the_best_line_of_many_columns_comes_from_a_worker(service, monkeypatch):
    monkeypatch.setattr(cached, "MOST_FEATURES_AT_ONCE", 1)
    service.answers = False
    at, _ = lab_with(service, {})
    _, table = learnt_table(at)
    assert set(table["best"]) == {"…"} and "…" not in set(table["learnt"])
    waits = [orjson.loads(found.proto.json) for found in at.get("bidi_component")]
    assert ["theory-best line"] in [wait.get("tokens") for wait in waits]
    service.answers = True
    _, there = learnt_table(checked(at.run()))
    monkeypatch.setattr(cached, "MOST_FEATURES_AT_ONCE", 500)
    assert there.equals(learnt_table(checked(at.run()))[1])
