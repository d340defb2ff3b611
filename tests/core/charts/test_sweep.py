"""The sweep's figure: a place for every cell, and a sign beside every colour."""

import orjson
import pytest

from core.charts import to_json
from core.charts.sweep import REGIMES, SIGNED, draw, label
from core.sweep.spec import SweepSpec

RATE = {"path": "optimizer.learning_rate", "low": 1e-4, "high": 1.0, "count": 5}
BATCH = {"path": "training.batch_size", "values": [8, None]}


def traces(figure, feeds):
    return [trace for trace in figure.data if (trace.meta or {}).get("feeds") == feeds]


@pytest.mark.parametrize(("axes", "rows"), [([RATE, BATCH], 2), ([RATE], 1)], ids=["two", "one"])
def test_every_cell_has_its_place(axes, rows):
    figure = draw(SweepSpec.of({"axes": axes}))
    (cells,) = traces(figure, "cells")
    assert [len(row) for row in cells.z] == [5] * rows
    assert figure.layout.meta["shape"] == [5, rows]
    assert list(figure.layout.xaxis.ticktext) == ["0.0001", "0.001", "0.01", "0.1", "1"]
    assert len(traces(figure, "border")) == 2
    assert len(traces(figure, "line")) == (2 if rows == 1 else 0)
    orjson.dumps(to_json(figure))


def test_colour_is_never_alone():
    signs = [sign for number, sign, *_ in REGIMES.values() if number < 6]
    colours = [colour for _, _, colour, _ in REGIMES.values()]
    assert len(set(signs)) == len(signs)
    assert all(signs)
    assert len(set(colours)) == len(colours)
    (cells,) = traces(draw(SweepSpec.of({"axes": [RATE | {"count": SIGNED}]})), "cells")
    assert cells.texttemplate == "%{text}"


def test_each_regime_has_its_own_colour_on_the_scale():
    (cells,) = traces(draw(SweepSpec.of({"axes": [RATE]})), "cells")
    scale = [(6 * place, colour) for place, colour in cells.colorscale]
    for number, _, colour, _ in list(REGIMES.values())[1:]:
        around = {c for place, c in scale if abs(place - number) <= 0.5}
        assert colour in around
    assert [place for place, _ in scale] == sorted(place for place, _ in scale)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "all"), (True, "on"), (0.00012345, "0.000123"), (32, "32"), ("a", "a")],
)
def test_labels_are_short(value, text):
    assert label(value) == text
