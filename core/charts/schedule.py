"""The learning rate that the schedule sets, known before the run."""

import numpy as np
import plotly.graph_objects as go

from ..spec import Spec
from .chart import Chart
from .frame import Frame
from .style import PURPLE, VALUE, empty_figure, reference_line, title, value_axis

POINTS = 1000  # drawn at most


def draw(frame: Frame) -> go.Figure:
    """The frame's figure, with the critical learning rate as a line where it is known."""
    spec = Spec.of(frame.started["spec"])
    last = frame.epochs * frame.steps_per_epoch - 1
    steps = np.unique(np.linspace(0, last, POINTS).astype(int))
    with np.errstate(over="ignore"):
        rates = spec.schedule.at(spec.optimizer.learning_rate, steps)
    figure = empty_figure(frame, 220, yaxis=value_axis(False, title=title("learning rate")))
    fine = np.isfinite(rates)
    figure.add_trace(
        go.Scatter(
            x=(steps[fine] / frame.steps_per_epoch).tolist(),
            y=rates[fine].tolist(),
            name="learning rate",
            line={"color": PURPLE, "width": 2},
            mode="lines",
            hovertemplate=VALUE,
            showlegend=False,
        )
    )
    figure.update_yaxes(rangemode="tozero")
    if frame.critical_rate is not None:
        words = f"largest stable rate {frame.critical_rate:.3g}"
        above = max(rates[fine], default=0.0) > frame.critical_rate  # else there is no room there
        reference_line(figure, frame.critical_rate, words, side="bottom" if above else "top")
    return figure


SCHEDULE = Chart(
    "schedule",
    "Learning rate schedule",
    "The learning rate of every step, against the largest stable one.",
    False,
    draw,
)
