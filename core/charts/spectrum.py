"""The curvatures of the loss, each named by its features, against the largest the rate can bear."""

import plotly.graph_objects as go

from core.charts.chart import Chart
from core.charts.frame import Frame
from core.charts.style import BLUE, GREY, SMALL, VERMILION, empty_figure, value_axis

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
        figure.add_shape(
            type="line",
            xref="paper",
            x0=0,
            x1=1,
            y0=frame.largest_stable_curvature,
            y1=frame.largest_stable_curvature,
            line={"color": GREY, "width": 1, "dash": "dot"},
            label={
                "text": f"most this rate can bear: {frame.largest_stable_curvature:.3g}",
                "textposition": "end",
                "yanchor": "bottom",
            },
        )
    return figure


SPECTRUM = Chart(
    "spectrum",
    "Curvature of the loss",
    "How steep the loss is along each direction, and which of them the rate overshoots.",
    False,
    draw,
)
