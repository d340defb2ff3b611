"""Where each weight goes."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from .chart import Chart
from .frame import Frame
from .style import (
    COLOURS,
    DASHES,
    GREY,
    SMALL,
    empty_figure,
    live_line,
    mark,
    value_axis,
)

SHOWN = 8  # features drawn, at most
WHOLE = 64  # features up to which the events tell every weight
ALONG = "along the steepest direction", "along the flattest direction"


def draw(frame: Frame) -> go.Figure:
    """The frame's figure: the first weights and the bias, by name."""
    figure = empty_figure(frame, SMALL, yaxis=value_axis(False))
    features = frame.started["features"]
    for i, (name, path) in enumerate(_lines(features)):
        figure.add_trace(_line(name, path, COLOURS[i % 6], DASHES[i % 7]))
    if len(features) <= WHOLE and frame.started["spec"]["model"]["use_bias"]:
        paths = [f"weights.{len(features)}", f"weights.{SHOWN}"]  # of a run that told eight
        figure.add_trace(_line("bias", paths[: 1 + (len(features) > SHOWN)], GREY, "solid"))
    figure.add_trace(mark("run_ended", "non_finite"))
    return figure


def _lines(features: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Name and path of what is drawn besides the bias."""
    if len(features) > WHOLE:
        return [(name, [f"coordinates.{i}"]) for i, name in enumerate(ALONG)]
    return [(name, [f"weights.{i}"]) for i, name in enumerate(features[:SHOWN])]


def _line(name: str, paths: list[str], colour: str, dash: str) -> dict[str, Any]:
    both = ("run_started", "epoch_ended")
    return live_line(name, paths, both, colour=colour, dash=dash, width=1.5)


WEIGHTS = Chart(
    "weights",
    "Weights",
    "The first eight weights and the bias, at each epoch's end; of very many, two directions.",
    True,
    draw,
    plain=True,
)
