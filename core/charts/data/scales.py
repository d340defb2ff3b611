"""All features' scales on one logarithmic axis: the picture of the first culprit."""

import plotly.graph_objects as go

from ...data.profile import Profile
from ..style import BLUE, GREY, ORANGE, axis, title, value_axis
from ..ticks import keep_ticks_few
from .base import plain_figure, points, ring, told

TITLE = "Scales"
SHOWS = (
    "How large each feature's numbers are. The curvature of the loss grows with their square, so "
    "one that stands far right makes most learning rates diverge."
)
ROW, FRAME, MOST = 22, 70, 60


def draw(profile: Profile, features: list[str], picked: str = "") -> go.Figure:
    """A line for each feature from its spread to its largest size; the largest first.

    Args:
        profile: Of the table.
        features: Names of numeric columns.
        picked: The feature to ring.
    """
    sizes: list[tuple[str, float, float]] = []
    for name in features:
        column = profile.of(name)
        if column.minimum is None or column.maximum is None or column.standard_deviation is None:
            continue
        largest = max(abs(column.minimum), abs(column.maximum))
        if largest > 0:
            sizes.append((name, column.standard_deviation, largest))
    sizes = sorted(sizes, key=lambda size: -size[2])[:MOST]
    names = [size[0] for size in sizes]
    figure = plain_figure(
        FRAME + ROW * len(sizes) + 30,
        showlegend=True,
        xaxis=value_axis(True, title=title("size, in each feature's own unit")),
        yaxis=axis(type="category", autorange="reversed", ticksuffix="  ", dtick=1, nticks=None),
    )
    for name, spread, largest in sizes:
        figure.add_trace(
            go.Scatter(
                x=[spread or largest, largest],
                y=[name, name],
                mode="lines",
                line={"color": GREY, "width": 2},
                showlegend=False,
                hoverinfo="skip",
            )
        )
    for label, values, colour, symbol in (
        ("spread (standard deviation)", [s[1] or None for s in sizes], BLUE, "circle"),
        ("largest absolute value", [s[2] for s in sizes], ORANGE, "diamond"),
    ):
        figure.add_trace(
            points(
                values,  # type: ignore[arg-type]
                names,  # type: ignore[arg-type]
                told("feature", names),
                "%{y}: " + label + " %{x:.4g}",
                name=label,
                marker={"color": colour, "symbol": symbol, "size": 10, "opacity": 1.0},
            )
        )
    if picked in names:
        figure.add_trace(ring([sizes[names.index(picked)][2]], [picked], showlegend=False))
    keep_ticks_few(figure)
    figure.add_vline(x=1, line={"color": GREY, "width": 1, "dash": "dot"})
    return figure
