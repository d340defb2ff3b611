"""The predicted border of stability, in a sweep's own picture: cells are squares of side 1.

A cell's centre lies at its place (0, 1, 2, …) along each axis. Where the learning rate is an axis,
the border crosses each row of cells at the critical rate, between the two values it lies between;
else it runs along the sides of cells that are on different sides of it.
"""

from collections.abc import Sequence

import numpy as np

from .spec import SweepSpec

RATE = "optimizer.learning_rate"
Line = tuple[list[float | None], list[float | None]]  # x and y; None lifts the pen


def border_of(sweep: SweepSpec, critical: Sequence[float | None]) -> Line:
    """The border's line.

    Args:
        sweep: Its axes, and the learning rates of its cells; at a constant rate only there is one
            border.
        critical: Of each cell in the order of `sweep.places`; None where theory gives none.
    """
    if not may_have_border(sweep):
        return [], []
    table = np.array([np.nan if rate is None else rate for rate in critical], float)
    shape = sweep.shape if len(sweep.shape) == 2 else (*sweep.shape, 1)
    table = table.reshape(shape)
    paths = [axis.path for axis in sweep.axes]
    if RATE in paths:
        axis = paths.index(RATE)
        rates = np.array(sweep.axes[axis].points, float)
        if (np.diff(rates) > 0).all():
            line = _along(rates, table.min(axis=axis))
            return line if axis == 0 else (line[1], line[0])
    rates = np.array([spec.optimizer.learning_rate for spec in sweep.specs]).reshape(shape)
    return _between(np.where(np.isnan(table), np.nan, rates > table))


def may_have_border(sweep: SweepSpec) -> bool:
    """Whether theory knows a largest stable rate for some cells, and each has one rate only."""
    spec = sweep.spec
    keys = {"optimizer": {spec.optimizer.key}, "schedule": {spec.schedule.key}}
    for axis in sweep.axes:
        section, _, name = axis.path.partition(".")
        if section in keys and name == "key":
            keys[section] = set(map(str, axis.points))
    squared = spec.loss.quadratic or any(axis.path == "loss.key" for axis in sweep.axes)
    plain = spec.model.activation == "linear" and spec.optimizer.clip_norm is None
    return "sgd" in keys["optimizer"] and keys["schedule"] == {"constant"} and squared and plain


def place_of(rate: float, rates: np.ndarray) -> float:
    """Where a rate lies among ascending `rates`, counted in cells; NaN outside the picture.

    Example:
        >>> place_of(0.1, np.array([0.01, 1.0]))
        0.5
    """
    if len(rates) == 1 or not np.isfinite(rate):
        return float("nan")
    if rates[0] > 0 and rate > 0:
        rate, rates = np.log(rate), np.log(rates)
    gap = int(np.clip(np.searchsorted(rates, rate) - 1, 0, len(rates) - 2))
    place = gap + (rate - rates[gap]) / (rates[gap + 1] - rates[gap])
    return float(place) if -0.5 <= place <= len(rates) - 0.5 else float("nan")


def _along(rates: np.ndarray, critical: np.ndarray) -> Line:
    """A line across the rows, one stroke for each; critical (rows,)."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, rate in enumerate(critical):
        place = place_of(float(rate), rates)
        if np.isnan(place):
            x, y = [*x, None], [*y, None]
        else:
            x, y = [*x, place, place], [*y, row - 0.5, row + 0.5]
    return x, y


def _between(unstable: np.ndarray) -> Line:
    """The sides between neighbours of which one is unstable (1) and one is not (0)."""
    x: list[float | None] = []
    y: list[float | None] = []
    for i, j in np.argwhere(np.abs(np.diff(unstable, axis=0)) == 1):
        x, y = [*x, i + 0.5, i + 0.5, None], [*y, j - 0.5, j + 0.5, None]
    for i, j in np.argwhere(np.abs(np.diff(unstable, axis=1)) == 1):
        x, y = [*x, i - 0.5, i + 0.5, None], [*y, j + 0.5, j + 0.5, None]
    return x, y
