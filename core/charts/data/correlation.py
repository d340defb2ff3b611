"""Which columns go together: every two, as a square."""

import numpy as np
import plotly.graph_objects as go

from ..scene import shortened
from ..style import VERMILION, axis
from .base import plain_figure

TITLE = "Correlation"
SHOWS = "From −1 (one falls as the other rises) over 0 to 1 (they rise together)."
SCALE = [[0, "#D55E00"], [0.5, "#F4F4F2"], [1, "#0072B2"]]
MOST, CELL, LEGIBLE = 40, 30, 14


def draw(names: list[str], matrix: np.ndarray, picked: tuple[str, str] = ("", "")) -> go.Figure:
    """A square for each pair; every one can be clicked.

    Args:
        names: Of the columns, k of them.
        matrix: Their correlations, shape (k, k).
        picked: The pair to frame.
    """
    shown = names[:MOST]
    k = len(shown)
    values = matrix[:k, :k]
    figure = plain_figure(
        max(280, min(760, 120 + CELL * k)),
        xaxis=axis(type="category", tickangle=-45, constrain="domain"),
        yaxis=axis(type="category", autorange="reversed", ticksuffix=" "),
    )
    ticks = {"tickmode": "array", "tickvals": shown, "ticktext": [*map(shortened, shown)]}
    figure.update_xaxes(nticks=None, **ticks)
    figure.update_yaxes(nticks=None, **ticks)
    figure.add_trace(
        go.Heatmap(
            x=shown,
            y=shown,
            z=values,
            zmin=-1,
            zmax=1,
            colorscale=SCALE,
            xgap=1,
            ygap=1,
            texttemplate="%{z:.2f}" if k <= LEGIBLE else None,
            hoverinfo="skip",
            colorbar={"thickness": 10, "tickvals": [-1, 0, 1]},
        )
    )
    figure.add_trace(
        go.Scatter(  # what a heatmap lacks: squares that can be selected
            x=[x for _ in shown for x in shown],
            y=[y for y in shown for _ in shown],
            mode="markers",
            marker={"symbol": "square", "size": 24, "opacity": 0},
            customdata=[
                ["pair", x, y, float(v)]
                for y, row in zip(shown, values, strict=True)
                for x, v in zip(shown, row, strict=True)
            ],
            hovertemplate="%{x} and %{y}: %{customdata[3]:.3f}<extra></extra>",
            selected={"marker": {"opacity": 0}},
            unselected={"marker": {"opacity": 0}},
        )
    )
    if picked[0] in shown and picked[1] in shown:
        x, y = shown.index(picked[0]), shown.index(picked[1])
        figure.add_shape(
            type="rect",
            x0=x - 0.5,
            x1=x + 0.5,
            y0=y - 0.5,
            y1=y + 0.5,
            line={"color": VERMILION, "width": 3},
        )
    return figure
