"""What a stranger reads of a run on an uploaded table."""

from typing import Any

import orjson
import pandas as pd
import pytest

from core.data.uploads import find_table, save_table
from core.events import decode
from core.service.public_events import public_event, public_spec
from core.service.service import Service
from core.spec import Spec
from core.sweep.run import sweep_events
from core.sweep.spec import SweepSpec
from core.training.trainer import train
from tests.conftest import data_of
from tests.core.service.stand_ins import RecordingWorker
from tests.core.service.watched import SHORT

SECRETS = ("salary", "shoe size", "31.41592")


@pytest.fixture
def spec(uploads_folder) -> Spec:
    rows = range(10)
    table = pd.DataFrame(
        {"shoe size": [31.41592 + r for r in rows], "salary": [2 * r for r in rows]}
    )
    data = {"source": save_table(table), "target": "salary", "features": ("shoe size",)}
    return SHORT.patched({"data": data, "optimizer": {"learning_rate": 1e-4}})


def numbers_in(value: Any) -> set[float]:
    if isinstance(value, dict):
        return set().union(*map(numbers_in, value.values()), set())
    if isinstance(value, list):
        return set().union(*map(numbers_in, value), set())
    return {float(value)} if isinstance(value, float) else set()


def test_no_name_no_row_and_no_statistic_of_a_column(spec):
    events = [orjson.dumps(event) for event in train(spec, data_of(spec))]
    public = [public_event(event) for event in events]
    text = b"".join(public).decode()
    assert not any(secret in text for secret in SECRETS)
    data = data_of(spec)
    columns = (data.x_raw_train[:, 0], data.y_raw_train[:, 0])
    statistics = {float(f) for c in columns for f in (c.mean(), c.std(), c.var(), c.min(), c.max())}
    statistics.discard(0.0)
    assert not statistics & numbers_in([decode(event) for event in public])
    for whole, seen in zip(map(decode, events), map(decode, public), strict=True):
        assert seen["event"] == whole["event"]
        for name in ("loss", "full_loss", "learning_rate", "epoch", "step", "outcome"):
            assert seen.get(name) == whole.get(name)
        assert not seen.get("weights")


def test_a_sweep_shows_its_cells_and_not_its_columns(spec):
    axis = {"path": "optimizer.learning_rate", "values": [1e-5, 1e-4]}
    sweep = SweepSpec.of({"spec": spec.model_dump(), "axes": [axis]})
    events = list(sweep_events(sweep, find_table(spec.data.source)))
    public = [decode(public_event(orjson.dumps(event))) for event in events]
    assert not any(secret in str(public) for secret in SECRETS)
    assert [e for e in public if e["event"] == "cells"] == [e for e in events if "cells" in e]
    assert public[0]["sweep"]["axes"] == events[0]["sweep"]["axes"]


def test_a_reason_of_failure_is_the_owners(spec):
    failed = {
        "event": "run_ended",
        "outcome": "failed",
        "reason": "No column salary.",
        "step": None,
    }
    assert "salary" not in public_event(orjson.dumps(failed)).decode()


def test_settings_stay_what_they_are_without_the_data(spec):
    public = public_spec(spec)
    assert not any(secret in public.model_dump_json() for secret in SECRETS)
    assert public.optimizer == spec.optimizer
    assert public.data.validation_fraction == spec.data.validation_fraction


@pytest.fixture
def service():
    service = Service(1, start_worker=RecordingWorker)
    yield service
    service.close()


@pytest.mark.parametrize(("learner", "private"), [("me", False), ("other", True), ("", True)])
def test_who_is_not_the_owner_is_a_stranger(service, spec, learner, private):
    token = service.submit(spec, learner="me")
    for event in train(spec, data_of(spec)):
        service.on_event(token, orjson.dumps(event))
    for brief in (False, True):
        answer = service.poll(token, 0, brief, learner)
        assert (b"salary" not in answer) == private
        assert orjson.loads(answer)["ended"] is True
    assert service.log(token).is_owned_by(learner) == (not private)


def test_a_sample_table_is_everybodys(service):
    token = service.submit(SHORT, learner="me")
    for event in train(SHORT, data_of(SHORT)):
        service.on_event(token, orjson.dumps(event))
    assert service.poll(token, 0, False, "other") == service.poll(token, 0, False, "me")
    assert not service.log(token).is_owned_by("other")
