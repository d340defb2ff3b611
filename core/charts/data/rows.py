"""Which rows decide the line: far away to the right, badly fitted above and below."""

import numpy as np
import plotly.graph_objects as go

from ...explore.influence import Influence
from ..style import BLUE, GREY, VERMILION, axis, title
from .base import plain_figure, points, ring, told

TITLE = "Influential rows"
SHOWS = (
    "Right: far from the other rows (leverage). Up and down: far from the line (residual). A large "
    "point moves the line most (Cook's distance)."
)
HEIGHT, NAMED, LARGEST = 380, 5, 26
WORD = 0.1, 0.07  # of the chart's width and height: what a row's number takes, on a phone


def draw(influence: Influence, row: int | None = None) -> go.Figure:
    """A point for each row, sized by its distance; the five largest are named.

    Args:
        influence: Of the training rows to draw, the most influential ones among them.
        row: The row to ring, as it is counted in the table.
    """
    rows, x, y = influence.rows, influence.leverage, influence.residual
    distance = np.nan_to_num(influence.distance, nan=0.0, posinf=0.0)
    size = 5 + LARGEST * np.sqrt(distance / (distance.max() or 1.0))
    figure = plain_figure(
        HEIGHT,
        xaxis=axis(title=title("leverage"), rangemode="tozero"),
        yaxis=axis(title=title("studentized residual")),
    )
    named = set(_apart(influence, x, np.nan_to_num(y)))
    trace = points(
        x,
        np.nan_to_num(y),
        told("row", rows, distance),
        "row %{customdata[1]}: leverage %{x:.3g}, residual %{y:.3g}, Cook's distance "
        "%{customdata[2]:.3g}",
        marker={"size": size, "color": BLUE},
    )
    trace.mode = "markers+text"
    trace.text = [str(number) if number in named else "" for number in rows.tolist()]
    trace.textposition = "top center"
    figure.add_trace(trace)
    figure.add_vline(
        x=influence.limit,
        line={"color": GREY, "width": 1, "dash": "dot"},
        annotation={"text": "twice the mean leverage", "font": {"size": 11, "color": GREY}},
    )
    for limit in (-3, 3):
        figure.add_hline(y=limit, line={"color": VERMILION, "width": 1, "dash": "dot"})
    here = np.flatnonzero(rows == row) if row is not None else rows[:0]
    if len(here):
        figure.add_trace(ring([x[here[0]]], [np.nan_to_num(y)[here[0]]]))
    return figure


def _apart(influence: Influence, x: np.ndarray, y: np.ndarray) -> list[int]:
    """The numbers of the most influential rows, without those that would lie over another."""
    width, height = WORD[0] * (np.ptp(x) or 1.0), WORD[1] * (np.ptp(y) or 1.0)
    shown: list[int] = []
    for i in influence.top(NAMED).tolist():
        if all(abs(x[i] - x[j]) > width or abs(y[i] - y[j]) > height for j in shown):
            shown.append(i)
    return influence.rows[shown].tolist()
