"""How the charts look: colours, dashes, axes. Text and grid colours come from the page's theme."""

from typing import Any

import plotly.graph_objects as go

from .frame import Frame
from .ticks import LOG

# Okabe and Ito's colours, told apart by people who see fewer; no yellow, which white hides.
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, GREY = "#56B4E9", "#CC79A7", "#8c8c8c"
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, GREY)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "4px 2px 1px 2px")
SMALL = 280  # height of a chart that stands beside others, in pixels
LINEAR = {"type": "linear", "exponentformat": "SI", "minexponent": 4}
VALUE = "%{y:.6g}"
NO_TEMPLATE = {"data": {"scatter": [{"type": "scatter"}]}}  # what Plotly makes of "none"


def empty_figure(frame: Frame, height: int, **layout: Any) -> go.Figure:
    """A figure over the epochs of a run, without traces."""
    # by update_layout it takes six times as long
    return go.Figure(layout=epochs_layout(frame, height, **layout))


def epochs_layout(frame: Frame, height: int, **layout: Any) -> dict[str, Any]:
    """The layout of a figure over the epochs of a run.

    Its `meta` tells where an event lies on the x axis: after how many epochs.
    """
    return dict(
        template=NO_TEMPLATE,
        height=height,
        autosize=True,
        margin={"l": 8, "r": 20, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hovermode="x unified",
        showlegend=True,
        uirevision="kept",
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "bottom",
            "uirevision": "kept",
            "bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 10 if height == SMALL else 12},
        },
        meta={"epochs": frame.epochs, "steps_per_epoch": frame.steps_per_epoch},
        xaxis=axis(
            title=title("epochs trained"),
            range=[0, frame.epochs],
            spikethickness=-2,  # the line under the pointer, without Plotly's white edge
            spikecolor=GREY,
            unifiedhovertitle={"text": "after %{x:.6~g} epochs"},
        ),
        **layout,
    )


def picture_layout(frame: Frame, **axes: dict[str, Any]) -> dict[str, Any]:
    """The layout of a picture: two axes of numbers, and no scale of epochs.

    Args:
        frame: What is charted.
        **axes: Title and range of `xaxis` and `yaxis`; without them the picture is empty.
    """
    plain = axis(range=[0, 1], exponentformat="power", nticks=5)
    told = {name: plain | axes.get(name, {}) for name in ("xaxis", "yaxis")}
    return epochs_layout(frame, SMALL) | {"hovermode": "closest"} | told


def scatter(x: Any = (), y: Any = (), **options: Any) -> dict[str, Any]:
    """A trace of points or lines; options of `plotly.graph_objects.Scatter`."""
    return {"type": "scatter", "x": list(x), "y": list(y), **options}


def path_traces(width: float, size: int, **now: Any) -> list[dict[str, Any]]:
    """What the browser draws a run's way in a picture with: its path, its next step, where it is.

    Args:
        width: Of the path's line, in pixels.
        size: Of its points.
        **now: Where it is before the first step: `x` and `y`.
    """
    return [
        scatter(
            customdata=[],
            name="path",
            mode="lines+markers",
            line={"color": BLUE, "width": width},
            marker={"size": size, "color": BLUE},
            hovertemplate="after epoch %{customdata[0]}: loss %{customdata[1]:.6~g}<extra></extra>",
        ),
        scatter(
            name="next step",
            mode="lines+markers",
            line={"color": ORANGE, "width": 3, "dash": "dot"},
            marker={"symbol": "arrow", "angleref": "previous", "size": [0, 14], "color": ORANGE},
            hoverinfo="skip",
        ),
        scatter(
            name="now",
            mode="markers",
            marker={"size": 11, "color": VERMILION, "line": {"color": "white", "width": 1.5}},
            hoverinfo="skip",
            showlegend=False,
            **now,
        ),
    ]


def three_digits(value: float) -> str:
    """A number with three digits, without a power of ten up to a million: 0.00693, 5930, 2.1e+09.

    As `formatNumber` in `pages/ui/live_view.js` does.
    """
    text = f"{value:.3g}"
    return f"{float(text):.0f}" if 1 <= abs(value) < 1e6 and "e" in text else text


def title(text: str) -> dict[str, Any]:
    """An axis title no larger than the rest."""
    return {"text": text, "standoff": 6, "font": {"size": 12}}


def axis(**options: Any) -> dict[str, Any]:
    """A plain axis with a quiet grid."""
    return {
        "automargin": True,  # makes room for labels that stand out, too
        "ticklabeloverflow": "allow",
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "ticklabelstandoff": 4,  # pixels, so that the lowest and the leftmost label do not meet
        "nticks": 8,
        **options,
    }


def value_axis(log: bool, **options: Any) -> dict[str, Any]:
    """A y axis of numbers that may span 30 orders of magnitude."""
    return axis(**{**(LOG if log else LINEAR), **options})


def reference_line(figure: go.Figure, value: float, words: str, **options: Any) -> None:
    """Adds a dotted line across the figure, with words at its end; options as `dotted_line` has."""
    figure.add_shape(**dotted_line(value, words, **options))


def dotted_line(
    value: float, words: str, *, side: str = "bottom", upright: bool = False, place: str = "end"
) -> dict[str, Any]:
    """The shape of a dotted line across a figure, with words at its end.

    Args:
        value: Where it lies on the y axis, or on the x axis if upright.
        words: What it is.
        side: Which edge of the words lies on it: `bottom` or `top`; of an upright line's words
            `left` or `right`.
        upright: Whether it stands.
        place: Where along the line the words are: `start`, `middle` or `end`.
    """
    across, along = ("y", "x") if upright else ("x", "y")
    anchor = {"xanchor": side, "textangle": 0} if upright else {"yanchor": side}
    return {
        f"{across}ref": "paper",
        f"{across}0": 0,
        f"{across}1": 1,
        f"{along}0": value,
        f"{along}1": value,
        "type": "line",
        "layer": "below",
        "line": {"color": GREY, "width": 1, "dash": "dot"},
        "label": {
            "text": words,
            "textposition": place,
            **anchor,
            "padding": 1,
            "font": {"size": 11},
        },
    }


def live_line(
    name: str,
    y: str | list[str],
    events: tuple[str, ...] = ("epoch_ended",),
    *,
    colour: str,
    dash: str = "solid",
    width: float = 2,
    **options: Any,
) -> dict[str, Any]:
    """A line that grows: its `meta` says which events it takes its points from, and what of them.

    Args:
        name: As the legend calls it.
        y: A path into the event, or several, of which the first that is there counts.
        events: Kinds of events.
        colour: Of the line.
        dash: Of the line.
        width: In pixels.
        **options: Of `plotly.graph_objects.Scatter`.
    """
    settings: dict[str, Any] = {
        "mode": "lines",
        "hovertemplate": VALUE,
        "connectgaps": True,
        **options,
    }
    extra = settings.pop("meta", {})
    return dict(
        type="scatter",
        x=[],
        y=[],
        name=name,
        line={"color": colour, "dash": dash, "width": width},
        meta={"events": list(events), "y": [y] if isinstance(y, str) else y, **extra},
        **settings,
    )


def mark(
    event: str, path: str, *, colour: str = VERMILION, labelled: bool = False, **options: Any
) -> dict[str, Any]:
    """A cross where a run met a value that is not finite, on the last point before it.

    Args:
        event: The kind of event that may tell of it.
        path: Where the event tells it; nothing is drawn if it is null or 0 there.
        colour: Of the cross.
        labelled: Whether the words stand beside the cross, or come on hover only.
        **options: Of `plotly.graph_objects.Scatter`; a `legendgroup` ties it to those lines.
    """
    return dict(
        type="scatter",
        x=[],
        y=[],
        text=[],
        name="non-finite",
        mode="markers+text" if labelled else "markers",
        textposition="top left",
        marker={"symbol": "x", "size": 11 if labelled else 8, "color": colour},
        cliponaxis=False,
        showlegend=False,
        hovertemplate="%{text}<extra></extra>",
        meta={"events": [event], "mark": path},
        **options,
    )


def moment(step: int, words: str) -> dict[str, Any]:
    """A diamond on the run's line from the epoch in which it has taken `step`, with words."""
    trace = mark("epoch_ended", "step", colour=ORANGE, labelled=True)
    return trace | {
        "name": "moment",
        "marker": trace["marker"] | {"symbol": "diamond-open", "line": {"width": 2}},
        "meta": {"events": ["epoch_ended"], "mark": "step", "since": step, "words": words},
    }
