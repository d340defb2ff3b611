"""Several runs in one figure: one curve each, of whichever quantity is to be compared."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from ..record import Record
from .frame import Frame
from .loss import LINEAR_ROOM
from .style import COLOURS, DASHES, VALUE, VERMILION, empty_figure, value_axis
from .ticks import keep_ticks_few

MOST = 8  # curves that a person can tell apart
QUANTITIES = {
    "full_loss": "loss",
    "loss": "loss as Keras reports it",
    "val_loss": "validation loss",
    "learning_rate": "learning rate",
    "gradient_norm": "norm of the gradient",
    "weight_norm": "norm of the weights",
}

EXPLODING = ("loss", "full_loss", "val_loss", "gradient_norm")  # clipped on a linear axis


def draw(records: Mapping[str, Record], quantity: str = "full_loss", log: bool = True) -> go.Figure:
    """The curves of several runs over the epochs that each was trained.

    Args:
        records: By the name that the legend gives them; at most `MOST`.
        quantity: A key of `QUANTITIES`.
        log: Whether the y axis is logarithmic.
    """
    longest = max(records.values(), key=lambda record: len(record.epoch) and record.epoch[-1])
    sizes = Frame({"epochs": 1, "steps_per_epoch": 1} | longest.started)
    title = {"text": QUANTITIES[quantity], "font": {"size": 12}}
    figure = empty_figure(sizes, 420, yaxis=value_axis(log, title=title))
    last = 0.0
    for place, (name, record) in enumerate(records.items()):
        x, values = record.course(quantity)
        last = max(last, *x.tolist(), 0.0)
        colour = COLOURS[place % len(COLOURS)]
        dash = DASHES[(place + place // len(COLOURS)) % len(DASHES)]
        line = {"color": colour, "dash": dash, "width": 2}
        figure.add_scatter(
            x=x.tolist(),
            y=values.tolist(),
            name=name,
            line=line,
            mode="lines" if len(x) > 1 else "markers",
            hovertemplate=VALUE,
        )
        if len(x) and (told := _breakdown(record)):
            figure.add_trace(_cross(float(x[-1]), float(values[-1]), told))
    figure.update_xaxes(range=[0, last or 1])
    keep_ticks_few(figure)
    if not log and quantity in EXPLODING:
        _clip(figure)
    return figure


def _clip(figure: go.Figure) -> None:
    """Ends a linear axis above what the runs begin with, and marks the curves that leave it."""
    traces: Any = figure.data
    curves = [curve for curve in traces if curve.name and len(curve.y)]
    top = LINEAR_ROOM * max((curve.y[0] for curve in curves), default=0.0)
    above = [curve for curve in curves if max(curve.y) > top > 0]
    for curve in above:
        first = next(i for i, y in enumerate(curve.y) if y > top)
        figure.add_annotation(
            x=curve.x[first],
            y=1,
            yref="paper",
            yanchor="top",
            text=f"▲ {curve.name}: up to {max(curve.y):.3g}",
            showarrow=False,
            font={"color": curve.line.color, "size": 12},
        )
    if above:
        figure.update_yaxes(range=[0, top])


def _breakdown(record: Record) -> str:
    """Where the run met a value that is not finite, in words; empty where it did not."""
    where = (record.ended or {}).get("non_finite")
    return f"non-finite at step {where['step']}, in the {where['stage']}" if where else ""


def _cross(x: float, y: float, text: str) -> go.Scatter:
    return go.Scatter(
        x=[x],
        y=[y],
        mode="markers",
        marker={"symbol": "x", "size": 9, "color": VERMILION},
        hovertemplate=f"{text}<extra></extra>",
        cliponaxis=False,
        showlegend=False,
    )
