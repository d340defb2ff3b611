"""The live charts of a run, drawn by the browser."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from streamlit.components.v2 import component

from core.charts import CHART_BY_KEY, to_json
from core.web.routes import PLOTLY_URL
from pages.ui.modules import LOADER, module

EMPTY = "Press Train and watch the loss here."
HERE = Path(__file__).parent
MODULE = module("live_chart.js", "The charts did not load. Reload the page.")

_mount = component(
    "uphill_live_chart",
    js=LOADER,
    css=(HERE / "live_chart.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def chart_payload(key: str, figure: go.Figure) -> dict[str, Any]:
    """What the browser needs of a chart: its figure, as `Chart.draw` returns it, and its texts."""
    chart = CHART_BY_KEY[key]
    return {"key": key, "title": chart.title, "shows": chart.shows, "figure": to_json(figure)}


def live_chart(
    *,
    token: str | None,
    charts: Sequence[Mapping[str, Any]],
    key: str,
    notify: bool = True,
    focus: int = 0,
    empty: str = EMPTY,
    runs: str = "/api/runs",
    plotly: str = PLOTLY_URL,
) -> Any:
    """Mounts the charts of a run; the first one is the large one.

    The browser polls the run's events and appends their points, without a rerun of the script, and
    calls back once when the run has ended.

    Args:
        token: Token of the run; None before there is one.
        charts: As `chart_payload` returns them, without the run's points.
        key: Key of the element. Under the same key, a new token resets the same charts.
        notify: Whether the run's end is to rerun the script: False once it is known.
        focus: Counts how often the page was to scroll to the charts; 0 for never.
        empty: Text on the charts before the run; empty for none.
        runs: URL below which the events of runs are read.
        plotly: URL of the chart library.

    Returns:
        The component's result: `result.ended` is the run's outcome in the one rerun that its end
        makes, else None.
    """
    data = {
        **MODULE,
        "token": token,
        "charts": charts,
        "notify": notify,
        "focus": focus,
        "empty": empty,
        "runs": runs,
        "plotly": plotly,
    }
    return _mount(key=key, data=data, on_ended_change=lambda: None)
