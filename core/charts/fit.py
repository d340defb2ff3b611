"""The data, and what the model makes of them."""

from typing import Any

from ..points import KEY, is_points
from .chart import Chart
from .fit_view import FitView, fit_views, start_outputs
from .frame import Frame
from .scene import Scene, short, shortened, with_choices
from .style import BLUE, GREEN, GREY, SKY, VERMILION, picture_layout, scatter, title

TRAIL = (0.12, 0.2, 0.32, 0.5)  # opacity of the last steps' lines, the oldest first
DATA_DIGITS = 5
RESIDUALS = 60  # rows up to which they are drawn
TRACES = {"data": 0, "best": 1, "residuals": 2, "trail": [3, 4, 5, 6], "line": 7, "outside": 8}


def describe(frame: Frame) -> dict[str, Any]:
    """The data with the line of the initial weights, which the browser moves."""
    views = _views(frame)
    if not views:
        return {"data": [], "layout": picture_layout(frame)}
    view, scene = views[0], frame.scene
    assert scene is not None
    lines = view.kind == "line"
    x, y = (short(column, DATA_DIGITS) for column in view.data)
    marker: dict[str, Any] = {"size": 6, "color": SKY, "opacity": 0.8}
    place = f"{view.titles[0]} %{{x:.4g}}, {view.titles[1]} %{{y:.4g}}<extra></extra>"
    thin: dict[str, Any] = {"mode": "lines", "hoverinfo": "skip", "showlegend": False}
    dots: dict[str, Any] = thin | {"mode": "markers"}
    dashes = {"color": GREEN, "width": 1.5, "dash": "dash"}
    if lines:
        traces = [scatter(x, y, name="data", mode="markers", marker=marker, hovertemplate=place)]
    else:
        traces = [scatter(name="data", **dots)]
    name = "least squares" if lines else "exact"
    traces.append(scatter(*map(short, view.best), name=name, mode="lines", line=dashes))
    traces.append(scatter(line={"color": GREY, "width": 1}, **thin))
    for opacity in TRAIL:
        faint = {"line": {"color": BLUE, "width": 1.5}, "marker": {"color": BLUE, "size": 5}}
        traces.append(scatter(opacity=opacity, **(thin if lines else dots), **faint))
    style: dict[str, Any] = {"mode": "lines", "line": {"color": BLUE, "width": 3}}
    if not lines:
        style = {"mode": "markers", "marker": {"color": BLUE, "size": 6}}
    line = map(short, view.line(scene, scene.start))
    traces.append(scatter(*line, name="model", hovertemplate=place, **style))
    outside = scatter(
        text=[],
        mode="markers+text",
        textposition="middle left",
        marker={"symbol": "triangle-up", "size": 11, "color": VERMILION},
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
    )
    x, y = (
        {"title": title(shortened(words)), "range": list(view.frame[name])}
        for name, words in zip(("x", "y"), view.titles, strict=True)
    )
    layout = picture_layout(frame, xaxis=x, yaxis=y)
    return {"data": [*traces, outside], "layout": layout}


def picture(frame: Frame) -> dict[str, Any] | None:
    """What the browser draws the fit of any weights from; None where there is nothing to draw."""
    views = _views(frame)
    scene = frame.scene
    if not views or scene is None:
        return None
    target = scene.data.target_scaling
    factor = 1.0 if target.scale is None else float(target.scale[0])
    offset = 0.0 if target.center is None else float(target.center[0])
    told = [_told(view) for view in views]
    if len(views[0].data[0]) > RESIDUALS:
        told[0]["data"] = None  # the figure has it
    return {
        "kind": "fit",
        "activation": scene.spec.model.activation,
        "target": {"factor": factor, "offset": offset},
        "of_bug": scene.breaks_layer,
        "start_weights": short(scene.start) if scene.told_whole else None,
        "start_outputs": None if scene.told_whole else short(start_outputs(scene)),
        "drawn": _drawn(scene),
        "traces": TRACES,
        **with_choices(told),
    }


def _drawn(scene: Scene) -> dict[str, Any] | None:
    """What the browser needs to say what a drawn point does while it is dragged; None elsewhere.

    `closed` says whether the largest stable rate goes as 1/curvature.
    """
    spec, data = scene.spec, scene.data
    if spec.data.source != KEY and not is_points(spec.data.source):
        return None
    optimizer, batch = spec.optimizer, spec.training.batch_size
    full = batch is None or batch >= len(data.x_train)
    return {
        "rows": data.train_rows.tolist(),
        "degree": spec.data.degree,
        "scaling": spec.scaling.features,
        "use_bias": spec.model.use_bias,
        "linear": spec.model.activation == "linear",
        "closed": scene.quadratic and full and optimizer.key == "sgd" and not optimizer.clip_norm,
    }


def _views(frame: Frame) -> list[FitView]:
    return fit_views(frame.scene) if frame.scene and not frame.scene.private else []


def _told(view: FitView) -> dict[str, Any]:
    best = view.best
    few = view.kind == "line" and len(view.data[0]) <= RESIDUALS
    return {
        "name": view.name,
        "view": view.kind,
        "x": short(view.x),
        "design": None if view.design is None else short(view.design),
        "rows": None if view.design is not None else len(view.x),
        "order": None if view.order is None else view.order.tolist(),
        "data": {"x": short(view.data[0], DATA_DIGITS), "y": short(view.data[1], DATA_DIGITS)},
        "data_design": short(view.data_design) if few and view.data_design is not None else None,
        "best": {"x": short(best[0]), "y": short(best[1])},
        "frame": {axis: short(ends) for axis, ends in view.frame.items()},
        "titles": {"x": shortened(view.titles[0]), "y": shortened(view.titles[1])},
    }


FIT = Chart(
    "fit",
    "Fit",
    "The data and the model's line, as it is after each epoch.",
    True,
    describe,
    picture=picture,
)
