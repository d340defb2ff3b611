"""A sweep: what became of each cell, and where theory sees the border of stability.

Cells are squares of side 1 around their places (0, 1, 2, …). The figure is drawn without its cells;
its `meta` says how the browser fills them in, so that they are described once, here.
"""

from typing import Any

import plotly.graph_objects as go

from ..sweep.knobs import KNOB_BY_PATH
from ..sweep.spec import Axis, SweepSpec, Value
from .style import BLUE, GREY, ORANGE, PURPLE, SKY, VERMILION, title
from .ticks import LOG

DARK, LIGHT = "#00513B", "#8FDCC3"  # converged at once, converged at the last epoch
REGIMES = {  # what it is: its number on the colour scale, sign, colour, words
    "converges": (0, "✓", "#48977F", "converges: the darker, the sooner"),
    "slow": (2, "…", SKY, "slow"),
    "oscillates": (3, "~", ORANGE, "oscillates"),
    "diverges": (4, "✕", VERMILION, "diverges"),
    "unknown": (5, "?", GREY, "unknown"),
    "running": (6, "", "rgba(140,140,140,.25)", "being trained"),
}
SIGNED = 40  # cells along an axis up to which each carries its sign; beyond, it is told on hover
LABELS = 10  # at an axis, about
HEIGHT, LINES_HEIGHT = 560, 520


def draw(sweep: SweepSpec) -> go.Figure:
    """A map of two knobs, or of one with the epochs to the optimum and the final loss above."""
    figure = go.Figure()
    signs = max(sweep.shape) <= SIGNED
    figure.add_trace(_cells(sweep, signs))
    for width, colour, dash in ((5, "#FFFFFF", "solid"), (2, "#111111", "dash")):
        figure.add_trace(_border(width, colour, dash, "y" if len(sweep.axes) == 2 else "y4"))
    figure.add_trace(_border_key())
    for number, sign, colour, words in REGIMES.values():
        if number < 5:
            figure.add_trace(_legend(sign, colour, words))
    two = len(sweep.axes) == 2
    if not two:
        figure.add_trace(_line("epochs_to_optimum", "epochs to the optimum", BLUE, "circle", "y2"))
        figure.add_trace(_line("final_loss", "final loss", PURPLE, "diamond", "y3"))
    figure.update_layout(
        template="none",
        autosize=True,
        height=HEIGHT if two else LINES_HEIGHT,
        margin={"l": 8, "r": 12, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hovermode="closest",
        uirevision="kept",
        dragmode=False,
        legend={"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom", "font": {"size": 12}},
        xaxis=_axis(sweep.axes[0]),
        **(_map_axes(sweep.axes[1]) if two else _line_axes()),
        meta=_meta(sweep),
    )
    return figure


def label(value: Value) -> str:
    """A knob's value in few letters."""
    if value is None:
        return "all"
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def name_of(path: str) -> str:
    """A knob's name as a person says it."""
    knob = KNOB_BY_PATH.get(path)
    return knob.title if knob else path.replace("_", " ").replace(".", " · ")


def _cells(sweep: SweepSpec, signs: bool) -> go.Heatmap:
    columns, rows = (*sweep.shape, 1)[:2]
    gap = 1 if signs else 0
    return go.Heatmap(
        z=[[None] * columns for _ in range(rows)],
        text=[[""] * columns for _ in range(rows)],
        customdata=[[""] * columns for _ in range(rows)],
        texttemplate="%{text}" if signs else None,
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        colorscale=_colours(),
        zmin=0,
        zmax=6,
        showscale=False,
        xgap=gap,
        ygap=gap,
        meta={"feeds": "cells"},
    )


def _colours() -> list[tuple[float, str]]:
    """From dark to light green up to 1, then one colour for each regime's number ± ½."""
    steps = [(0.0, DARK), (1.0, LIGHT), (1.0, SKY)]
    for number, _, colour, _ in list(REGIMES.values())[1:]:
        steps += [(max(number - 0.5, 1.0), colour), (min(number + 0.5, 6.0), colour)]
    return [(place / 6, colour) for place, colour in steps]


def _border(width: float, colour: str, dash: str, axis: str) -> go.Scatter:
    return go.Scatter(
        x=[],
        y=[],
        yaxis=axis,
        mode="lines",
        line={"width": width, "color": colour, "dash": dash},
        showlegend=False,
        hoverinfo="skip",
        connectgaps=False,
        meta={"feeds": "border"},
    )


def _border_key() -> go.Scatter:
    """The border in the legend, where its colour must stand out from the page instead."""
    return go.Scatter(
        x=[None],
        y=[None],
        mode="lines",
        line={"width": 2, "color": GREY, "dash": "dash"},
        name="predicted border of stability",
        hoverinfo="skip",
    )


def _legend(sign: str, colour: str, words: str) -> go.Scatter:
    return go.Scatter(
        x=[None],
        y=[None],
        mode="markers",
        marker={"symbol": "square", "size": 12, "color": colour},
        name=f"{sign} {words}",
        hoverinfo="skip",
    )


def _line(field: str, name: str, colour: str, symbol: str, axis: str) -> go.Scatter:
    return go.Scatter(
        x=[],
        y=[],
        name=name,
        mode="lines+markers",
        yaxis=axis,
        showlegend=False,
        line={"color": colour, "width": 2},
        marker={"symbol": symbol, "size": 6},
        hovertemplate="%{customdata}<extra></extra>",
        customdata=[],
        meta={"feeds": "line", "field": field},
    )


def _axis(axis: Axis) -> dict[str, Any]:
    """Places 0, 1, 2, … with the values written under some of them."""
    points = axis.points
    every = max(1, -(-len(points) // LABELS))
    places = list(range(0, len(points), every))
    return {
        "title": title(name_of(axis.path)),
        "range": [-0.5, len(points) - 0.5],
        "tickvals": places,
        "ticktext": [label(points[place]) for place in places],
        "automargin": True,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
    }


def _map_axes(axis: Axis) -> dict[str, Any]:
    return {"yaxis": _axis(axis)}


def _line_axes() -> dict[str, Any]:
    """From the bottom: the strip of cells, the final loss, the epochs; the border crosses all."""
    plain = {"automargin": True, "zeroline": False, "ticks": ""}
    number = {**LOG, **plain}
    return {
        "yaxis": {
            "domain": [0, 0.08],
            "range": [-0.5, 0.5],
            "showticklabels": False,
            "showgrid": False,
            **plain,
        },
        "yaxis3": {"domain": [0.14, 0.54], "title": title("final loss"), **number},
        "yaxis2": {"domain": [0.6, 1], "title": title("epochs to the optimum"), **number},
        "yaxis4": {"domain": [0, 1], "range": [-0.5, 0.5], "visible": False},
    }


def _meta(sweep: SweepSpec) -> dict[str, Any]:
    """What the browser needs to word and colour a cell."""
    return {
        "shape": [*sweep.shape, 1][:2],
        "epochs": sweep.spec.training.epochs,
        "names": [name_of(axis.path) for axis in sweep.axes],
        "values": [[label(value) for value in axis.points] for axis in sweep.axes],
        "regimes": {
            regime: {"z": number, "sign": sign} for regime, (number, sign, _, _) in REGIMES.items()
        },
    }
