"""The learning-rate range test: the rule of thumb against the critical rate."""

import numpy as np
import plotly.graph_objects as go

from .chart import Chart
from .frame import Frame
from .style import BLUE, VERMILION, empty_figure, reference_line, title, value_axis
from .ticks import keep_ticks_few

HEIGHT = 300
ROOM = 1.5, 0.25  # powers of ten, or of its length, that the axis goes on: for the words

LARGEST = 308.0  # power of ten that a number reaches


def draw(frame: Frame) -> go.Figure:
    """The loss over the rate of the step before it; lines at the rates to compare."""
    figure = empty_figure(frame, HEIGHT, yaxis=value_axis(True, title=title("loss")))
    figure.update_layout(hovermode="x", showlegend=False, margin={"t": 44})
    seen, rate = frame.range_test, frame.started["spec"]["optimizer"]["learning_rate"]
    figure.layout.xaxis = value_axis(True, title=title("learning rate"))
    if seen is None:
        return figure
    last = max(seen.learning_rates[-1], frame.critical_rate or 0.0, rate)
    low, high = np.log10([seen.learning_rates[0], last]).tolist()
    high = min(high + max(ROOM[0], ROOM[1] * (high - low)), LARGEST)
    figure.update_xaxes(range=[low, high])
    figure.add_trace(
        go.Scatter(
            x=seen.learning_rates.tolist(),
            y=seen.losses.tolist(),
            mode="lines",
            line={"color": BLUE, "width": 2},
            hovertemplate="loss %{y:.4g} at the rate %{x:.3g}<extra></extra>",
        )
    )
    thumb = f"rule of thumb<br>{seen.suggested:.3g}"
    reference_line(figure, seen.suggested, thumb, upright=True, side="right")
    if frame.critical_rate is not None:
        words = f"largest stable<br>{frame.critical_rate:.3g}"
        _shade_unstable(figure, frame.critical_rate, 10**high)
        reference_line(figure, frame.critical_rate, words, upright=True, side="left")
    if rate > 0:
        yours = f"your rate<br>{rate:.3g}"
        reference_line(figure, rate, yours, upright=True, side="left", place="start")
    keep_ticks_few(figure)
    return figure


def _shade_unstable(figure: go.Figure, critical: float, end: float) -> None:
    """Shades the rates above the critical one, and says so in it."""
    figure.add_shape(
        type="rect",
        layer="below",
        x0=critical,
        x1=end,
        yref="paper",
        y0=0,
        y1=1,
        line={"width": 0},
        fillcolor=VERMILION,
        opacity=0.13,
        label={"text": "unstable", "textposition": "middle right", "font": {"size": 12}},
    )


RANGE_TEST = Chart(
    "range_test",
    "Learning-rate range test",
    "One step each at ever higher rates: the usual advice is a tenth of the rate at the lowest "
    "loss. The line beside it is the largest stable rate, computed: the shaded side is unstable.",
    False,
    draw,
)
