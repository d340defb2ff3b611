"""Any two columns against each other, row by row."""

import numpy as np
import plotly.graph_objects as go

from ..style import axis, title
from .base import plain_figure, points, ring, told

TITLE = "Two columns"
SHOWS = "One point a row; click one to see it in the other charts."
HEIGHT = 380


def draw(
    names: tuple[str, str], x: np.ndarray, y: np.ndarray, rows: np.ndarray, row: int | None = None
) -> go.Figure:
    """A scatter of two columns.

    Args:
        names: Of the columns.
        x, y: Their values, shape (k,).
        rows: The rows' numbers in the table, from 1, shape (k,).
        row: The row to ring.
    """
    figure = plain_figure(
        HEIGHT, xaxis=axis(title=title(names[0])), yaxis=axis(title=title(names[1]))
    )
    hover = f"row %{{customdata[1]}}<br>{names[0]} %{{x:.5g}}<br>{names[1]} %{{y:.5g}}"
    figure.add_trace(points(x, y, told("row", rows), hover))
    here = np.flatnonzero(rows == row) if row is not None else rows[:0]
    if len(here):
        figure.add_trace(ring([x[here[0]]], [y[here[0]]]))
    return figure
