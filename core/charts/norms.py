"""How large the gradients, the updates and the learning rate are."""

import plotly.graph_objects as go

from .chart import Chart
from .frame import Frame
from .style import (
    BLUE,
    ORANGE,
    PURPLE,
    SMALL,
    empty_figure,
    live_line,
    mark,
    value_axis,
)

RIGHT = {"overlaying": "y", "side": "right", "showgrid": False}


def draw(frame: Frame) -> go.Figure:
    """The frame's figure: norms on the left axis, the learning rate on the right one."""
    figure = empty_figure(
        frame,
        SMALL,
        yaxis=value_axis(True),
        yaxis2=value_axis(False, tickmode="auto", nticks=4, rangemode="tozero", **RIGHT),
    )
    for name, path, colour, dash, axis in (
        ("gradient", "gradient_norm", BLUE, "solid", "y"),
        ("update", "update_norm", ORANGE, "dash", "y"),
        ("rate →", "learning_rate", PURPLE, "dot", "y2"),
    ):
        paths = [f"steps.{path}", path]
        figure.add_trace(live_line(name, paths, colour=colour, dash=dash, width=1.2, yaxis=axis))
    figure.add_trace(mark("run_ended", "non_finite", yaxis="y"))
    return figure


NORMS = Chart(
    "norms",
    "Gradients and updates",
    "Euclidean norms of the gradient and of the update, and the learning rate (right axis).",
    True,
    draw,
    plain=True,
)
