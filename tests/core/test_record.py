import numpy as np
import pytest

from core.events import failed
from core.record import Record
from tests.core.charts.runs import RUNS, epoch


@pytest.mark.parametrize("name", RUNS)
def test_every_run_has_columns_of_one_length(name):
    record = Record.of(RUNS[name])
    told = sum(event["event"] == "epoch_ended" for event in RUNS[name])
    for column in (record.epoch, record.step, record.loss, record.val_loss, record.full_loss):
        assert column.shape == (told,)
    assert len(record.weights) == told
    assert record.spec.training.epochs == record.started["epochs"]


def test_values_come_back_as_numbers():
    record = Record.of(RUNS["diverged"])
    assert record.outcome == "diverged"
    assert record.loss[:2].tolist() == [1e8, 1e20]
    assert np.isnan(record.loss[2])
    assert np.array_equal(record.weights[2], [np.nan, np.inf, -np.inf], equal_nan=True)
    assert [probe["step"] for probe in record.probes] == [0, 1, 9]


def test_no_validation_is_nan():
    assert np.isnan(Record.of(RUNS["no validation"]).val_loss).all()


def test_an_unfinished_run_has_no_outcome():
    record = Record.of(RUNS["unfinished"])
    assert (record.ended, record.outcome) == (None, None)


def test_a_run_that_never_started_is_a_record_too():
    record = Record.of([failed("The worker ended.")])
    assert (record.started, record.outcome, len(record.epoch)) == ({}, "failed", 0)
    assert record.weights.shape == (0, 0)


def test_an_epoch_is_found_or_the_last_one_told_before_it():
    told = [epoch(k, 1.0) for k in (0, 1, 2, 10, 20)]
    record = Record.of(told)
    expected = {None: 4, 0: 0, 2: 2, 9: 2, 10: 3, 19: 3, 20: 4, 21: None}
    assert {epoch: record.place_of(epoch) for epoch in expected} == expected
    assert Record.of([]).place_of(None) is None
    assert Record.of(told[1:]).place_of(0) is None
