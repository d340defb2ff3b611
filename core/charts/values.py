"""What print statements in the training loop would show, as a picture."""

import plotly.graph_objects as go

from .chart import Chart
from .frame import Frame
from .style import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SMALL,
    empty_figure,
    live_line,
    mark,
    value_axis,
)

KINDS = (
    ("inputs", GREEN, "dot"),
    ("weights", PURPLE, "dashdot"),
    ("outputs", BLUE, "solid"),
    ("gradients", ORANGE, "dash"),
)
HOVER = "%{customdata[0]:.3g} … %{customdata[2]:.3g}, mean %{customdata[1]:.3g}"


def draw(frame: Frame) -> go.Figure:
    """The frame's figure: sizes span 30 orders of magnitude, so signs are left to the hover."""
    figure = empty_figure(frame, SMALL, yaxis=value_axis(True))
    for kind, colour, dash in KINDS:
        told = [f"stats.{kind}.{name}" for name in ("min", "mean", "max")]
        figure.add_trace(
            live_line(
                kind,
                f"stats.{kind}.largest",
                ("probe",),
                colour=colour,
                dash=dash,
                width=1.5,
                mode="lines+markers",
                marker={"size": 4},
                legendgroup=kind,
                customdata=[],
                hovertemplate=HOVER,
                meta={"customdata": told},
            )
        )
    for kind, _, _ in KINDS:
        figure.add_trace(mark("probe", f"stats.{kind}.non_finite", legendgroup=kind))
    return figure


VALUES = Chart(
    "values",
    "Intermediate values",
    "The largest |value| among a batch's inputs, weights, outputs and gradients, where probed.",
    True,
    draw,
    plain=True,
)
