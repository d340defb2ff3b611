"""A cut through the loss along one direction, with the next step across it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..theory.extremes import ExtremeSection
from ..theory.section import directions_of, steepest_and_flattest
from .chart import Chart
from .frame import Frame
from .scene import Scene, short, shortened, with_choices
from .style import GREEN, GREY, path_traces, picture_layout, scatter, title

PLACES = 81
ROOM = 1.6
TRACES = {"parabola": 0, "best": 1, "path": 2, "step": 3, "now": 4}


def describe(frame: Frame) -> dict[str, Any]:
    """The loss through the start, along the steepest direction."""
    cuts = _cuts(frame.scene) if frame.scene else []
    if not cuts or frame.scene is None:
        return {"data": [], "layout": picture_layout(frame)}
    cut = cuts[0]
    low, high = map(float, cut["frame"]["x"])
    x = np.linspace(low, high, PLACES)
    y, at_start = _curve(frame.scene, cut, x), _curve(frame.scene, cut, np.array([cut["start"]]))
    star = {"symbol": "star", "size": 13, "color": GREEN}
    lowest = ([cut["best"]], [cut["floor"]]) if cut["curvature"] else ((), ())
    traces = [
        scatter(
            short(x),
            short(y),
            name="loss",
            mode="lines",
            line={"color": GREY, "width": 2},
            hoverinfo="skip",
        ),
        scatter(*lowest, name="lowest", mode="markers", marker=star),
        *path_traces(1.2, 5, x=[cut["start"]], y=short(at_start)),
    ]
    ends = cut["frame"]
    x_axis = {"title": title(cut["title"]), "range": ends["x"]}
    y_axis = {"title": title("loss"), "range": ends["y"]}
    layout = picture_layout(frame, xaxis=x_axis, yaxis=y_axis)
    return {"data": traces, "layout": layout}


def picture(frame: Frame) -> dict[str, Any] | None:
    """What the browser draws the cut through any weights from; None where it is not known.

    `loss` is None where the loss surface has the same.
    """
    scene = frame.scene
    cuts = _cuts(scene) if scene and np.isfinite(scene.start).all() else []
    if not cuts or scene is None:
        return None
    return {
        "kind": "valley",
        "start_weights": short(scene.start) if scene.told_whole else None,
        "arrow": scene.arrow,
        "of_bug": scene.spec.bug is not None,
        "loss": scene.loss_told() if len(scene.names) == 1 else None,
        "traces": TRACES,
        **with_choices(cuts),
    }


def _cuts(scene: Scene) -> list[dict[str, Any]]:
    """The steepest and the flattest direction; none where the loss is not known."""
    if scene.extremes:
        return _parabolas(scene, scene.extremes)
    if scene.problem is None:
        return []
    spectrum = scene.problem.spectrum
    chosen = steepest_and_flattest(spectrum)
    directions = directions_of(spectrum.eigenvectors, chosen)
    if scene.quadratic:
        return _parabolas(
            scene, ExtremeSection.of(scene.problem, scene.start, scene.update), directions
        )
    names = [spectrum.directions[i] for i in chosen]
    return [] if scene.rows_loss is None else _curves(scene, names, directions)


def _named(scene: Scene, names: Sequence[str], i: int) -> dict[str, str]:
    name = ("steepest direction", "flattest direction")[i]
    return {"name": name, "title": name if scene.private else f"{name}: {shortened(names[i])}"}


def _curve(scene: Scene, cut: dict[str, Any], places: np.ndarray) -> np.ndarray:
    """The loss at places (k,) of a cut through the start, shape (k,)."""
    if cut["curvature"]:
        return cut["floor"] + 0.5 * cut["curvature"] * (places - cut["best"]) ** 2
    assert scene.rows_loss is not None
    offsets = np.outer(places - cut["start"], cut["direction"])
    return scene.rows_loss.at(scene.start + offsets)


def _curves(scene: Scene, names: Sequence[str], directions: np.ndarray) -> list[dict[str, Any]]:
    """Of a loss that is not quadratic: its shape is computed of the rows that are told."""
    starts = directions @ scene.start
    bests = starts if scene.best is None else directions @ scene.best
    cuts = []
    for i, direction in enumerate(directions):
        half = ROOM * (abs(float(starts[i] - bests[i])) or 1.0)
        ends = [float(bests[i]) - half, float(bests[i]) + half]
        cut: dict[str, Any] = _named(scene, names, i) | {
            "direction": short(direction),
            "axis": i,
            "curvature": None,
            "start": short([starts[i]])[0],
            "best": None,
            "floor": None,
            "update_per_rate": None if scene.update is None else float(direction @ scene.update),
            "frame": {"x": short(ends)},
        }
        losses = _curve(scene, cut, np.linspace(ends[0], ends[1], PLACES))
        fine = losses[np.isfinite(losses)]
        if len(fine):
            low, high = float(fine.min()), float(fine.max())
            cut["frame"]["y"] = short(_heights(low, high - low))
            cuts.append(cut)
    return cuts


def _parabolas(
    scene: Scene, extremes: ExtremeSection, directions: np.ndarray | None = None
) -> list[dict[str, Any]]:
    """Of a quadratic loss, where the curve along an eigenvector is the same wherever it is cut."""
    starts, slopes, updates = extremes.start, extremes.slope, extremes.update
    told = directions if scene.told_whole else None
    cuts = []
    for i in range(len(starts)):
        curvature = float(extremes.hessian[i, i])
        if curvature <= 0:
            continue
        best = float(starts[i] - slopes[i] / curvature)
        floor = extremes.start_loss - 0.5 * float(slopes[i]) ** 2 / curvature
        half = ROOM * (abs(float(starts[i]) - best) or 1.0)
        cuts.append(
            _named(scene, extremes.names, i)
            | {
                "direction": None if told is None else short(told[i]),
                "axis": i,
                "curvature": float(f"{curvature:.9g}"),
                "start": short([starts[i]])[0],
                "best": best,
                "floor": floor,
                "update_per_rate": None if updates is None else float(updates[i]),
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
    describe,
    picture=picture,
)
