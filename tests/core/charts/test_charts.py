"""Every registered chart against every kind of run."""

import math

import numpy as np
import orjson
import plotly.graph_objects as go
import pytest

from core.charts import CHART_BY_KEY, CHARTS, Frame, filled, to_json
from core.charts.feed import value_at
from core.charts.loss import KERAS
from core.events import from_number
from core.record import Record
from core.spec import Spec
from core.theory.predict import predict
from core.theory.range_test import RangeTest
from core.training.telemetry import weights_shown
from core.training.trainer import train
from tests.conftest import data_of
from tests.core.charts.runs import INF, RUNS, completed, ended, epoch, probe, started

every_chart = pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
every_run = pytest.mark.parametrize("events", RUNS.values(), ids=RUNS)
PREDICTED = [70.0, 60.0, "inf"]


def frame(events, **more) -> Frame:
    return Frame(events[0], PREDICTED, Record.of(RUNS["diverged"]), **more)


def trace(figure: go.Figure, name: str):
    return next(trace for trace in figure.data if trace.name == name)


@every_chart
def test_a_chart_says_what_it_is(chart):
    assert chart.title and chart.shows.endswith(".")


@every_run
@pytest.mark.parametrize("beside", [False, True])
@every_chart
def test_what_a_chart_describes_is_its_figure_as_plotly_checks_it(chart, events, beside):
    told = frame(events, unstable_since=6, beside=beside)
    assert to_json(chart.describe(told)) == to_json(chart.draw(told))


@every_chart
@every_run
def test_a_figure_is_plain_json(chart, events):
    for figure in (chart.draw(frame(events)), filled(chart.draw(frame(events)), events)):
        told = orjson.loads(orjson.dumps(to_json(figure)))
        assert b"NaN" not in orjson.dumps(told) and b"bdata" not in orjson.dumps(told)
        assert go.Figure(told).layout.height > 0
        assert figure.layout.title.text is None
        assert figure.layout.uirevision
        for line in figure.data:
            assert all(math.isfinite(value) for value in (*line.x, *line.y))


@every_chart
@every_run
def test_live_traces_say_what_feeds_them_and_start_empty(chart, events):
    figure = chart.draw(frame(events))
    fed = [line for line in figure.data if line.meta]
    assert bool(fed) == (chart.live and chart.picture is None)
    kinds = {"run_started", "epoch_ended", "probe", "run_ended"}
    for line in fed:
        assert set(line.meta["events"]) <= kinds and ("y" in line.meta) != ("mark" in line.meta)
        assert (line.x, line.y) == ((), ())


@pytest.mark.parametrize("features", [3, 8, 9, 12, 64])
@pytest.mark.parametrize("use_bias", [True, False])
def test_every_weight_in_the_legend_is_the_one_of_that_name(features, use_bias):
    layout = [("kernel", features), *([("bias", 1)] if use_bias else [])]
    places = [name for name, size in layout for _ in range(size)]
    told = [places[i] for i in weights_shown([*layout, ("factor", 1)])]
    spec = Spec.of({"model": {"use_bias": use_bias}})
    figure = CHART_BY_KEY["weights"].draw(
        Frame.before(spec, 10, [f"x{i}" for i in range(features)])
    )
    fed = {line.name: line.meta["y"][0] for line in figure.data if "y" in line.meta}
    assert list(fed) == [*[f"x{i}" for i in range(min(features, 8))], *(["bias"] * use_bias)]
    assert told == places
    assert fed.pop("bias", "weights.0") in ("weights.0", f"weights.{features}")
    assert fed == {f"x{i}": f"weights.{i}" for i in range(len(fed))}


def test_the_weights_of_a_run_that_told_eight_are_drawn_as_they_are():
    events = RUNS["thirty features"]
    figure = filled(CHART_BY_KEY["weights"].draw(Frame(events[0])), events)
    assert {len(line.x) for line in figure.data if "y" in line.meta} == {11}


def test_of_very_many_weights_the_two_directions_are_drawn():
    told = [started(features=65, weights=[]), epoch(0, 9.0, weights=[], coordinates=[1.0, 2.0])]
    figure = filled(CHART_BY_KEY["weights"].draw(Frame(told[0])), told)
    lines = [(line.name, line.y) for line in figure.data if "y" in line.meta]
    assert lines == [
        ("along the steepest direction", (1.0,)),
        ("along the flattest direction", (2.0,)),
    ]


@every_chart
def test_every_path_leads_somewhere(chart):
    events = [*completed(), ended("diverged", 9, {"stage": "loss", "step": 9, "epoch": 2})]
    for line in chart.draw(frame(events)).data:
        paths = [*line.meta.get("y", []), line.meta.get("mark")] if line.meta else []
        for path in filter(None, paths):
            fed = [event for event in events if event["event"] in line.meta["events"]]
            assert any(value_at(event, path) is not None for event in fed), path


@every_run
@pytest.mark.parametrize(("name", "path"), [("loss", "full_loss"), (KERAS, "loss")])
def test_the_loss_lines_hold_exactly_the_finite_losses(name, path, events):
    figure = filled(CHART_BY_KEY["loss"].draw(Frame(events[0])), events)
    told = [event for event in events if event["event"] == "epoch_ended"]
    told = [events[0], *told] if path == "full_loss" else told
    fine = [event for event in told if math.isfinite(from_number(event[path]))]
    line = trace(figure, name)
    assert list(line.y) == [event[path] for event in fine]
    assert list(line.x) == [event.get("epoch", -1) + 1 for event in fine]


def test_predicted_and_measured_losses_lie_over_each_other():
    spec = Spec.of(
        {
            "data": {"source": "one-to-twenty", "target": "y", "validation_fraction": 0},
            "optimizer": {"learning_rate": 0.005},
            "training": {"epochs": 20, "batch_size": None},
        }
    )
    data = data_of(spec)
    events, told = list(train(spec, data)), predict(spec, data)
    before = Frame.before(spec, 20, data.features, told.to_json(), initial_loss=told.initial_loss)
    for frame in (before, Frame(events[0], told.to_json()["full_loss"])):
        figure = filled(CHART_BY_KEY["loss"].draw(frame), events)
        shown, predicted = trace(figure, "loss"), trace(figure, "predicted")
        assert shown.x == predicted.x == tuple(range(21))
        assert shown.y == pytest.approx(predicted.y, rel=1e-3)
        assert trace(figure, KERAS).visible == "legendonly"


def test_a_linear_axis_shows_what_a_run_begins_with():
    assert CHART_BY_KEY["loss"].draw(Frame(started())).layout.meta["linear_top"] == 240.0
    nothing = started(full_loss="nan", baseline_loss=None)
    assert CHART_BY_KEY["loss"].draw(Frame(nothing)).layout.meta["linear_top"] is None


def test_the_range_test_shades_the_unstable_side():
    seen = RangeTest(np.array([0.001, 0.01, 0.1]), np.array([3.0, 2.0, 9.0]), 0.001)
    figure = CHART_BY_KEY["range_test"].draw(Frame(started(), critical_rate=0.02, range_test=seen))
    (shade,) = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert (shade.x0, shade.label.text) == (0.02, "unstable")
    assert shade.x1 >= 10 ** figure.layout.xaxis.range[1]


@every_run
def test_the_weights_hold_their_names(events):
    figure = filled(CHART_BY_KEY["weights"].draw(Frame(events[0])), events)
    names = [line.name for line in figure.data if "mark" not in line.meta]
    assert names == [*events[0]["features"][:8], "bias"]
    record = Record.of(events)
    for i, name in enumerate(names[: record.weights.shape[1]]):
        fine = record.weights[:, i][[math.isfinite(w) for w in record.weights[:, i]]]
        first = events[0]["weights"][i : i + 1]
        assert list(trace(figure, name).y) == [*first, *fine.tolist()]


def test_batches_lie_at_fractions_of_an_epoch():
    figure = filled(CHART_BY_KEY["loss"].draw(Frame(started())), [started(), epoch(0, 5.0)])
    assert trace(figure, "each batch").x == (0.0, 0.75)


def test_a_run_that_breaks_in_its_first_epoch_shows_its_batches():
    events = RUNS["diverged"]
    figure = filled(CHART_BY_KEY["loss"].draw(Frame(events[0])), events)
    broken, probed = (line for line in figure.data if line.name == "a batch")
    assert (broken.x, broken.y) == ((2.0,), (1e38,))
    assert probed.y == (80.0, 1e4)


def test_a_healthy_run_shows_no_batches_but_the_first():
    events = [started(), probe(0, 80.0), epoch(0, 70.0), probe(20, 9.0), epoch(5, 9.0)]
    figure = filled(CHART_BY_KEY["loss"].draw(Frame(events[0])), events)
    broken, probed = (line for line in figure.data if line.name == "a batch")
    assert (broken.y, probed.y) == ((), (80.0,))


def test_the_end_of_a_run_is_marked_on_its_last_finite_point():
    events = RUNS["diverged"]
    figure = filled(CHART_BY_KEY["loss"].draw(Frame(events[0])), events)
    mark = trace(figure, "non-finite")
    assert (mark.x, mark.y) == ((2.0,), (1e38,))
    assert mark.text == ("non-finite at step 9, in the loss",)


def test_the_run_says_when_its_schedule_has_passed_the_limit():
    events = RUNS["completed"]
    figure = filled(CHART_BY_KEY["loss"].draw(Frame(events[0], unstable_since=6)), events)
    moment = trace(figure, "moment")
    assert (moment.x, moment.text) == ((2.0,), ("unstable since epoch 2",))
    before = filled(CHART_BY_KEY["loss"].draw(Frame(events[0], unstable_since=6)), events[:2])
    assert trace(before, "moment").x == ()


def test_a_run_without_a_finite_point_is_marked_all_the_same():
    events = RUNS["unusable data"]
    figure = filled(CHART_BY_KEY["loss"].draw(Frame(events[0])), events)
    assert trace(figure, "non-finite").text == ("non-finite at step 0, in the features",)


def test_the_share_that_is_not_finite_is_marked():
    figure = filled(CHART_BY_KEY["values"].draw(Frame(started())), RUNS["diverged"])
    marked = {line.legendgroup: line for line in figure.data if "mark" in line.meta}
    assert marked["outputs"].text == ("100 % not finite",)
    assert (marked["outputs"].x, marked["outputs"].y) == ((0.25,), (2.0,))
    assert marked["inputs"].text == ()


def test_the_prediction_starts_where_the_run_does_and_ends_where_float32_does():
    figure = CHART_BY_KEY["loss"].draw(Frame(started(), [1e20, 1e39, 1e50]))
    assert (trace(figure, "predicted").x, trace(figure, "predicted").y) == ((0, 1), (80.0, 1e20))


@pytest.mark.parametrize(
    ("optimal", "baseline", "shown"),
    [
        (2.0, 50.0, ["baseline loss 50", "optimal loss 2"]),
        (0.0, 50.0, ["baseline loss 50"]),
        (1e-28, 50.0, ["baseline loss 50"]),
        (2859.7, 5929.9, ["baseline loss 5930", "optimal loss 2860"]),
        (None, None, []),
        (0.0, 0.0, []),
    ],
)
def test_reference_lines_are_those_a_log_axis_can_show(optimal, baseline, shown):
    event = started(optimal_loss=optimal, baseline_loss=baseline)
    figure = CHART_BY_KEY["loss"].draw(Frame(event))
    assert [shape.label.text for shape in figure.layout.shapes] == shown


def test_a_run_that_ends_early_gets_the_whole_width():
    draw = CHART_BY_KEY["loss"].draw
    whole = filled(draw(Frame(completed()[0])), completed())
    assert whole.layout.xaxis.range == (0, 10)
    early = filled(draw(Frame(started())), RUNS["diverged"])
    assert early.layout.xaxis.range == (0, pytest.approx(2.08))


def test_filling_leaves_the_figure_alone():
    figure = CHART_BY_KEY["loss"].draw(Frame(started()))
    filled(figure, completed())
    assert trace(figure, "loss").x == ()


@pytest.mark.parametrize(
    ("rate", "critical", "directions", "curvature"),
    [
        (0.01, 0.1, [("x0", 2.0), ("x1", 1.0)], 20.0),
        (0.0, 0.1, [("x0", 2.0)], INF),
        (0.01, None, [("x0", 2.0)], INF),
        (0.01, 0.1, [], INF),
    ],
)
def test_the_largest_stable_curvature_is_that_of_the_chosen_rate(
    rate, critical, directions, curvature
):
    spec = Spec().patched({"optimizer": {"learning_rate": rate}})
    event = started(spec=spec.model_dump(mode="json"))
    chosen = Frame(event, critical_rate=critical, directions=directions)
    assert chosen.largest_stable_curvature == pytest.approx(curvature)


def test_a_frame_before_the_run_is_that_of_its_start():
    spec = Spec.of({"training": {"epochs": 7, "batch_size": 32}})
    prediction = {"optimal_loss": 2.0, "baseline_loss": 50.0, "full_loss": [9.0], "extra": None}
    before = Frame.before(spec, 100, ["a", "b"], prediction)
    assert (before.epochs, before.steps_per_epoch) == (7, 4)
    for chart in CHARTS:
        chart.draw(before)
        chart.draw(Frame.before(spec, 100, ["a"], None))


def test_the_schedule_is_drawn_with_its_limit():
    spec = Spec.of({"schedule": {"key": "exponential_decay", "decay_steps": 4, "decay_rate": 0.5}})
    event = started(epochs=2) | {"spec": spec.model_dump(mode="json")}
    figure = CHART_BY_KEY["schedule"].draw(Frame(event, critical_rate=0.02))
    rates = figure.data[0].y
    assert (len(rates), rates[0], rates[4]) == (8, 0.01, pytest.approx(0.005))
    assert figure.layout.shapes[0].y0 == 0.02
