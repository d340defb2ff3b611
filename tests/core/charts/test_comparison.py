"""Several runs in one figure."""

import math

import orjson
import pytest

from core.charts import to_json
from core.charts.comparison import MOST, QUANTITIES, draw
from core.events import from_number
from core.record import AT_START, Record
from tests.core.charts.runs import RUNS, completed, diverged

RECORDS = {name: Record.of(events) for name, events in RUNS.items()}


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("name", RUNS)
def test_every_run_can_be_compared_with_every_quantity(quantity, name):
    figure = draw({name: RECORDS[name], "other": RECORDS["completed"]}, quantity)
    assert figure.layout.yaxis.type == "log"
    curve = figure.data[0]
    values = getattr(RECORDS[name], quantity).tolist()
    if quantity in AT_START:
        values = [from_number(RECORDS[name].started.get(quantity)), *values]
    values = [value for value in values if math.isfinite(value)]
    assert (curve.name, list(curve.y)) == (name, values)
    assert orjson.dumps(to_json(figure))


def test_curves_lie_at_the_epochs_trained_whatever_the_batches():
    long, short = Record.of(completed(epochs=10)), Record.of(completed(epochs=3))
    figure = draw({"long": long, "short": short})
    assert figure.data[0].x == tuple(range(11))
    assert figure.data[1].x == (0, 1, 2, 3)
    assert tuple(figure.layout.xaxis.range) == (0, 10)
    assert draw({"short": short}, log=False).layout.yaxis.type == "linear"


def test_as_many_as_may_be_compared_are_told_apart():
    record = Record.of(completed())
    figure = draw({str(place): record for place in range(MOST)})
    looks = {(curve.line.color, curve.line.dash) for curve in figure.data}
    assert len(looks) == len(figure.data) == MOST


def test_a_run_that_broke_is_marked_where_its_curve_ends():
    curve, cross = draw({"broken": Record.of(diverged())}).data
    assert (cross.x[0], cross.y[0]) == (curve.x[-1], curve.y[-1])
    assert cross.hovertemplate.startswith("non-finite at step 9, in the loss")


def test_runs_without_a_single_epoch_make_an_empty_figure():
    figure = draw({name: RECORDS[name] for name in ("failed", "never began")})
    assert [curve.y for curve in figure.data] == [(), (80.0,)]  # the second one's start


def test_a_linear_axis_ends_above_what_the_runs_begin_with_and_marks_what_leaves_it():
    figure = draw({"tame": Record.of(completed()), "wild": Record.of(diverged())}, log=False)
    assert tuple(figure.layout.yaxis.range) == (0, 240.0)
    (mark,) = figure.layout.annotations
    assert (mark.text, mark.x, mark.y, mark.yref) == ("▲ wild: up to 9e+19", 1, 1, "paper")
    assert draw({"tame": Record.of(completed())}, log=False).layout.yaxis.range is None
    assert not draw({"wild": Record.of(diverged())}).layout.annotations
