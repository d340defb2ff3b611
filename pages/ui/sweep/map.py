"""The map of a sweep, filled by the browser while the sweep runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

from core.charts import to_json
from core.charts.sweep import draw, name_of
from core.sweep.spec import SweepSpec
from core.sweep.stability_border import Line
from pages.ui.modules import LOADER, module
from pages.ui.plotly_bundle import PLOTLY_URL

HERE = Path(__file__).parent
MODULE = module("sweep/map.js", "The chart did not load. Reload the page.")

_mount = component(
    "uphill_sweep_map",
    js=LOADER,
    css=(HERE / "map.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def sweep_map(
    sweep: SweepSpec,
    *,
    token: str | None,
    notify: bool,
    key: str,
    on_chosen: Callable[[], None],
    border: Line = ([], []),
    runs: str = "/api/runs",
    plotly: str = PLOTLY_URL,
) -> Any:
    """Mounts the map of a sweep.

    Args:
        sweep: The sweep; its cells are filled from its events.
        token: Token of the sweep; None before it is started.
        notify: Whether the sweep's end is to rerun the script: False once it is known.
        key: Key of the element.
        on_chosen: Called when a cell was clicked; its indices are in the element's state, as
            `chosen`.
        border: The predicted border of stability, before the sweep tells it.
        runs: URL below which the events of runs are read.
        plotly: URL of the chart library.
    """
    knobs = " and ".join(name_of(axis.path) for axis in sweep.axes)
    figure = draw(sweep).update_traces(
        selector={"meta": {"feeds": "border"}}, patch={"x": border[0], "y": border[1]}
    )
    data = {
        **MODULE,
        "token": token,
        "figure": to_json(figure),
        "shows": f"What became of each run, over {knobs}.",
        "notify": notify,
        "runs": runs,
        "plotly": plotly,
    }
    return _mount(key=key, data=data, on_ended_change=lambda: None, on_chosen_change=on_chosen)
