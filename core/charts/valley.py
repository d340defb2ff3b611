"""A cut through the loss along one direction, with the next step across it."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from ..theory.section import directions_of, steepest_and_flattest
from .chart import Chart
from .frame import Frame
from .scene import Scene, short, with_choices
from .style import BLUE, GREEN, GREY, ORANGE, VERMILION, picture_figure, title

PLACES = 81
ROOM = 1.6
TRACES = {"parabola": 0, "best": 1, "path": 2, "step": 3, "now": 4}


def draw(frame: Frame) -> go.Figure:
    """The parabola through the start, along the steepest direction."""
    figure = picture_figure(frame)
    cuts = _cuts(frame.scene) if frame.scene else []
    if not cuts or frame.scene is None:
        return figure
    cut = cuts[0]
    low, high = map(float, cut["frame"]["x"])
    x = np.linspace(low, high, PLACES)
    half = cut["curvature"] / 2
    y = cut["floor"] + half * (x - cut["best"]) ** 2
    figure.add_scatter(
        x=short(x), y=short(y), name="loss", mode="lines", line={"color": GREY, "width": 2},
        hoverinfo="skip",
    )  # fmt: skip
    star = {"symbol": "star", "size": 13, "color": GREEN}
    figure.add_scatter(
        x=[cut["best"]], y=[cut["floor"]], name="lowest", mode="markers", marker=star
    )
    figure.add_scatter(
        x=[], y=[], customdata=[], name="path", mode="lines+markers",
        line={"color": BLUE, "width": 1.2}, marker={"size": 5, "color": BLUE},
        hovertemplate="after epoch %{customdata[0]}: loss %{y:.6~g}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[], y=[], name="next step", mode="lines+markers",
        line={"color": ORANGE, "width": 3, "dash": "dot"},
        marker={"symbol": "arrow", "angleref": "previous", "size": [0, 14], "color": ORANGE},
        hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=[cut["start"]], y=[cut["floor"] + half * (cut["start"] - cut["best"]) ** 2],
        name="now", mode="markers", showlegend=False, hoverinfo="skip",
        marker={"size": 11, "color": VERMILION, "line": {"color": "white", "width": 1.5}},
    )  # fmt: skip
    figure.update_xaxes(title=title(cut["title"]), range=cut["frame"]["x"])
    figure.update_yaxes(title=title("loss"), range=cut["frame"]["y"])
    return figure


def picture(frame: Frame) -> dict[str, Any] | None:
    """What the browser draws the cut through any weights from; None where there is no parabola."""
    scene = frame.scene
    cuts = _cuts(scene) if scene else []
    if not cuts or scene is None:
        return None
    return {
        "kind": "valley",
        "start_weights": short(scene.start) if scene.told_whole else None,
        "arrow": scene.arrow,
        "traces": TRACES,
        **with_choices(cuts),
    }


def _cuts(scene: Scene) -> list[dict[str, Any]]:
    """The steepest and the flattest direction, where the loss is quadratic."""
    if scene.problem is None or not scene.quadratic:
        return []
    spectrum = scene.problem.spectrum
    names = ("steepest direction", "flattest direction")
    chosen = steepest_and_flattest(spectrum)
    directions = directions_of(spectrum, chosen)
    section = scene.section(directions)
    assert section is not None
    loss = float(scene.problem.full_loss(scene.start))
    starts, slopes = section.place(scene.start), section.slope(scene.start)
    cuts = []
    for i, number in enumerate(chosen):
        curvature = float(section.hessian[i, i])
        if curvature <= 0:
            continue
        best = float(starts[i] - slopes[i] / curvature)
        floor = loss - 0.5 * float(slopes[i]) ** 2 / curvature
        half = ROOM * (abs(float(starts[i]) - best) or 1.0)
        made_of = "" if scene.private else f": {spectrum.directions[number]}"
        update = None if scene.update is None else float(directions[i] @ scene.update)
        cuts.append(
            {
                "name": names[i],
                "title": names[i] + made_of,
                "direction": short(directions[i]) if scene.told_whole else None,
                "axis": i,
                "curvature": float(f"{curvature:.9g}"),
                "start": short([starts[i]])[0],
                "best": best,
                "floor": floor,
                "update_per_rate": update,
                "frame": {
                    "x": short([best - half, best + half]),
                    "y": short(_heights(floor, 0.5 * curvature * half**2)),
                },
            }
        )
    return cuts


def _heights(floor: float, rise: float) -> list[float]:
    return [floor - 0.08 * rise, floor + 1.1 * rise]


VALLEY = Chart(
    "valley",
    "Cut through the valley",
    "The loss along one direction, and where the next step lands.",
    True,
    draw,
    picture=picture,
)
