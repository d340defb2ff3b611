"""The trainer: outcomes, the order of events, probes against NumPy, thinning, turns of any size."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.prepare import prepare
from core.data.uploads import find_table
from core.events import Event, decode, encode, from_number
from core.spec import Spec
from core.training import thinning
from core.training.probe import MAX_CELLS, probe_event, probed_steps
from core.training.thinning import Thinning
from core.training.trainer import Pace, train, turns
from tests.conftest import column, data_of
from tests.core.events import without_seconds

STEPS = 3  # of an epoch: 80 training rows in batches of 32, 32 and 16
BASE = Spec().patched(
    {
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "training": {"epochs": 7},
    }
)
CASES = {
    "completed": {},
    "overflow": {"optimizer": {"learning_rate": 100.0}},
    "growth": {"optimizer": {"learning_rate": 1.5}, "training": {"epochs": 3}},
    "weight-shape": {"bug": {"key": "weight-shape"}},
    "one-epoch": {"training": {"epochs": 1}},
}
every_case = pytest.mark.parametrize("case", CASES)


@cache
def events_of(case: str) -> list[Event]:
    spec = BASE.patched(CASES[case])
    return list(train(spec, data_of(spec)))


def kinds(events: list[Event], kind: str) -> list[Event]:
    return [event for event in events if event["event"] == kind]


def in_turns(spec: Spec, steps: int | None, snapshot: bool = False) -> list[Event]:
    pace = Pace(steps=steps, snapshot=snapshot)
    return [event for events in turns(spec, data_of(spec), pace) for event in events]


@every_case
def test_one_beginning_and_one_end(case):
    told = [event["event"] for event in events_of(case)]
    assert told[0] == "run_started"
    assert told[-1] == "run_ended"
    assert told.count("run_started") == told.count("run_ended") == 1
    assert set(told[1:-1]) <= {"epoch_ended", "probe"}


@every_case
def test_events_travel_as_json_in_the_order_of_their_steps(case):
    events = events_of(case)
    assert [decode(encode(event)) for event in events] == events
    steps = [event["step"] for event in events[1:-1]]
    assert steps == sorted(steps)
    epochs = [event["epoch"] for event in kinds(events, "epoch_ended")]
    assert epochs == list(range(len(epochs)))


@every_case
def test_two_runs_of_one_spec_are_the_same_run(case):
    spec = BASE.patched(CASES[case])
    assert without_seconds(list(train(spec, data_of(spec)))) == without_seconds(events_of(case))


def test_completed():
    events = events_of("completed")
    started, ended = events[0], events[-1]
    assert (ended["outcome"], ended["reason"], ended["non_finite"]) == ("completed", "", None)
    assert (ended["epoch"], ended["step"]) == (6, 7 * STEPS - 1)
    assert (started["rows"], started["validation_rows"]) == (80, 20)
    assert (started["epochs"], started["steps_per_epoch"]) == (7, STEPS)
    assert (started["features"], started["target"]) == (["x1", "x2"], "y")
    assert started["spec"] == BASE.model_dump(mode="json")
    assert started["optimal_loss"] < column(events, "full_loss")[-1] < started["full_loss"]


def test_run_started_tells_the_state_before_the_first_step():
    started, data = events_of("completed")[0], data_of(BASE)
    weights = np.array(started["weights"])
    for x, y, name in (
        (data.x_train, data.y_train, "full_loss"),
        (data.x_val, data.y_val, "val_loss"),
    ):
        expected = np.mean((x @ weights[:2] + weights[2] - y[:, 0]) ** 2)
        assert started[name] == pytest.approx(expected, rel=1e-5)
    assert started["baseline_loss"] == pytest.approx(np.var(data.y_train), rel=1e-5)
    a = np.hstack([data.x_train, np.ones((80, 1))]).astype(float)
    residual = np.linalg.lstsq(a, data.y_train, rcond=None)[1][0] / 80
    assert started["optimal_loss"] == pytest.approx(residual, rel=1e-5)


def test_overflow_names_stage_and_step():
    events = events_of("overflow")
    ended, last = events[-1], kinds(events, "probe")[-1]
    bad = ended["non_finite"]
    assert ended["outcome"] == "diverged"
    assert bad["stage"] == "loss"
    became = "the loss became infinite or not a number"
    assert ended["reason"] == f"At step {bad['step']} (epoch {bad['epoch'] + 1}) {became}."
    assert (last["step"], last["epoch"]) == (bad["step"], bad["epoch"])
    assert bad["epoch"] == bad["step"] // STEPS
    assert last["loss"] == "inf"
    assert all(np.isfinite(last["outputs"]))
    losses = column(events, "loss")
    assert np.isfinite(losses[:-1]).all()
    assert not np.isfinite(losses[-1])
    assert len(losses) == bad["epoch"] + 1


def test_growth_without_overflow_is_divergence_too():
    events = events_of("growth")
    ended, losses = events[-1], column(events, "full_loss")
    assert ended["outcome"] == "diverged"
    assert ended["non_finite"] is None
    assert np.isfinite(losses).all()
    assert losses[-1] > 2 * from_number(events[0]["full_loss"])
    assert f"{losses[-1]:.3g}" in ended["reason"]


def test_growth_from_a_loss_of_zero_is_divergence_and_not_a_failure():
    table = find_table("two-features").assign(y=lambda t: t["x1"])
    spec = BASE.patched(
        {
            "data": {"features": ["x1"], "validation_fraction": 0},
            "model": {"initializer": "ones"},
            "bug": {"key": "epoch-drift", "drift": 5.0},
            "optimizer": {"learning_rate": 0.001},
            "training": {"epochs": 9, "batch_size": None},
        }
    )
    events = list(train(spec, prepare(table, spec.data, spec.scaling, 0)))
    assert events[0]["full_loss"] == 0
    assert events[-1]["outcome"] == "diverged", events[-1]["reason"]
    assert "above its start, 0." in events[-1]["reason"]


def test_a_layer_that_cannot_be_built_fails_with_a_plain_reason():
    ended = events_of("weight-shape")[-1]
    assert ended["outcome"] == "failed"
    assert "(features, units)" in ended["reason"]
    assert not {"Traceback", "\n", "site-packages", "\x1b"} & set(ended["reason"].split(" "))
    assert "/" not in ended["reason"]


@pytest.mark.parametrize("turn", [0, 1, 3])
def test_stop_ends_the_run_before_its_next_turn(turn):
    pace = Pace(steps=2)
    rounds = turns(BASE, data_of(BASE), pace)
    events = next(rounds)
    for _ in range(turn):
        events += next(rounds)
    pace.stop = True
    events += [event for more in rounds for event in more]
    ended = events[-1]
    assert (ended["outcome"], ended["reason"]) == ("stopped", "Stopped by hand.")
    assert ended["step"] == max(0, 2 * turn - 1)
    assert pace.taken == 2 * turn
    assert len(kinds(events, "epoch_ended")) == 2 * turn // STEPS


@pytest.mark.parametrize(("column_name", "stage"), [("x1", "features"), ("y", "targets")])
def test_kept_holes_are_named_at_step_0(column_name, stage):
    table = find_table("two-features")
    table.loc[::2, column_name] = np.nan
    spec = BASE.patched({"data": {"missing": "keep"}})
    events = list(train(spec, prepare(table, spec.data, spec.scaling, 0)))
    assert events[-1]["outcome"] == "diverged"
    assert events[-1]["non_finite"] == {"stage": stage, "step": 0, "epoch": 0}
    held = "held a value that is infinite or not a number"
    assert events[-1]["reason"] == f"At step 0 (epoch 1) the {stage} fed {held}."
    assert kinds(events, "probe")[0]["stats"]["inputs"]["non_finite"] >= 0
    assert kinds(events, "epoch_ended")[-1]["loss"] == "nan"


@pytest.mark.parametrize("case", ["completed", "growth", "one-epoch"])
def test_probes_come_at_the_scheduled_steps(case):
    events = events_of(case)
    probes = kinds(events, "probe")
    steps = STEPS * events[0]["epochs"]
    assert [probe["step"] for probe in probes] == probed_steps(STEPS, steps)
    assert {probe["why"] for probe in probes} == {"scheduled"}
    assert all(probe["epoch"] == probe["step"] // STEPS for probe in probes)


@given(st.integers(1, 500), st.integers(1, 300))
def test_probed_steps_begin_dense_and_end_with_the_last(per_epoch, epochs):
    steps = per_epoch * epochs
    chosen = probed_steps(per_epoch, steps)
    assert chosen == sorted(set(chosen))
    assert chosen[: min(4, steps)] == list(range(min(4, steps)))
    assert chosen[-1] == steps - 1
    assert per_epoch - 1 in chosen
    assert len(chosen) <= 7 + 2 * np.log2(steps + 1)


def test_a_probe_is_the_step_as_numpy_does_it():
    data = data_of(BASE)
    probes = kinds(events_of("completed"), "probe")
    for probe in probes:
        position = probe["step"] % STEPS
        order = np.random.default_rng([0, probe["epoch"]]).permutation(80)
        rows = order[32 * position : 32 * (position + 1)]
        x, y = data.x_train[rows].astype(float), data.y_train[rows, 0].astype(float)
        w, b = np.array(probe["weights_before"]["kernel"]), probe["weights_before"]["bias"][0]
        outputs = x @ w + b
        residuals = outputs - y
        gradients = {"kernel": 2 * x.T @ residuals / len(x), "bias": [2 * residuals.mean()]}
        assert probe["rows"] == rows.tolist()
        assert probe["batch_rows"] == len(rows) == (16 if position == 2 else 32)
        np.testing.assert_array_equal(probe["features"], data.x_train[rows])
        np.testing.assert_array_equal(probe["targets"], data.y_train[rows, 0])
        np.testing.assert_allclose(probe["outputs"], outputs, rtol=1e-5, atol=1e-5)
        assert probe["loss"] == pytest.approx(np.mean(residuals**2), rel=1e-5)
        assert probe["learning_rate"] == pytest.approx(0.05)
        for name, gradient in gradients.items():
            np.testing.assert_allclose(probe["gradients"][name], gradient, rtol=1e-4, atol=1e-5)
            after = np.array(probe["weights_before"][name]) - 0.05 * np.array(gradient)
            np.testing.assert_allclose(probe["weights_after"][name], after, rtol=1e-4, atol=1e-5)
        for name, values in (("inputs", x), ("outputs", outputs)):
            told = probe["stats"][name]
            expected = (values.min(), values.mean(), values.max(), 0.0)
            assert tuple(told.values()) == pytest.approx(expected, rel=1e-4, abs=1e-5)
    for first, second in pairwise(probes):
        if second["step"] == first["step"] + 1:
            assert second["weights_before"] == first["weights_after"]


def test_of_a_large_batch_the_first_rows_travel_and_the_whole_is_measured():
    rows, width = 5000, 2
    features = np.arange(rows * width, dtype=np.float32).reshape(rows, width)
    flat = np.zeros(width, np.float32)
    probe = probe_event(
        position=(0, 0),
        why="scheduled",
        rate=0.1,
        fed=(np.arange(rows), features, np.zeros((rows, 1), np.float32)),
        layout=[("kernel", width)],
        snapshot=(flat, flat, flat, np.full(rows, np.nan, np.float32), 1.0),
    )
    shown = MAX_CELLS // width
    for name in ("rows", "features", "targets", "outputs"):
        assert len(probe[name]) == shown
    assert probe["batch_rows"] == rows
    assert probe["stats"]["inputs"]["max"] == rows * width - 1
    assert probe["stats"]["outputs"] == {"min": None, "mean": None, "max": None, "non_finite": 1.0}
    assert set(probe["outputs"]) == {"nan"}


@pytest.mark.parametrize("steps", [1, 2, 5, None])
def test_turns_of_any_size_make_the_same_run(steps):
    assert without_seconds(in_turns(BASE, steps)) == without_seconds(events_of("completed"))


def test_a_stepped_turn_shows_its_step():
    probes = kinds(in_turns(BASE, 1, snapshot=True), "probe")
    assert [probe["step"] for probe in probes] == list(range(7 * STEPS))
    scheduled = probed_steps(STEPS, 7 * STEPS)
    assert [p["step"] for p in probes if p["why"] == "scheduled"] == scheduled
    assert {p["why"] for p in probes} == {"scheduled", "stepped"}


@pytest.mark.parametrize("steps", [1, 2, None])
def test_the_series_of_steps_is_whole_where_an_epoch_spans_turns(steps):
    events = in_turns(BASE, steps, snapshot=steps == 1)
    probes = {probe["step"]: probe for probe in kinds(events, "probe")}
    for epoch in kinds(events, "epoch_ended"):
        series = epoch["steps"]
        first = epoch["epoch"] * STEPS
        assert series["step"] == [first, first + 1, first + 2]
        assert np.average(series["loss"], weights=[32, 32, 16]) == pytest.approx(epoch["loss"])
        assert series["learning_rate"] == pytest.approx([0.05] * STEPS)
        for name in ("gradient_norm", "update_norm", "weight_norm"):
            assert series[name][-1] == epoch[name]
        for position, step in enumerate(series["step"]):
            if step in probes:
                gradients = np.concatenate(list(probes[step]["gradients"].values()))
                norm = np.linalg.norm(gradients)
                assert series["loss"][position] == probes[step]["loss"]
                assert series["gradient_norm"][position] == pytest.approx(norm, rel=1e-5)


@given(
    losses=st.lists(st.floats(allow_nan=False), min_size=1, max_size=60),
    end=st.floats(0, 1),
    last=st.sampled_from([None, "nan", "inf"]),
)
def test_thinning_keeps_first_last_and_extremes(losses, end, last):
    told: list[Event] = []
    taken = max(1, round(end * len(losses)))  # a run may end early
    values = [*losses[: taken - 1], last if last and taken < len(losses) else losses[taken - 1]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(thinning, "WHOLE", 8)
        thin = Thinning(len(losses))
        for epoch, value in enumerate(values):
            told += thin.pass_on({"epoch": epoch, "full_loss": value})
        told += thin.rest()
    epochs = [event["epoch"] for event in told]
    numbers = [from_number(event["full_loss"]) for event in told]
    finite = [from_number(value) for value in values if value != "nan"]
    assert epochs == sorted(set(epochs))
    assert epochs[0] == 0
    assert epochs[-1] == taken - 1
    if finite:
        assert min(finite) in numbers
        assert max(finite) in numbers
    assert len(told) <= 12
    if len(losses) <= 8:
        assert len(told) == taken


def test_a_long_run_tells_some_thousand_epochs_with_its_extremes():
    spec = BASE.patched({"training": {"epochs": 4500}})
    events = list(train(spec, data_of(spec)))
    epochs = kinds(events, "epoch_ended")
    assert 1500 <= len(epochs) <= 4010
    assert (epochs[0]["epoch"], epochs[-1]["epoch"]) == (0, 4499)
    assert events[-1]["step"] == 4500 * STEPS - 1
