"""The curvatures of the loss, each named by its features, against the largest the rate can bear."""

import numpy as np
import plotly.graph_objects as go

from .chart import Chart
from .frame import Frame
from .style import (
    BLUE,
    SMALL,
    VERMILION,
    empty_figure,
    reference_line,
    three_digits,
    value_axis,
)
from .ticks import keep_ticks_few

ROOM = 3  # times that the axis goes on, for the words on the line
MOST = 12  # directions drawn: the steepest ones


def draw(frame: Frame) -> go.Figure:
    """A bar for each direction: stable or not at the chosen rate, told by colour and pattern."""
    figure = empty_figure(frame, SMALL, yaxis=value_axis(True, title={"text": "curvature λ"}))
    figure.update_layout(hovermode="closest", bargap=0.25)
    figure.update_xaxes(title=None, range=None, autorange=True, type="category")
    bars = list(frame.directions[:MOST])
    for unstable, name, colour, pattern in (
        (False, "stable at this rate", BLUE, ""),
        (True, "unstable at this rate", VERMILION, "/"),
    ):
        chosen = [bar for bar in bars if (bar[1] > frame.largest_stable_curvature) == unstable]
        figure.add_trace(
            go.Bar(
                x=[name for name, _ in chosen],
                y=[value for _, value in chosen],
                name=name,
                marker={"color": colour, "pattern": {"shape": pattern}},
                hovertemplate="%{x}: λ = %{y:.4g}<extra></extra>",
            )
        )
    figure.update_xaxes(categoryorder="array", categoryarray=[name for name, _ in bars])
    if bars and frame.largest_stable_curvature < float("inf"):
        most = frame.largest_stable_curvature
        heights = [value for _, value in bars if value > 0] + [most]
        low, high = min(heights) / ROOM, max(heights) * ROOM
        figure.update_yaxes(range=np.log10([low, high]).tolist())
        reference_line(figure, most, f"most this rate can bear: {three_digits(most)}")
    keep_ticks_few(figure)
    return figure


SPECTRUM = Chart(
    "spectrum",
    "Curvature of the loss",
    "How steep the loss is along each direction, and which of them the rate overshoots.",
    False,
    draw,
)
