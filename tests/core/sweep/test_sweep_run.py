"""A sweep from end to end: its events, its cells against single runs, its border against theory."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.uploads import find_table
from core.diagnosis.diagnosis import diagnose
from core.errors import InputError
from core.events import Event, encode, from_number
from core.settings import settings
from core.spec import Spec
from core.sweep import batch_runner
from core.sweep.plan import MAX_SINGLE_RUNS, plan_batches
from core.sweep.run import Sweep, sweep_events
from core.sweep.spec import SweepSpec
from core.sweep.stability_border import fractional_index, may_have_border, stability_border
from core.theory.limits import critical_learning_rate
from core.theory.predict import predict
from core.training.trainer import Pace, train
from core.worker.sweep_job import SweepJob
from tests.conftest import data_of
from tests.core.events import final_cells
from tests.core.sweep.specs import RATES, small_spec

MOMENTA = {"path": "optimizer.momentum", "values": [0.0, 0.9]}
VERDICTS = {"healthy": "converges", "diverging": "diverges", "slow": "slow"}
VERDICTS |= {"oscillating": "oscillates"}


def sweep_of(*axes: dict, **changes: dict) -> SweepSpec:
    return SweepSpec.of(
        {
            "spec": Spec().patched(small_spec(epochs=40)).patched(changes).model_dump(),
            "axes": list(axes),
        }
    )


def events_of(sweep: SweepSpec) -> list[Event]:
    return list(sweep_events(sweep, find_table(sweep.spec.data.source)))


@pytest.fixture(scope="module")
def sweep() -> SweepSpec:
    return sweep_of(RATES, MOMENTA)


@pytest.fixture(scope="module")
def events(sweep: SweepSpec) -> list[Event]:
    return events_of(sweep)


def test_events_come_in_order_and_travel_as_json(sweep, events):
    kinds = [event["event"] for event in events]
    assert kinds[:2] == ["sweep_started", "border"]
    assert set(kinds[2:-1]) == {"cells"}
    assert (kinds[-1], events[-1]["outcome"]) == ("run_ended", "completed")
    assert SweepSpec.of(events[0]["sweep"]) == sweep
    assert (events[0]["batched"], events[0]["one_by_one"]) == (sweep.runs, 0)
    assert all(encode(event) for event in events)


def test_every_cell_has_one_final_event_with_its_knobs(sweep, events):
    cells = final_cells(events)
    assert set(cells) == set(sweep.indices)
    for index, cell in cells.items():
        assert tuple(cell["knobs"].values()) == sweep.values_at(index)
        assert list(cell["knobs"]) == [axis.path for axis in sweep.axes]


def test_a_cell_is_judged_as_the_diagnosis_judges_its_run(sweep, events):
    cells, seen = final_cells(events), Counter()
    for index, cell in cells.items():
        spec = sweep.spec_at(index)
        if index[1] == 1 and index[0] % 4:
            continue
        data = data_of(spec)
        run = list(train(spec, data))
        found = diagnose(spec, data, run)
        losses = [event["full_loss"] for event in run if event["event"] == "epoch_ended"]
        assert VERDICTS[found.verdict] == cell["regime"], index
        if cell["regime"] != "diverges":
            assert cell["final_loss"] == pytest.approx(losses[-1], rel=1e-4)
        if cell["regime"] == "converges":
            near = cell["optimal_loss"] + 0.01 * (run[0]["baseline_loss"] - cell["optimal_loss"])
            assert cell["epochs_to_optimum"] == 1 + next(
                i for i, loss in enumerate(losses) if loss <= near
            )
        if run[-1]["non_finite"]:
            assert cell["diverged_epoch"] == run[-1]["non_finite"]["epoch"]
        seen[cell["regime"]] += 1
    assert {"converges", "diverges", "slow"} <= set(seen)


@pytest.mark.parametrize(("batch_size", "too_high"), [(8, 1.5), (None, 4.0)])
def test_the_final_loss_of_a_cell_is_of_its_first_epoch_that_is_not_finite(batch_size, too_high):
    rate = {"path": "optimizer.learning_rate", "values": [0.1, too_high]}
    sweep = sweep_of(rate, training={"batch_size": batch_size, "epochs": 60})
    healthy, broken = final_cells(events_of(sweep)).values()
    *_, end = train(sweep.specs[1], data_of(sweep.specs[1]))
    assert (healthy["diverged_epoch"], healthy["regime"]) == (None, "converges")
    assert broken["diverged_epoch"] == end["non_finite"]["epoch"] > 0
    assert not np.isfinite(from_number(broken["final_loss"]))


def test_the_border_is_the_critical_rate_of_theory(sweep, events):
    cells = final_cells(events)
    data = data_of(sweep.spec)
    features = np.hstack([data.x_train, np.ones((len(data.x_train), 1))]).astype(float)
    curvature = np.linalg.eigvalsh(2 * features.T @ features / len(features)).max()
    rates = np.array(sweep.axes[0].points)
    x, y = events[1]["x"], events[1]["y"]
    for row, momentum in enumerate(sweep.axes[1].points):
        critical = critical_learning_rate(float(curvature), momentum)
        assert cells[0, row]["critical_learning_rate"] == pytest.approx(critical, rel=1e-5)
        crossing = pytest.approx(fractional_index(critical, rates), abs=1e-4)
        assert x[2 * row] == x[2 * row + 1] == crossing
        assert y[2 * row : 2 * row + 2] == [row - 0.5, row + 0.5]
        beyond = [cells[i, row]["regime"] == "diverges" for i in range(len(rates))]
        assert beyond == (rates > critical).tolist()


@given(st.data())
def test_a_fractional_index_lies_between_those_of_its_neighbours(data):
    rates = np.array(sorted(data.draw(st.sets(st.floats(1e-6, 1e6), min_size=2, max_size=9))))
    left = data.draw(st.integers(0, len(rates) - 2))
    share = data.draw(st.floats(0, 1))
    rate = float(rates[left] ** (1 - share) * rates[left + 1] ** share)
    assert fractional_index(rate, rates) == pytest.approx(left + share, abs=1e-3) or (
        rates[left + 1] / rates[left] < 1.001
    )
    assert np.isnan(fractional_index(rates[-1] * (rates[-1] / rates[-2]) * 1.1, rates))


def test_a_grid_ends_half_a_cell_beyond_its_first_and_its_last_rate():
    rates = np.array([1.0, 10.0, 100.0])
    inside, outside = 10**0.49, 10**0.51
    assert fractional_index(1 / inside, rates) == pytest.approx(-0.49)
    assert fractional_index(100 * inside, rates) == pytest.approx(2.49)
    assert np.isnan(fractional_index(1 / outside, rates))
    assert np.isnan(fractional_index(100 * outside, rates))
    assert np.isnan(fractional_index(1.0, rates[:1]))
    assert np.isnan(fractional_index(float("inf"), rates))
    assert fractional_index(5.0, np.array([0.0, 10.0])) == 0.5  # linear where a rate is 0


def test_where_the_rate_is_no_axis_the_border_runs_between_cells():
    axis = {"path": "scaling.features", "values": ["none", "standard", "minmax"]}
    sweep = sweep_of(MOMENTA, axis, optimizer={"learning_rate": 0.5})
    x, y = stability_border(sweep, [0.1, 0.9, 0.2, 0.1, 0.9, 0.7])
    strokes = {(x[i], y[i], x[i + 1], y[i + 1]) for i in range(0, len(x), 3)}
    assert strokes == {
        (0.5, 1.5, 0.5, 2.5),
        (-0.5, 0.5, 0.5, 0.5),
        (-0.5, 1.5, 0.5, 1.5),
        (0.5, 0.5, 1.5, 0.5),
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": {"key": "adam"}},
        {"schedule": {"key": "exponential_decay"}},
        {"optimizer": {"clip_norm": 1.0}},
        {"loss": {"key": "huber"}},
    ],
    ids=str,
)
def test_no_border_is_drawn_where_theory_has_none(changes):
    sweep = sweep_of(RATES, **changes)
    assert not may_have_border(sweep)
    assert stability_border(sweep, [0.5] * sweep.runs) == ([], [])


def test_run_batches_share_a_table_or_stack_their_own():
    def batches_of(sweep):
        return plan_batches(sweep, data_of)

    batch_sizes = {"path": "training.batch_size", "values": [8, 40, None]}
    assert [len(batch.cells) for batch in batches_of(sweep_of(RATES, batch_sizes))] == [13, 26]
    seeds = {"path": "training.seed", "values": [0, 1, 2]}
    drawn = sweep_of(seeds, data={"validation_fraction": 0.25})
    assert [(batch.stacked, len(batch.cells)) for batch in batches_of(drawn)] == [(True, 3)]
    same_rows = batches_of(sweep_of(seeds))
    assert [(batch.stacked, len(batch.cells)) for batch in same_rows] == [(False, 3)]
    bugs = {"path": "bug.key", "values": ["gradient-ascent", "frozen-weights"]}
    assert [batch.capacity for batch in batches_of(sweep_of(bugs))] == [0, 0]


def test_cells_that_differ_in_the_seed_only_share_a_prepared_table_unless_it_is_split():
    seeds = {"path": "training.seed", "values": [0, 1]}
    for fraction, tables in ((0.0, 1), (0.25, 2)):
        sweep = sweep_of(seeds, data={"validation_fraction": fraction})
        runner = Sweep(sweep, find_table(sweep.spec.data.source), Pace())
        assert len({id(runner.data_of(spec)) for spec in sweep.specs}) == tables


def test_interim_events_have_the_cells_whose_regime_has_changed(monkeypatch):
    ended: list[bool] = []
    original = batch_runner.BatchedRunner._changed

    def changed(runner):
        ended.append(runner.runs.over)
        return original(runner)

    monkeypatch.setattr(batch_runner.BatchedRunner, "_changed", changed)
    monkeypatch.setattr(batch_runner, "UPDATE_SECONDS", -1.0)
    events = events_of(sweep_of(RATES, training={"epochs": 3000}))
    interim = [
        (cell["at"][0], cell["regime"])
        for event in events
        for cell in event.get("cells", ())
        if not cell["final"]
    ]
    assert len(interim) == len(set(interim))
    assert interim[:13] == [(index, "running") for index in range(13)]
    assert {regime for _, regime in interim} == {"running", "converges", "diverges"}
    assert ended
    assert not any(ended)


def test_what_cannot_be_batched_runs_one_by_one_and_is_judged_alike():
    rate = {"path": "optimizer.learning_rate", "values": [0.1, 0.3]}
    events = events_of(sweep_of(rate, bug={"key": "gradient-ascent"}))
    assert (events[0]["batched"], events[0]["one_by_one"]) == (0, 2)
    assert {cell["regime"] for cell in final_cells(events).values()} == {"diverges"}


@pytest.mark.parametrize(
    ("sweep", "sentence"),
    [
        (sweep_of(RATES, training={"epochs": 20_000}), "must be <= 10,000 in a sweep"),
        (
            sweep_of(RATES | {"count": MAX_SINGLE_RUNS + 1}, bug={"key": "gradient-ascent"}),
            f"one by one: at most {MAX_SINGLE_RUNS} in a sweep. Received: 257.",
        ),
        (
            sweep_of(
                RATES | {"count": 1000},
                data={"source": "synthetic:rows=40000,features=20"},
                training={"epochs": 10_000},
            ),
            "may read at most 2e+12 numbers",
        ),
        (
            sweep_of(RATES | {"count": 1000}, training={"epochs": 10_000, "batch_size": 1}),
            "",
        ),
    ],
    ids=["epochs", "one by one", "numbers", "within"],
)
def test_a_sweep_too_large_is_refused_before_it_starts(sweep, sentence):
    if not sentence:
        assert plan_batches(sweep, data_of)
        return
    with pytest.raises(InputError, match=sentence.replace("+", r"\+")):
        plan_batches(sweep, data_of)


def job_of(sweep: SweepSpec) -> SweepJob:
    job = SweepJob("token", sweep, used_seconds=5.0)
    assert [event["event"] for event in job.prepare(find_table)] == ["sweep_started"]
    return job


def test_as_a_workers_job_it_takes_turns_and_waits_without_blocking(sweep, events):
    job = job_of(sweep)
    sent, turns = [], 0
    while (turn := job.turn()) is not None:
        sent, turns = sent + turn, turns + 1
    assert final_cells(sent) == final_cells(events)
    assert turns > 3
    assert job.used_seconds > 5.0


def test_it_stops_on_command(sweep):
    job = job_of(sweep)
    job.handle({"do": "stop"})
    sent = []
    while (turn := job.turn()) is not None:
        sent += turn
    assert sent[-1]["outcome"] == "stopped"
    assert not final_cells(sent)


def test_predicted_and_seen_agree_on_what_diverges(sweep, events):
    for index, cell in final_cells(events).items():
        spec = sweep.spec_at(index)
        predicted = predict(spec, data_of(spec)).regime
        assert (predicted == "diverges") == (cell["regime"] == "diverges")


def test_a_cell_whose_table_is_too_large_for_the_server_is_refused(monkeypatch):
    monkeypatch.setenv("UPHILL_CELLS", "100")
    settings.cache_clear()
    spec = Spec().patched({"data": {"source": "two-features", "target": "y"}})
    axis = {"path": "training.seed", "values": [1, 2]}
    sweep = SweepSpec.of({"spec": spec.model_dump(), "axes": [axis]})
    try:
        with pytest.raises(InputError, match="must be <= 100 on this server"):
            list(sweep_events(sweep, find_table("two-features")))
    finally:
        settings.cache_clear()
