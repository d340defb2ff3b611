"""The live charts of a run, drawn by the browser."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
import plotly.graph_objects as go
from streamlit.components.v2 import component

from core.charts import CHART_BY_KEY, to_json
from core.web.routes import PLOTLY_URL as WHOLE_PLOTLY_URL
from pages.ui.modules import LOADER, module
from pages.ui.plotly_bundle import PLOTLY_URL

EMPTY = "Press Train and watch the loss here."
HERE = Path(__file__).parent
ON_DEMAND = {"drawn.js", "handles.js", "points.js", "relief.js", "starts.js"}
PARTS = [f"picture/{p.name}" for p in HERE.glob("picture/*.js") if p.name not in ON_DEMAND]
MODULE = module("live_chart.js", "The charts did not load. Reload the page.")
FIGURES = module("figures.js", parts=sorted(PARTS))  # loads with it what the charts import


def ignore() -> None:
    """What is called where nothing is to be done."""


_mount = component("uphill_live_chart", js=LOADER, isolate_styles=False)
_mount_figures = component(
    "uphill_live_figures",
    js=LOADER,
    css=(HERE / "live_chart.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class PictureSettings:
    """How the pictures beside the loss are shown, and what can be done there.

    Attributes:
        large: Whether labels and lines are for the last row of a room.
        startable: Whether a click on the loss surface chooses where the next run starts.
        started: Whether that was chosen, so that it can be taken back.
        points: The points of a table that is drawn by hand, which can be moved; None for another.
    """

    large: bool = False
    startable: bool = False
    started: bool = False
    points: Sequence[tuple[float, float]] | None = None


def chart_payload(key: str, figure: go.Figure | dict[str, Any]) -> dict[str, Any]:
    """What the browser needs of a chart: its figure, by `Chart.describe`, and its texts."""
    chart = CHART_BY_KEY[key]
    return {"key": key, "title": chart.title, "shows": chart.shows, "figure": to_json(figure)}


def live_chart(
    *,
    token: str | None,
    charts: Sequence[Mapping[str, Any]],
    key: str,
    rate: float | None = None,
    notify: bool = True,
    focus: int = 0,
    empty: str = EMPTY,
    runs: str = "/api/runs",
    plotly: str = PLOTLY_URL,
    events: Sequence[Mapping[str, Any]] | None = None,
    picture: PictureSettings | None = None,
    on_start: Callable[[], None] = ignore,
    on_points: Callable[[], None] = ignore,
) -> Any:
    """Mounts the charts of a run: the loss, the pictures beside it, the others behind a click.

    The browser polls the run's events and appends their points, without a rerun of the script, and
    calls back once when the run has ended.

    Args:
        token: Token of the run; None before there is one.
        charts: As `chart_payload` returns them, without the run's points; the first is the loss.
            Those with a `picture` stand beside it, one at a time. The others are told apart, so
            that they are sent only where they have changed.
        key: Key of the element. Under the same key, a new token resets the same charts.
        rate: The learning rate, on which alone of the pictures the arrow of the next step depends.
        notify: Whether the run's end is to rerun the script: False once it is known.
        focus: Counts how often the page was to scroll to the charts; 0 for never.
        empty: Text on the charts before the run; empty for none.
        runs: URL below which the events of runs are read.
        plotly: URL of the chart library; its 3-D is loaded when it is asked for.
        events: Of an ended run, to be shown without polling; then `token` is None.
        picture: How the pictures are shown.
        on_start: Called when a start was chosen on the loss surface: `result.start` is
            `{"weights": […]}`, kernel and bias as the layer holds them; null takes it back.
        on_points: Called when points were drawn: `result.points` is `{"points": [[x, y], …]}`.

    Returns:
        The component's result: `result.ended` is the run's outcome in the one rerun that its end
        makes, else None.
    """
    data = {
        **MODULE,
        "token": token,
        "charts": charts[:1],
        "figures": _told_apart(key, charts[1:]),
        "rate": rate,
        "notify": notify,
        "focus": focus,
        "empty": empty,
        "runs": runs,
        "plotly": plotly,
        "whole_plotly": WHOLE_PLOTLY_URL,
        "events": events,
        "picture": asdict(picture or PictureSettings()),
    }
    return _mount(
        key=key,
        data=data,
        on_ended_change=ignore,
        on_start_change=on_start,
        on_points_change=on_points,
    )


def _told_apart(key: str, charts: Sequence[Mapping[str, Any]]) -> str:
    """Sends charts in an element of their own; returns the name by which the browser knows them."""
    name = hashlib.blake2b(orjson.dumps(charts), digest_size=9).hexdigest()
    data = {**FIGURES, "name": name, "still": charts}
    _mount_figures(key=f"{key}_figures", data=data, height=1)
    return name
