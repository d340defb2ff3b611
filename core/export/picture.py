"""A line chart of `core.charts` as numbers on a page, ready to be drawn as static SVG.

The report needs neither the chart library nor a browser to draw it, and stays small.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

WIDTH, HEIGHT = 900, 400
LEFT, RIGHT, TOP, BOTTOM = 72, 16, 44, 48  # margins, in the same units
LETTER = 6.6  # width of an average letter of the legend
DASHES = {"solid": "", "dash": "9 6", "dot": "2 4", "dashdot": "9 4 2 4"}
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MOST_TICKS = 9


@dataclass(frozen=True)
class Line:
    """A trace on the page: `path` in SVG's notation, `dots` as pairs, `label` beside the last."""

    name: str
    colour: str
    width: float
    dash: str
    path: str
    dots: list[tuple[float, float]]
    label: str
    legend_x: float | None


@dataclass(frozen=True)
class Tick:
    """A place on an axis, and the words there."""

    at: float
    text: str


@dataclass(frozen=True)
class Reference:
    """A level across the page, its words above or below it."""

    at: float
    text: str
    below: bool


@dataclass(frozen=True)
class Picture:
    """Everything that the template draws; lengths in units of the `viewBox`."""

    lines: list[Line]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    references: list[Reference]
    x_title: str
    y_title: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True)
class Axis:
    """From numbers to places: `low` lies at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def place(self, values: np.ndarray) -> np.ndarray:
        """Where values (k,) lie on the page, shape (k,)."""
        low, high = self._scaled(np.array([self.low, self.high]))
        return self.start + (self._scaled(values) - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[Tick]:
        """Round numbers inside the axis."""
        values = decades(self.low, self.high) if self.log else round_numbers(self.low, self.high)
        places = self.place(np.array(values, float))
        words = [power(v) if self.log and v in decades(v, v) else f"{v:g}" for v in values]
        return [Tick(round(at, 1), text) for at, text in zip(places, words, strict=True)]

    def _scaled(self, values: np.ndarray) -> np.ndarray:
        return np.log10(values) if self.log else values


def picture(figure: go.Figure) -> Picture:
    """The page of a figure whose traces are lines over one pair of axes."""
    traces: Any = [trace for trace in figure.data if _seen(trace)]
    layout: Any = figure.layout
    log = layout.yaxis.type == "log"
    shapes = [shape for shape in layout.shapes if not log or shape.y0 > 0]
    ys = [y for trace in traces for y in trace.y] + [shape.y0 for shape in shapes]
    low, high = _range([y for y in ys if y > 0 or not log], log)
    x = Axis(layout.xaxis.range[0], layout.xaxis.range[1], LEFT, WIDTH - RIGHT)
    y = Axis(low, high, HEIGHT - BOTTOM, TOP, log)
    legend, lines = LEFT, []
    for trace in traces:
        shown = trace.showlegend is not False
        lines.append(_line(trace, x, y, legend if shown else None))
        legend += shown * (40 + LETTER * len(trace.name))
    return Picture(
        lines=lines,
        x_ticks=x.ticks(),
        y_ticks=y.ticks(),
        references=[_reference(shape, y) for shape in shapes],
        x_title=layout.xaxis.title.text,
        y_title=layout.yaxis.title.text,
    )


def decades(low: float, high: float) -> list[float]:
    """Powers of ten from `low` to `high`, not too many; where there are few, 2 and 5 as well."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last - first >= 2 or low == high:
        step = max(1, math.ceil((last - first + 1) / MOST_TICKS))
        return [10.0**k for k in range(first, last + 1, step)]
    within = [m * 10.0**k for k in range(first - 1, last + 1) for m in (1, 2, 5)]
    inside = [value for value in within if low <= value <= high]
    return inside if len(inside) > 1 else round_numbers(low, high)


def round_numbers(low: float, high: float) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten, from `low` to `high`."""
    rough = (high - low) / 6
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(m * size for m in (1, 2, 5, 10) if m * size >= rough)
    return [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def power(value: float) -> str:
    """A power of ten, as one writes it by hand."""
    exponent = round(math.log10(value))
    return f"10{str(exponent).translate(SUPERSCRIPTS)}" if abs(exponent) > 3 else f"{value:g}"


def _seen(trace: Any) -> bool:
    return trace.visible != "legendonly" and trace.hoverinfo != "skip" and len(trace.x) > 0


def _reference(shape: Any, y: Axis) -> Reference:
    at = round(float(y.place(np.array([shape.y0]))[0]), 1)
    return Reference(at, shape.label.text, shape.label.yanchor == "top")


def _range(values: list[float], log: bool) -> tuple[float, float]:
    """What an axis has to span to show all values, with some air."""
    if not values:
        return (0.1, 10.0) if log else (0.0, 1.0)
    low, high = min(values), max(values)
    if log:
        air = max(1.02, (high / low) ** 0.06)
        return low / air, high * air
    air = 0.06 * (high - low) or 0.06 * abs(high) or 1.0
    return low - air, high + air


def _line(trace: Any, x: Axis, y: Axis, legend_x: float | None) -> Line:
    xs, ys = np.array(trace.x, float), np.array(trace.y, float)
    fine = (ys > 0) if y.log else np.isfinite(ys)
    points = _thinned(np.column_stack([x.place(xs[fine]), y.place(ys[fine])]))
    pairs = [(round(a, 1), round(b, 1)) for a, b in points.tolist()]
    mode = trace.mode or "lines"
    alone = len(pairs) == 1
    return Line(
        name=trace.name,
        colour=trace.line.color or trace.marker.color,
        width=trace.line.width or 2,
        dash=DASHES.get(trace.line.dash or "solid", "6 4"),
        path=" ".join(f"{a:g},{b:g}" for a, b in pairs) if "lines" in mode else "",
        dots=pairs if "markers" in mode or alone else [],
        label=trace.text[-1] if trace.text else "",
        legend_x=legend_x,
    )


def _thinned(points: np.ndarray) -> np.ndarray:
    """The first, last, lowest and highest point of every unit of width: the same line, drawn."""
    if len(points) <= 2 * WIDTH:
        return points
    columns = np.flatnonzero(np.diff(points[:, 0].astype(int), prepend=-1))
    kept = set()
    for start, end in zip(columns, [*columns[1:], len(points)], strict=True):
        ys = points[start:end, 1]
        kept |= {start, start + int(ys.argmin()), start + int(ys.argmax()), end - 1}
    return points[sorted(kept)]
