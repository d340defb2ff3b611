"""What the figures of a table share: a plain frame, points that can be clicked, marks."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from ..style import BLUE, VERMILION, axis

POINT = 6
RING = {"symbol": "circle-open", "size": 14, "color": VERMILION, "line": {"width": 3}}


def plain_figure(height: int, **layout: Any) -> go.Figure:
    """A figure without traces, over any axes."""
    figure = go.Figure()
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        hovermode="closest",
        clickmode="event+select",
        dragmode="zoom",
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        xaxis=axis(),
        yaxis=axis(),
    )
    figure.update_layout(**layout)
    return figure


def told(kind: str, *columns: Any) -> np.ndarray:
    """What points tell when they are clicked: their kind, then a value of each column.

    An array of objects: Plotly would copy lists cell by cell, which takes a second for a grid.

    Args:
        kind: `feature`, `pair` or `row`.
        *columns: Each shape (k,), or one value for all points.

    Returns:
        Shape (k, 1 + columns).
    """
    length = max(len(column) for column in columns if not isinstance(column, str))
    cells = np.empty((length, 1 + len(columns)), object)
    for j, column in enumerate((kind, *columns)):
        cells[:, j] = column if isinstance(column, str) else np.asarray(column).tolist()
    return cells


def points(
    x: np.ndarray, y: np.ndarray, custom: np.ndarray, hover: str, **options: Any
) -> go.Scatter:
    """Points that keep their looks when one of them is clicked."""
    settings: dict[str, Any] = {"size": POINT, "color": BLUE, "opacity": 0.55}
    settings |= options.pop("marker", {})
    return go.Scatter(
        x=x,
        y=y,
        mode="markers",
        customdata=custom,
        hovertemplate=hover + "<extra></extra>",
        marker=settings,
        selected={"marker": {"opacity": settings["opacity"]}},
        unselected={"marker": {"opacity": settings["opacity"]}},
        **options,
    )


def ring(x: list[Any], y: list[Any], **options: Any) -> go.Scatter:
    """A ring around what was picked."""
    return go.Scatter(x=x, y=y, mode="markers", marker=RING, hoverinfo="skip", **options)
