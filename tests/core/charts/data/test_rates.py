"""The largest stable rates as bars, and the learner's own rate across them."""

import pytest

from core.charts.data import rates
from core.explore.rates import Rate

FOUND = (Rate("none", 0.002, 600.0), Rate("standard", 0.5, 3.0))


def test_the_rate_that_is_set_runs_across_all_bars():
    figure = rates.draw(FOUND, 0.01)
    (line,) = figure.layout.shapes
    assert (line.xref, line.x0, line.x1, line.y0, line.y1) == ("paper", 0, 1, 0.01, 0.01)
    assert line.label.text == "your rate: 0.01"
    assert not rates.draw(FOUND, 0.0).layout.shapes


@pytest.mark.parametrize(
    ("rate", "stable", "unstable"),
    [
        (0.01, ("standard",), ("none",)),
        (0.002, ("none", "standard"), ()),
        (0.5, ("standard",), ("none",)),
        (2.0, (), ("none", "standard")),
    ],
)
def test_bars_are_told_apart_by_whether_the_rate_is_stable(rate, stable, unstable):
    below, above = rates.draw(FOUND, rate).data
    assert (below.name, tuple(below.x)) == ("your rate is stable", stable)
    assert (above.name, tuple(above.x)) == ("your rate diverges", unstable)
    assert above.marker.pattern.shape == "/"
