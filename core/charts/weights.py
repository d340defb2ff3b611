"""Where each weight goes."""

import plotly.graph_objects as go

from .chart import Chart
from .frame import Frame
from .style import (
    COLOURS,
    DASHES,
    GREY,
    SMALL,
    empty_figure,
    live_line,
    mark,
    value_axis,
)

SHOWN = 8  # features drawn, at most; the events tell no more


def draw(frame: Frame) -> go.Figure:
    """The frame's figure: the first weights and the bias, by name."""
    figure = empty_figure(frame, SMALL, yaxis=value_axis(False))
    names = frame.started["features"][:SHOWN]
    if frame.started["spec"]["model"]["use_bias"]:
        names = [*names, "bias"]
    for i, name in enumerate(names):
        bias = name == "bias" and i == len(names) - 1
        style = (GREY, "solid") if bias else (COLOURS[i % 6], DASHES[i % 7])
        figure.add_trace(
            live_line(
                name,
                f"weights.{i}",
                ("run_started", "epoch_ended"),
                colour=style[0],
                dash=style[1],
                width=1.5,
            )
        )
    figure.add_trace(mark("run_ended", "non_finite"))
    return figure


WEIGHTS = Chart(
    "weights",
    "Weights",
    "The first eight weights and the bias, at each epoch's end.",
    True,
    draw,
    plain=True,
)
