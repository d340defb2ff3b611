"""What the events tell of weights, and how much room that takes."""

import numpy as np
import orjson
import pytest

from core.record import Record
from core.spec import Spec
from core.training.probe import affordable, probed_steps
from core.training.projection import Projection
from core.training.thinning import Thinning
from core.training.trainer import EPOCH_BYTES, Pace, train, turns
from tests.conftest import data_of

ROOM = 8_000_000  # bytes of a run's events


def spec_of(features: int, **training) -> Spec:
    degree = -(-features // 500)
    source = f"synthetic:features={features // degree},rows=40"
    data = {"source": source, "target": "y", "degree": degree}
    return Spec.of({"data": data, "training": {"epochs": 2, "batch_size": 8} | training})


BUG = {"key": "misplaced-scale"}
LONGEST = [(8, 1.0, None), (64, 1.0, BUG), (65, 1.0, None), (400, 1e-30, None)]


@pytest.mark.parametrize(("features", "scale", "bug"), LONGEST)
def test_the_longest_run_keeps_within_its_room(features, scale, bug):
    spec = spec_of(features).patched({"bug": bug})
    data = data_of(spec)
    projection = Projection(spec, data)
    random = np.random.default_rng(0)
    weights = (scale * random.normal(size=features + 1)).astype(np.float32)
    outputs = np.resize(weights, 100) if bug else weights[:0]
    told = len(orjson.dumps(projection.of(weights, outputs)))
    epochs, per_epoch = 100_000, 4
    every = Thinning(epochs, EPOCH_BYTES + projection.size).every
    probes = affordable(probed_steps(per_epoch, epochs * per_epoch), features, 8)
    events = list(train(spec, data))
    largest = max(len(orjson.dumps(e)) for e in events if e["event"] == "probe")
    epoch = max(len(orjson.dumps(e)) for e in events if e["event"] == "epoch_ended")
    steps = len(orjson.dumps(events[-2].get("steps", {})))
    whole = 2 * epochs / every * max(epoch - steps, told) + len(probes) * largest
    assert whole + 500_000 < ROOM


def test_very_many_single_steps_are_told_without_arrays():
    spec, pace = spec_of(400, epochs=12), Pace(steps=1, snapshot=True)
    events = [event for events in turns(spec, data_of(spec), pace) for event in events]
    probes = [event for event in events if event["event"] == "probe"]
    stepped = [event for event in probes if event["why"] == "stepped"]
    assert len(probes) == 48 and sum(map(len, map(orjson.dumps, stepped))) < 1_000_000
    assert "rows" in stepped[0] and len(stepped[-1]["stats"]) == 4
    light = [event for event in probes if "rows" not in event]
    assert light and light == stepped[-len(light) :]
    assert list(Record.of(events).probes) == [event for event in probes if "rows" in event]


def test_of_many_planned_probes_the_first_and_the_last_stay():
    steps = probed_steps(32, 32_000)
    assert affordable(steps, 8, 32) == steps
    few = affordable(steps, 2000, 32)
    assert few[:4] == steps[:4] and few[-1] == steps[-1]
    assert len(few) < len(steps) and set(few) <= set(steps) and few == sorted(set(few))


def test_weights_come_back_to_the_last_bit_of_float32():
    spec = spec_of(8)
    projection = Projection(spec, data_of(spec))
    random = np.random.default_rng(0)
    weights = (random.normal(size=9) * 10.0 ** random.integers(-30, 30, 9)).astype(np.float32)
    told = projection.of(weights)["weights"]
    assert np.array_equal(np.array(told, np.float32), weights)
    broken = np.array([np.nan, np.inf, -np.inf, 0.1, *weights[4:]], np.float32)
    told = projection.of(broken)
    assert told["weights"][:4] == ["nan", "inf", "-inf", 0.1]
    assert told["coordinates"] == ["nan", "nan"]
    assert np.array_equal(np.array(told["weights"], np.float32), broken, equal_nan=True)


def test_weights_of_another_shape_have_no_place():
    spec = spec_of(8)
    projection = Projection(spec, data_of(spec))
    assert set(projection.of(np.ones(2, np.float32))) == {"weights"}


def test_the_fixed_rows_are_the_same_in_every_process():
    spec = spec_of(65)
    first, second = (Projection(spec, data_of(spec)) for _ in range(2))
    weights = np.linspace(-1, 1, 66, dtype=np.float32)
    assert first.of(weights) == second.of(weights)


def test_runs_that_told_eight_weights_are_read_as_they_are():
    events = list(train(spec_of(12), data_of(spec_of(12))))
    old = [
        {k: v for k, v in event.items() if k != "coordinates"}
        | ({"weights": event["weights"][:8] + event["weights"][-1:]} if "weights" in event else {})
        for event in events
    ]
    record, before = Record.of(events), Record.of(old)
    assert (record.weights.shape, before.weights.shape) == ((2, 13), (2, 9))
    assert np.array_equal(before.weights[:, :8], record.weights[:, :8])
    assert np.array_equal(before.full_loss, record.full_loss)
    assert (record.coordinates.shape, before.coordinates.shape) == ((2, 2), (2, 0))


def test_a_record_of_a_wide_run_has_places_and_outputs():
    record = Record.of(train(spec_of(65), data_of(spec_of(65))))
    assert record.weights.shape == (2, 0)
    assert record.coordinates.shape == (2, 2)
    assert record.outputs.shape == (2, len(data_of(spec_of(65)).x_train))
