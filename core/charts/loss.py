"""The loss: as it goes, as it was predicted, and against the best one possible."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..events import from_number
from .chart import Chart
from .frame import Frame
from .style import (
    BLUE,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VALUE,
    VERMILION,
    dotted_line,
    epochs_layout,
    live_line,
    mark,
    moment,
    three_digits,
    value_axis,
)

TICKS = 3  # of more Plotly names all digits of a decade, one over the other
PREDICTED = "predicted"  # the trace that follows the slider of the rate
KERAS = "as Keras reports it"  # the mean over an epoch's batches, each before its step
LINEAR_ROOM = 3.0  # times what a run begins with, that a linear axis shows
GHOST_ABOVE = 1e3  # times the highest loss that this run should reach
LARGEST = float(np.finfo(np.float32).max)
NOISE = float(np.finfo(np.float32).eps) ** 2  # × baseline loss: float32 cannot tell it from 0


def describe(frame: Frame) -> dict[str, Any]:
    """The frame's figure, its y axis logarithmic."""
    loss = value_axis(True, nticks=TICKS, title={"text": "loss", "font": {"size": 12}})
    layout = epochs_layout(frame, 400, yaxis=loss)
    layout["meta"]["linear_top"] = linear_top(frame)
    baseline = from_number(frame.started.get("baseline_loss"))
    optimal = from_number(frame.started.get("optimal_loss"))
    noise = NOISE * baseline if np.isfinite(baseline) else 0.0
    below, above = ("top", "bottom") if not optimal > baseline else ("bottom", "top")
    traces, lines = [*_behind(frame), *_lines(frame)], []
    if baseline > 0:
        lines.append(dotted_line(baseline, f"baseline loss {three_digits(baseline)}", side=above))
    if optimal > noise:
        lines.append(dotted_line(optimal, f"optimal loss {three_digits(optimal)}", side=below))
        traces.append(_room_for_words(optimal))
    return {"data": traces, "layout": layout | ({"shapes": lines} if lines else {})}


def linear_top(frame: Frame) -> float | None:
    """The highest loss that a linear axis shows: what explodes would make all else a flat line."""
    heights = [from_number(frame.started.get(name)) for name in ("full_loss", "baseline_loss")]
    highest = max((height for height in heights if np.isfinite(height)), default=0.0)
    return LINEAR_ROOM * highest if highest > 0 else None


def _behind(frame: Frame) -> list[dict[str, Any]]:
    """What is known before: the run before, and the prediction as far as float32 reaches."""
    traces = []
    if frame.ghost is not None:
        # an exploded ghost is cut, lest it set the scale of a run that behaves
        x, y = frame.ghost.course("full_loss")
        fine = y <= _highest_ghost(frame)
        options: dict[str, Any] = {"color": "rgba(140,140,140,.55)", "width": 1.2}
        if frame.beside:
            options = {"color": VERMILION, "width": 2.5, "dash": "dashdot"}
        traces.append(_still(frame.names[1], x[fine].tolist(), y[fine], options))
    epochs, curve = predicted_points(frame.started.get("full_loss"), frame.predicted)
    if curve:
        options = {"color": GREY, "width": 5, "dash": "9px 7px"}  # seen beside the run's own line
        traces.append(_still(PREDICTED, epochs, np.array(curve), options))
    return traces


def predicted_points(
    initial: Any, predicted: Sequence[float | str | None]
) -> tuple[list[int], list[float]]:
    """The predicted curve as it is drawn: epochs and losses, as far as float32 reaches.

    Args:
        initial: The loss before the first step; None where it is not known.
        predicted: That at each epoch's end; empty where none is predicted.
    """
    told = [from_number(value) for value in (initial, *predicted)]
    start = 0 if np.isfinite(told[0]) else 1
    curve = list(itertools.takewhile(lambda y: abs(y) <= LARGEST, told[start:]))
    return (list(range(start, start + len(curve))), curve) if predicted else ([], [])


def _highest_ghost(frame: Frame) -> float:
    """The loss up to which the run before is drawn: far above all that this one should reach."""
    ghost = frame.ghost
    heights = [frame.started["baseline_loss"], *map(from_number, frame.predicted)]
    heights += [] if ghost is None else [from_number(ghost.started.get("full_loss"))]
    fine = [from_number(h) for h in heights if h is not None and np.isfinite(from_number(h))]
    return GHOST_ABOVE * max(fine, default=np.inf)


def _still(name: str, x: list, y: np.ndarray, line: dict) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": x,
        "y": y.tolist(),
        "name": name,
        "line": line,
        "mode": "lines",
        "hovertemplate": VALUE,
    }


def _lines(frame: Frame) -> list[dict[str, Any]]:
    """What the run tells; the noise of batches only on demand, for it would set the scale."""
    quiet: dict[str, Any] = {"marker": {"size": 4, "color": SKY}, "showlegend": False}
    probed = quiet | {"mode": "markers", "meta": {"only": ["first", "stepped", "broken"]}}
    broken = quiet | {"mode": "lines+markers", "width": 1, "meta": {"only": ["broken"]}}
    thin: dict[str, Any] = {"width": 1, "visible": "legendonly"}
    both = ("run_started", "epoch_ended")
    traces = [
        live_line("a batch", "steps.loss", colour=SKY, **broken),
        live_line("a batch", "loss", ("probe",), colour=SKY, **probed),
        live_line("each batch", "steps.loss", colour=SKY, **thin),
        live_line(KERAS, "loss", colour=PURPLE, dash="dot", **thin),
        live_line("validation loss", "val_loss", both, colour=ORANGE, dash="dash"),
        live_line(frame.names[0], "full_loss", both, colour=BLUE, width=2.5),
        mark("run_ended", "non_finite", labelled=True),
    ]
    if frame.unstable_since:
        epoch = frame.unstable_since // frame.steps_per_epoch + 1
        traces.append(moment(frame.unstable_since, f"unstable since epoch {epoch}"))
    absent = set() if frame.started.get("validation_rows", 1) else {"validation loss"}
    absent |= {"each batch"} if frame.steps_per_epoch == 1 else set()
    return [trace for trace in traces if trace["name"] not in absent]


def _room_for_words(loss: float) -> dict[str, Any]:
    """An unseen marker: the axis makes room for its size, and so for the words below the line."""
    return {
        "type": "scatter",
        "x": [0],
        "y": [loss],
        "mode": "markers",
        "marker": {"size": 32, "opacity": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }


LOSS = Chart(
    "loss",
    "Loss",
    "The loss of the whole training set after each epoch, against the predicted one, the best one "
    "possible and the baseline.",
    True,
    describe,
)
