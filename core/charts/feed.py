"""A run's points into a figure: which events feed which trace is written in the trace's `meta`.

`{"events": ["epoch_ended"], "y": ["loss"]}` takes one point per event; `steps.loss` takes one per
step that the event tells; `stats.outputs.largest` is the larger of |min| and |max|. The first path
that an event has counts. `"only": ["first", "broken"]` keeps the events of the first epoch, of
single steps that were asked for (`stepped`), of what broke. `{"events": ["run_ended"], "mark":
"non_finite"}` puts a cross, with words, on the last point before it; with `"since": 107` and
`"words"` it is put once, when the run has taken that step. x is always the number of epochs
trained. Values that are not finite make no point.

`pages/ui/live_chart.js` does exactly the same while a run goes on; a test holds the two together.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import plotly.graph_objects as go

from ..events import Event, from_number
from .ticks import keep_ticks_few

FITTED = 0.9  # a run that ended before this share of its epochs gets the whole width


class Point(NamedTuple):
    """A point of a trace; `text` is of marks, `customdata` is told on hover besides."""

    x: float
    y: float
    text: str | None = None
    customdata: list[Any] | None = None


@dataclass
class Line:
    """A live trace and its points so far."""

    meta: dict[str, Any]
    group: str | None
    axis: str | None
    points: list[Point] = field(default_factory=list)


def filled(figure: go.Figure, events: Iterable[Event]) -> go.Figure:
    """A copy of `figure` with the points of these events, and fitted to a run that ended early."""
    figure = go.Figure(figure)
    layout: Any = figure.layout
    traces: Any = figure.data
    sizes = layout.meta
    lines = {
        i: Line(trace.meta, trace.legendgroup, trace.yaxis)
        for i, trace in enumerate(traces)
        if trace.meta
    }
    ended = False
    for event in events:
        ended = ended or event["event"] == "run_ended"
        fed = [line for line in lines.values() if event["event"] in line.meta["events"]]
        for line in fed:
            if "mark" not in line.meta:
                line.points += points(line.meta, event, sizes["steps_per_epoch"])
        for line in fed:
            if "mark" in line.meta:
                line.points += cross(line, event, list(lines.values()), sizes["steps_per_epoch"])
    for i, line in lines.items():
        columns: dict[str, Any] = {
            "x": [point.x for point in line.points],
            "y": [point.y for point in line.points],
        }
        if "mark" in line.meta:
            columns["text"] = [point.text for point in line.points]
            if line.points and not line.points[-1].x:
                columns["textposition"] = "top right"  # left of the first epoch there is no room
        if "customdata" in line.meta:
            columns["customdata"] = [point.customdata for point in line.points]
        traces[i].update(columns)
    last = max((point.x for line in lines.values() for point in line.points), default=0.0)
    if ended and 0 < last < FITTED * sizes["epochs"]:
        figure.update_xaxes(range=[0, last * 1.04])
    keep_ticks_few(figure)
    return figure


def points(meta: dict[str, Any], event: Event, steps_per_epoch: int) -> list[Point]:
    """The points that one event gives to a trace with this `meta`."""
    if "only" in meta and not occasions(event).intersection(meta["only"]):
        return []
    for path in meta["y"]:
        values = value_at(event, path)
        if path.startswith("steps.") and values is not None:
            pairs = zip(event["steps"]["step"], map(from_number, values), strict=True)
            return [Point(step / steps_per_epoch, y) for step, y in pairs if math.isfinite(y)]
        if values is not None:
            y = from_number(values)
            told = [value_at(event, name) for name in meta.get("customdata", ())] or None
            place = Point(epochs_trained(event, steps_per_epoch), y, None, told)
            return [place] if math.isfinite(y) else []
    return []


def cross(line: Line, event: Event, lines: list[Line], steps_per_epoch: int) -> list[Point]:
    """The cross that an event puts on the last point before it, of the lines of its group."""
    told, since = value_at(event, line.meta["mark"]), line.meta.get("since")
    if not told or (since is not None and (line.points or told < since)):
        return []
    if since is not None:
        at, text = epochs_trained(event, steps_per_epoch), line.meta["words"]
    elif isinstance(told, dict):
        at = told["step"] / steps_per_epoch
        text = f"non-finite at step {told['step']}, in the {told['stage']}"
    else:
        at = epochs_trained(event, steps_per_epoch)
        text = f"{100 * told:.3g} % not finite"
    before = [
        point
        for other in lines
        if "mark" not in other.meta
        and line.group in (None, other.group)
        and line.axis == other.axis
        for point in other.points
        if point.x <= at
    ]
    place = max(before, key=lambda point: point.x, default=Point(at, 1.0))
    return [Point(place.x, place.y, text)]


def occasions(event: Event) -> set[str]:
    """What is special about an event: batches are told of then, elsewhere they are noise."""
    special = {
        "first": event["epoch"] == 0,
        "stepped": event.get("why") == "stepped",
        "broken": not math.isfinite(from_number(event["loss"])),
    }
    return {name for name, here in special.items() if here}


def epochs_trained(event: Event, steps_per_epoch: int) -> float:
    """Where an event lies on the x axis: how many epochs were trained when it was measured."""
    match event["event"]:
        case "epoch_ended":
            return (event["step"] + 1) / steps_per_epoch
        case "probe":
            return event["step"] / steps_per_epoch
    return 0.0


def value_at(event: Event, path: str) -> Any:
    """What an event holds at a path such as `weights.3`; None where it ends before."""
    value: Any = event
    for name in path.split("."):
        if isinstance(value, list):
            value = value[int(name)] if int(name) < len(value) else None
        elif not isinstance(value, dict):
            return None
        elif name == "largest":
            low, high = value["min"], value["max"]
            value = None if low is None else max(abs(low), abs(high))
        else:
            value = value.get(name)
    return value
