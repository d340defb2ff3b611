"""Few, readable labels on logarithmic axes: 0.01, 1, 100, 10 k, 10⁶, never two over each other.

Plotly chooses the ticks: powers of ten, or 1, 2 and 5 times those; a scale within one power has the
labels of a linear one. Between 1 and 1.2 powers of ten `MOST` ticks would make it label each digit;
there `FEWER` are asked for, here and by `keepTicksFew` in `pages/ui/live_view.js`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go

MOST, FEWER = 4, 3
NARROW = 1.25  # powers of ten below which there are to be fewer
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
POWERS = range(-30, 41)  # of float32's losses, and of the tick above the largest
DIGITS_OF = range(-4, 8)  # powers of which 2 and 5 times are labelled, where little is spanned


def _word(digit: int, power: int) -> str:
    """`digit` · 10^`power` as a label."""
    if -4 < power < 0:
        return f"{digit * 10**power:.{-power}f}"
    if 0 <= power < 3:
        return f"{digit * 10**power:g}"
    if 3 <= power < 6:
        return f"{digit * 10 ** (power - 3)} k"
    shown = f"10{str(power).translate(SUPERSCRIPT)}"
    return shown if digit == 1 else f"{digit}·{shown}"


def _plotly(digit: int, power: int) -> str:
    """The same as Plotly would write it."""
    return f"{digit}e{'+' if power > 0 else '−'}{abs(power)}"


LABELS = {
    _plotly(digit, power): _word(digit, power)
    for digit, powers in ((1, POWERS), (2, DIGITS_OF), (5, DIGITS_OF))
    for power in powers
    if abs(power) > 2
}
LOG: dict[str, Any] = {
    "type": "log",
    "exponentformat": "e",
    "minorloglabels": "complete",
    "labelalias": LABELS,
    "tickformatstops": [{"dtickrange": [None, "L1e99"], "value": "~g"}],  # within a power of ten
    "nticks": MOST,
}


def most_ticks(low: float, high: float) -> int:
    """How many ticks to ask for on a logarithmic axis between two positive values."""
    return FEWER if np.log10(high) - np.log10(low) < NARROW else MOST


def keep_ticks_few(figure: go.Figure) -> None:
    """Asks for no more ticks than have room on each logarithmic axis of a figure with its data."""
    for letter in "xy":
        for axis in figure.select_xaxes() if letter == "x" else figure.select_yaxes():
            if axis.type != "log":
                continue
            if axis.range:
                axis.nticks = most_ticks(*(10.0**end for end in axis.range))
                continue
            name = axis.plotly_name.replace("axis", "")
            shown = [value for value in _values(figure, letter, name) if value > 0]
            if shown:
                axis.nticks = most_ticks(min(shown), max(shown))


def _values(figure: go.Figure, letter: str, name: str) -> Iterator[float]:
    """What lies on one axis of a figure: the traces' values and the shapes' ends."""
    traces: Any = figure.data
    for trace in traces:
        if (getattr(trace, f"{letter}axis", None) or letter) == name:
            values: Iterable[Any] = trace[letter] if trace[letter] is not None else ()
            yield from (float(value) for value in values if isinstance(value, int | float))
    layout: Any = figure.layout
    for shape in layout.shapes:
        if (shape[f"{letter}ref"] or letter) == name:
            yield from (shape[f"{letter}0"], shape[f"{letter}1"])
