"""How one column's values are spread."""

import itertools

import plotly.graph_objects as go

from ...data.profile import ColumnProfile
from ..style import BLUE, SMALL, VERMILION, axis, title
from .base import plain_figure

FEW = 5  # rows
TITLE = "Distribution"
SHOWS = "How many rows have which values of the picked column."

BAR = 0.94  # of a bin's width, so that each is seen


def draw(column: ColumnProfile, value: float | None = None) -> go.Figure:
    """A bar for each bin, or for each of the most frequent categories.

    Args:
        column: The column.
        value: Of the picked row, if it is marked.
    """
    figure = plain_figure(
        SMALL,
        bargap=0.25 if column.categories else 0.02,
        yaxis=axis(title=title("rows"), rangemode="tozero", nticks=5, tickformat=",d"),
    )
    if max(column.counts) <= FEW:
        figure.update_yaxes(dtick=1)  # no half rows
    if column.categories:
        figure.update_xaxes(type="category")
        figure.add_trace(
            go.Bar(
                x=list(column.categories),
                y=list(column.counts),
                marker={"color": BLUE},
                hovertemplate="%{x}: %{y:,} rows<extra></extra>",
            )
        )
        return figure
    edges = column.edges
    named = "days since " + column.first if column.kind == "date" else column.name
    figure.update_xaxes(title=title(named))
    figure.add_trace(
        go.Bar(
            x=[(low + high) / 2 for low, high in itertools.pairwise(edges)],
            y=list(column.counts),
            width=[BAR * (high - low) or 1 for low, high in itertools.pairwise(edges)],
            customdata=[[low, high] for low, high in itertools.pairwise(edges)],
            marker={"color": BLUE},
            hovertemplate="%{customdata[0]:.4g} to %{customdata[1]:.4g}: %{y:,}<extra></extra>",
        )
    )
    if value is not None:
        figure.add_vline(x=value, line={"color": VERMILION, "width": 3})
    return figure
