"""A loss curve from elsewhere, beside a run."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from ..charts import Frame
from ..charts.style import (
    BLUE,
    GREY,
    ORANGE,
    SKY,
    VALUE,
    VERMILION,
    axis,
    empty_figure,
    title,
    value_axis,
)
from ..charts.ticks import keep_ticks_few
from ..record import Record
from .curve import Curve
from .foreseen import Foreseen

MOST = 1000  # points of what is foreseen
LONGER = 1.5  # times the curve's own length, of which what is foreseen is drawn


def draw(
    curve: Curve,
    run: Record | None,
    variance: float | None = None,
    log: bool = True,
    foreseen: Foreseen | None = None,
    height: int = 420,
) -> go.Figure:
    """The figure.

    Args:
        curve: The learner's own.
        run: The run beside it, as far as it has come; None for none.
        variance: Of the target, drawn as a level; None where it is not known.
        log: Whether the loss axis is logarithmic.
        foreseen: What theory says of the script that the curve came from; None for none.
        height: Pixels.
    """
    frame = Frame({"epochs": int(curve.epoch[-1]) + 1, "steps_per_epoch": 1})
    loss = value_axis(log, title=title("loss"))
    figure = empty_figure(frame, height, yaxis=loss)
    if foreseen is not None:
        _foreseen(figure, curve, foreseen)
    if run is not None:
        past = (run.step + 1) / (1 if curve.unit == "step" else run.steps_per_epoch)
        _line(figure, "the run's validation loss", past, run.val_loss, SKY, "dash", 1.3)
        _line(figure, "the run's loss", past, run.loss, BLUE, "dot", 2)
    past = curve.epoch + float(curve.origin)
    if curve.val_loss is not None:
        _line(figure, "your validation loss", past, curve.val_loss, ORANGE, "dash", 1.3)
    _line(figure, "your loss", past, curve.loss, VERMILION, "solid", 2.5)
    _mark(figure, curve)
    if variance:
        label = {"text": f"variance of y {variance:.3g}", "textposition": "end", "padding": 1}
        line = {"color": GREY, "width": 1, "dash": "dot"}
        figure.add_hline(variance, line=line, label=label, layer="below")
    traces: Any = figure.data
    last = max((max(trace.x) for trace in traces), default=1.0)
    figure.update_xaxes(range=[0, 1.02 * last])
    if curve.unit == "step":
        figure.update_xaxes(title=title("step"))
    if curve.learning_rate is not None:
        _rate(figure, curve)
    keep_ticks_few(figure)
    return figure


def _foreseen(figure: go.Figure, curve: Curve, foreseen: Foreseen) -> None:
    """The losses that the script should print, as far as there is a curve to compare."""
    epochs = np.arange(len(foreseen.loss))
    by_step = curve.unit == "step" and foreseen.steps_per_epoch > 1
    x = (epochs + 1) * foreseen.steps_per_epoch if by_step else epochs + float(curve.origin)
    shown = np.flatnonzero(x <= LONGER * (curve.epoch[-1] + curve.origin))
    shown = shown[np.unique(np.linspace(0, len(shown) - 1, MOST).astype(int))] if len(shown) else []
    _line(figure, "your script, foreseen", x[shown], foreseen.loss[shown], BLUE, "dash", 2)


def _line(
    figure: go.Figure, name: str, x: np.ndarray, y: np.ndarray, colour: str, dash: str, width: float
) -> None:
    fine = np.isfinite(y)
    if fine.any():
        figure.add_scatter(
            x=x[fine].tolist(),
            y=y[fine].tolist(),
            name=name,
            mode="lines+markers" if fine.sum() < 3 else "lines",
            line={"color": colour, "dash": dash, "width": width},
            hovertemplate=VALUE,
        )


def _mark(figure: go.Figure, curve: Curve) -> None:
    """A cross on the last finite loss before the first that is not."""
    broken = np.flatnonzero(~np.isfinite(curve.loss))
    if not len(broken) or broken[0] == 0:
        return
    at = int(broken[0])
    word = "NaN" if np.isnan(curve.loss[at]) else "infinite"
    figure.add_scatter(
        x=[int(curve.epoch[at - 1]) + curve.origin],
        y=[float(curve.loss[at - 1])],
        text=[f"{word} in {curve.unit} {int(curve.epoch[at]) + curve.origin}"],
        mode="markers+text",
        textposition="top left",
        marker={"symbol": "x", "size": 11, "color": VERMILION},
        cliponaxis=False,
        showlegend=False,
        hovertemplate="%{text}<extra></extra>",
    )


def _rate(figure: go.Figure, curve: Curve) -> None:
    """The learning rate on an axis of its own, where it changes."""
    rate = curve.learning_rate
    if rate is None or np.isnan(rate).all() or np.nanmax(rate) == np.nanmin(rate):
        return
    right = {"overlaying": "y", "side": "right", "showgrid": False, "rangemode": "tozero"}
    figure.update_layout(yaxis2=axis(title=title("learning rate"), **right))
    _line(
        figure, "your learning rate", curve.epoch + float(curve.origin), rate, GREY, "dashdot", 1.3
    )
    figure.update_traces(yaxis="y2", selector={"name": "your learning rate"})
