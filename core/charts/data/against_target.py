"""Each feature against the target, with the line that fits it alone."""

from math import ceil

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..scene import shortened
from ..style import BLUE, GREEN, VERMILION, axis
from .base import plain_figure, points, ring, told

TITLE = "Each feature against the target"
SHOWS = "One line fitted to one feature alone; r² is the share of the target that it explains."
COLUMNS, MOST, HEIGHT = 3, 12, 210
ROWS = 1000  # drawn in each at most: a browser takes seconds for a grid of more


def draw(
    features: dict[str, np.ndarray],
    target: np.ndarray,
    rows: np.ndarray,
    lines: dict[str, tuple[float, float, float]],
    picked: str = "",
    row: int | None = None,
) -> go.Figure:
    """A small chart for each feature.

    Args:
        features: Values to draw, each shape (k,), by name; the first 12 are drawn.
        target: Shape (k,).
        rows: Their numbers in the table, from 1, shape (k,).
        lines: Slope, intercept and r² of each feature's own line.
        picked: The feature whose points stand out.
        row: The row to ring.
    """
    names = list(features)[:MOST]
    height = ceil(len(names) / COLUMNS)
    grid = make_subplots(
        rows=height,
        cols=min(COLUMNS, len(names)),
        subplot_titles=[f"{shortened(name)} · r² {lines[name][2]:.2g}" for name in names],
        horizontal_spacing=0.07,
        vertical_spacing=0.32 / height,
    )
    grid.update_layout(plain_figure(HEIGHT * height + 30).layout)
    grid.update_layout(margin={"t": 24})
    grid.update_annotations(font={"size": 12})
    grid.update_xaxes(**axis(nticks=5))
    grid.update_yaxes(**axis(nticks=5))
    here = np.flatnonzero(rows == row) if row is not None else rows[:0]
    for index, name in enumerate(names):
        line, column = index // COLUMNS + 1, index % COLUMNS + 1
        x = features[name]
        grid.add_trace(
            points(
                x,
                target,
                told("row", rows, name),
                f"row %{{customdata[1]}}: {name} %{{x:.4g}}, target %{{y:.4g}}",
                marker={"color": GREEN if name == picked else BLUE, "size": 5},
            ),
            row=line,
            col=column,
        )
        slope, intercept, _ = lines[name]
        ends = np.array([x.min(), x.max()])
        grid.add_trace(
            go.Scatter(
                x=ends,
                y=slope * ends + intercept,
                mode="lines",
                line={"color": VERMILION, "width": 2},
                hoverinfo="skip",
            ),
            row=line,
            col=column,
        )
        if len(here):
            grid.add_trace(ring([x[here[0]]], [target[here[0]]]), row=line, col=column)
    return grid
