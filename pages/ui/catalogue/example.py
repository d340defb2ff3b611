"""An item's example: its curve as it was recorded, and the run of it on the page."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.cache import cached_value
from core.charts import CHART_BY_KEY
from core.charts.style import GREEN, SKY, VALUE
from core.errors import InputError
from core.service.service import service
from pages.ui.catalogue.items import Item
from pages.ui.diagnosis import root_cause
from pages.ui.frame import frame_before
from pages.ui.live_chart import chart_payload, live_chart
from pages.ui.state import go_to_lab, session
from pages.ui.submit_run import submit_run

PACE = 25.0  # epochs a second: slow enough to watch
HEIGHT = 330  # of the chart, so that a laptop shows it whole


def example_view(item: Item) -> None:
    """Runs the example on the page, over its recorded curve."""
    examples, key = session().example_runs, item.key
    with st.container(horizontal=True):
        if st.button("Run it here", icon=":material/play_arrow:", type="primary"):
            token = submit_run(item.spec, listed=False, pace=PACE, instead_of=examples.get(key))
            if token:
                examples[key] = token
        if st.button("Open it in the lab", icon=":material/science:"):
            go_to_lab(item.spec)
        for lesson in item.lessons:
            if st.button(f"Lesson: {lesson.title}", icon=":material/school:", type="tertiary"):
                go_to_lab(lesson.spec)
    try:
        log = service().log(examples[key]) if key in examples else None
    except InputError:  # its log was deleted
        log = None
    live_chart(
        token=examples[key] if log else None,
        charts=[cached_value(("example chart", key), lambda: _chart(item))],
        notify=log is not None and not log.ended,
        empty="Run the example and watch its loss here.",
        key="example",
    )
    if log and log.ended and (why := root_cause(examples[key])):
        st.markdown(f":material/search: **The diagnosis says:** {why}")


def _chart(item: Item) -> dict[str, Any]:
    """The loss chart with what was recorded behind it, shared between learners."""
    chart = CHART_BY_KEY["loss"]
    figure = chart.draw(frame_before(item.spec))
    behind = [_still("as recorded", item.curve["loss"], {"color": SKY, "width": 6})]
    if not item.bug:  # a bug's is predicted anyway
        behind.append(_still("mended", item.curve.get("mended"), {"color": GREEN}))
    figure = go.Figure([*filter(None, behind), *figure.data], figure.layout)
    figure.update_layout(height=HEIGHT)
    return chart_payload(chart.key, figure)


def _still(name: str, curve: Sequence[Any] | None, line: Mapping[str, Any]) -> go.Scatter | None:
    if not curve or not curve[0]:
        return None
    x, y = curve
    return go.Scatter(
        x=x, y=y, name=name, line=dict(line), opacity=0.6, mode="lines", hovertemplate=VALUE
    )
