"""The largest stable learning rate under each scaling, against the one that is set."""

import plotly.graph_objects as go

from ...explore.rates import Rate
from ..style import BLUE, GREY, SMALL, VERMILION, axis, title, value_axis
from ..ticks import keep_ticks_few
from .base import plain_figure

TITLE = "What scaling would change"
SHOWS = (
    "The largest stable learning rate of SGD on full batches, before and after each scaling of the "
    "features. A rate above the bar diverges."
)


def draw(rates: tuple[Rate, ...], learning_rate: float) -> go.Figure:
    """A bar for each scaling: stable or not at the rate that is set, told by colour and pattern.

    Args:
        rates: One of each scaling.
        learning_rate: The rate that is set in the lab.
    """
    figure = plain_figure(
        SMALL,
        showlegend=True,
        bargap=0.35,
        xaxis=axis(type="category"),
        yaxis=value_axis(True, title=title("largest stable rate")),
    )
    for unstable, name, colour, pattern in (
        (False, "your rate is stable", BLUE, ""),
        (True, "your rate diverges", VERMILION, "/"),
    ):
        chosen = [
            rate for rate in rates if (rate.critical_learning_rate < learning_rate) is unstable
        ]
        figure.add_trace(
            go.Bar(
                x=[rate.scaling for rate in chosen],
                y=[rate.critical_learning_rate for rate in chosen],
                name=name,
                marker={"color": colour, "pattern": {"shape": pattern}},
                customdata=[rate.condition_number for rate in chosen],
                hovertemplate="%{x}: %{y:.4g}, condition number %{customdata:.4g}<extra></extra>",
            )
        )
    keep_ticks_few(figure)
    names = [rate.scaling for rate in rates]
    words = [f"{rate.scaling}<br>{rate.critical_learning_rate:.3g}" for rate in rates]
    figure.update_xaxes(categoryorder="array", categoryarray=names, tickvals=names, ticktext=words)
    if learning_rate > 0:
        figure.add_shape(
            type="line",
            xref="paper",
            x0=0,
            x1=1,
            y0=learning_rate,
            y1=learning_rate,
            line={"color": GREY, "width": 1, "dash": "dot"},
            label={"text": f"your rate: {learning_rate:g}", "textposition": "start"},
        )
    return figure
