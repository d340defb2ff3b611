"""Charts as static pictures: ticks are round, points lie where their numbers say."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import CHART_BY_KEY, Frame, filled
from core.export.picture import Axis, Picture, decades, picture, round_numbers
from tests.core.charts.runs import RUNS, completed, epoch, started

SIZES = st.floats(1e-30, 1e30)


def drawn(events: list) -> Picture:
    return picture(filled(CHART_BY_KEY["loss"].draw(Frame(events[0], [70.0, 60.0])), events))


def pairs(text: str) -> np.ndarray:
    return np.array([[float(n) for n in pair.split(",")] for pair in text.split()])


@given(st.floats(-1e30, 1e30), SIZES)
def test_round_numbers_lie_inside_and_are_round(low, size):
    high = low + size
    if not high - low > 1e-9 * abs(low):
        return
    ticks = round_numbers(low, high)
    assert 2 <= len(ticks) <= 12
    slack = 1e-9 * max(abs(low), abs(high))
    assert all(low - slack <= tick <= high + slack for tick in ticks)
    steps = np.diff(ticks)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-3)


@given(SIZES, st.floats(1.05, 1e30))
def test_ticks_of_a_log_axis_lie_inside_and_are_few(low, span):
    ticks = Axis(low, low * span, 0, 100, log=True).ticks()
    assert 2 <= len(ticks) <= 12
    assert all(-0.1 <= tick.at <= 100.1 for tick in ticks)
    assert len({tick.text for tick in ticks}) == len(ticks)


def test_decades_are_skipped_where_there_are_many():
    assert decades(1, 1000) == [1, 10, 100, 1000]
    assert len(decades(1e-30, 1e38)) <= 9
    assert decades(1, 9) == [1, 2, 5]


@pytest.mark.parametrize("events", RUNS.values(), ids=RUNS)
def test_every_run_has_a_picture(events):
    told = drawn(events)
    for line in told.lines:
        for x, y in [*(pairs(line.path) if line.path else []), *line.dots]:
            assert math.isfinite(x) and told.top <= y <= told.bottom
    assert told.x_ticks and told.y_ticks
    assert told.y_title == "loss"


def test_the_losses_can_be_read_off_the_picture():
    events = completed()
    told = drawn(events)
    ticks = {tick.text: tick.at for tick in told.y_ticks}
    decade = ticks["10"] - ticks["100"]
    (line,) = [line for line in told.lines if line.name == "loss"]
    ys = 10 ** (1 + (ticks["10"] - pairs(line.path)[:, 1]) / decade)
    losses = [80, *(72 / (k + 1) for k in range(10))]  # of all rows: at the start, after each epoch
    np.testing.assert_allclose(ys, losses, rtol=0.01)
    across = {tick.text: tick.at for tick in told.x_ticks}
    xs = (pairs(line.path)[:, 0] - across["0"]) / (across["10"] - across["0"]) * 10
    np.testing.assert_allclose(xs, np.arange(11), atol=0.01)


def test_what_broke_is_said_on_the_picture():
    assert "non-finite at step 9, in the loss" in [
        line.label for line in drawn(RUNS["diverged"]).lines
    ]


def test_levels_say_their_names_on_the_side_that_is_free():
    told = {line.text: line for line in drawn(completed()).references}
    assert told["baseline loss 50"].below is False
    assert told["optimal loss 2"].below is True
    assert told["baseline loss 50"].at < told["optimal loss 2"].at


def test_a_long_run_is_thinned_and_keeps_its_extremes():
    losses = np.random.default_rng(0).uniform(10, 20, 4000)
    losses[1234], losses[2345] = 1.0, 500.0
    events = [started(epochs=4000, per_epoch=1)]
    events += [epoch(k, loss, 1, steps=False) for k, loss in enumerate(losses.tolist())]
    (line,) = [line for line in drawn(events).lines if line.name == "loss"]
    points = pairs(line.path)
    assert 900 < len(points) < 3700
    assert (np.diff(points[:, 0]) >= 0).all()
    lowest, highest = points[points[:, 1].argmax()], points[points[:, 1].argmin()]
    whole = points[-1, 0] - points[0, 0]
    assert (lowest[0] - points[0, 0]) / whole == pytest.approx(1234 / 3999, abs=1e-3)
    assert (highest[0] - points[0, 0]) / whole == pytest.approx(2345 / 3999, abs=1e-3)
