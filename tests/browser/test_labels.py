"""No two words of a chart lie over each other, on a laptop and on a phone."""

from collections.abc import Iterator
from dataclasses import replace

import plotly.graph_objects as go
import pytest
from playwright.sync_api import Browser, Page

from core.charts import CHART_BY_KEY, CHARTS, Frame, filled, to_json
from core.charts.data import against_target, correlation, distribution, pair, rates, rows, scales
from core.charts.style import empty_figure, title, value_axis
from core.data.datasets import DATASETS
from core.data.prepare import split_table
from core.data.profile import profile
from core.data.uploads import find_table
from core.explore.exploration import Exploration, explore
from core.spec import Spec
from core.theory.outlook import outlook_of
from pages.ui.modules import MODULES
from tests.browser.component_page import EventServer
from tests.browser.labels import overlaps, prepare
from tests.conftest import data_of
from tests.core.charts.runs import RUNS, completed

pytestmark = pytest.mark.browser
WIDTHS = (342, 600, 819)  # of a chart on a phone, beside the picture, on the data page
SPANS = (1.02, 3.0, 9.0, 12.0, 17.0, 60.0, 300.0, 2e4, 3e8, 1e17, 1e33)  # highest / lowest value
TABLES = ("diabetes", "gapminder")


@pytest.fixture(scope="module")
def page(browser: Browser, running_event_server: EventServer) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    page.goto(running_event_server.url)
    prepare(page, MODULES.url("live_view.js"))
    yield page
    page.close()


def explored(source: str) -> Exploration:
    target = next(d.target for d in DATASETS if d.key == source)
    spec = Spec().patched({"data": {"source": source, "target": target}})
    table = find_table(source)
    return explore(spec, split_table(table, spec.data, 0), len(table))


@pytest.mark.parametrize(("low", "height"), [(3e-7, 220), (2e-3, 330), (4e2, 220)])
def test_a_logarithmic_axis_has_few_labels_whatever_it_spans(page: Page, low: float, height: int):
    frame = Frame(completed()[0])
    for span in SPANS:
        figure = empty_figure(frame, height, yaxis=value_axis(True, title=title("loss")))
        figure.add_trace(go.Scatter(x=[0, 10], y=[low, low * span]))
        assert overlaps(page, to_json(figure), WIDTHS[0]) == [], span
        labels = page.evaluate("document.querySelectorAll('.ytick text').length")
        assert 2 <= labels <= 9, span


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
def test_a_runs_charts(page: Page, chart):
    for name, events in RUNS.items():
        figure = chart.draw(Frame(events[0], [70.0, 60.0, 50.0], critical_rate=0.02))
        for width in WIDTHS[:2]:
            assert overlaps(page, to_json(filled(figure, events)), width) == [], name


def test_an_optimum_above_the_baseline_is_told_on_its_own_side(page: Page):
    events = completed()
    first = events[0] | {"optimal_loss": 52.0, "baseline_loss": 50.0}
    figure = filled(CHART_BY_KEY["loss"].draw(Frame(first)), events)
    assert overlaps(page, to_json(figure), WIDTHS[0]) == []


@pytest.mark.parametrize("scaling", ["none", "standard"])
@pytest.mark.parametrize("source", TABLES)
def test_the_charts_behind_a_prediction(page: Page, source: str, scaling: str):
    target = next(d.target for d in DATASETS if d.key == source)
    schedule = {"key": "cosine_decay", "warmup_steps": 50, "warmup_target": 0.3}
    spec = Spec().patched({"data": {"source": source, "target": target}, "schedule": schedule})
    spec = spec.patched({"scaling": {"features": scaling}, "training": {"epochs": 30}})
    data = data_of(spec)
    told = outlook_of(spec, data)
    frame = replace(
        Frame.before(
            *(spec, len(data.x_train), data.features, told.prediction.to_json(), None),
            told.directions,
        ),
        range_test=told.range_test,
    )
    for chart in ("range_test", "spectrum", "schedule"):
        figure = to_json(CHART_BY_KEY[chart].draw(frame))
        for width in WIDTHS[:2]:
            assert overlaps(page, figure, width) == [], (chart, width)


@pytest.mark.parametrize("source", TABLES)
def test_a_tables_charts(page: Page, source: str):
    table = explored(source)
    known = profile(find_table(source))
    names, x, y = table.names[:2], table.values(table.names[0]), table.values(table.target)
    features = list(table.features)[: against_target.MOST]
    figures = {
        **{
            f"distribution of {column.name}": distribution.draw(column)
            for column in known.columns
            if column.counts
        },
        "scales": scales.draw(known, list(table.features)),
        "rates": rates.draw(table.rates, 0.01),
        "pair": pair.draw((names[0], names[1]), x, y, table.rows),
        "correlation": correlation.draw(list(table.names), table.correlation),
        "target": against_target.draw(
            {name: table.values(name) for name in features}, y, table.rows, table.lines
        ),
    }
    if table.influence:
        figures["rows"] = rows.draw(table.influence)
    found = {
        (name, width): over
        for name, figure in figures.items()
        for width in (WIDTHS[0], WIDTHS[2])
        if (over := overlaps(page, to_json(figure), width))
    }
    assert not found
