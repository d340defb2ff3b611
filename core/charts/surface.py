"""The loss over two directions of the weights, and the path over it."""

from typing import Any

import numpy as np

from .chart import Chart
from .frame import Frame
from .plane import Plane, planes
from .scene import Scene, short, with_choices
from .style import BLUE, GREEN, GREY, path_traces, picture_layout, scatter, title

GRID = 31  # places along each axis at which the loss is computed
LEVELS = 9  # contours
TRACES = {"contours": 0, "best": 1, "start": 2, "path": 3, "arrow": 4, "now": 5}


def describe(frame: Frame) -> dict[str, Any]:
    """The contours around the best weights, with the start."""
    scene = frame.scene
    chosen = planes(scene) if scene else []
    if not chosen or scene is None:
        return {"data": [], "layout": picture_layout(frame)}
    plane = chosen[0]
    place = f"{plane.names[0]} %{{x:.4g}}, {plane.names[1]} %{{y:.4g}}<extra></extra>"
    ring = {"symbol": "circle-open", "size": 11, "color": BLUE, "line": {"width": 2.5}}
    points: tuple[tuple[str, np.ndarray | None, dict[str, Any]], ...] = (
        ("best", plane.best, {"symbol": "star", "size": 13, "color": GREEN}),
        ("start", plane.start, ring),
    )
    traces = [_contours(scene, plane)]
    for name, at, marker in points:
        x, y = ((), ()) if at is None else ([at[0]], [at[1]])
        hover = f"{name}: {place}"
        traces.append(scatter(x, y, name=name, mode="markers", marker=marker, hovertemplate=hover))
    x, y = (
        {"title": title(words), "range": list(ends)}
        for words, ends in zip(plane.titles, plane.frame, strict=True)
    )
    layout = picture_layout(frame, xaxis=x, yaxis=y)
    return {"data": [*traces, *path_traces(2, 4)], "layout": layout}


def _contours(scene: Scene, plane: Plane) -> dict[str, Any]:
    """Lines of the same loss; their levels are even in the root of what is above the optimum."""
    x, y = (np.linspace(low, high, GRID) for low, high in plane.frame)
    places = np.stack(np.meshgrid(x, y), axis=-1)
    rise = plane.loss_over(scene, places)
    if rise is None:
        return {"type": "contour", "x": [], "y": [], "z": [], "showscale": False}
    fine = rise[np.isfinite(rise)]
    lowest = plane.floor if plane.section else fine.min(initial=np.inf)
    with np.errstate(invalid="ignore"):
        height = np.sqrt(np.maximum(rise - lowest, 0.0))
    height[~np.isfinite(height)] = np.sqrt(fine.max(initial=0.0) - lowest) if len(fine) else 0.0
    return {
        "type": "contour",
        "x": short(x),
        "y": short(y),
        "z": [[float(f"{value:.4g}") for value in row] for row in height.tolist()],
        "ncontours": LEVELS,
        "contours": {"coloring": "lines"},
        "line": {"width": 1.3},
        "colorscale": [[0, GREEN], [0.5, GREY], [1, GREY]],
        "showscale": False,
        "hoverinfo": "skip",
        "name": "loss",
    }


def picture(frame: Frame) -> dict[str, Any] | None:
    """What the browser draws the path and the contours from; None where there is no surface."""
    scene = frame.scene
    chosen = planes(scene) if scene else []
    if not chosen or scene is None:
        return None
    told = [plane.told(scene) for plane in chosen]
    return {
        "kind": "surface",
        "start_weights": short(scene.start) if scene.told_whole else None,
        "loss": scene.loss_told(),
        "levels": {"scale": "sqrt", "count": LEVELS, "grid": GRID},
        "arrow": scene.arrow,
        "of_bug": scene.spec.bug is not None,
        "weights": scene.weights_told() if len(scene.names) > 2 else None,
        "traces": TRACES,
        **with_choices(told),
    }


SURFACE = Chart(
    "surface",
    "Loss surface",
    "Lines of equal loss, and the path that the weights take over them.",
    True,
    describe,
    picture=picture,
)
