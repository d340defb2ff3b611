"""The predicted border of stability as a line over a sweep's grid, whose cells are unit squares.

A cell's centre has its index (0, 1, 2, …) as coordinate along each axis. Where the learning rate is
an axis, the line crosses each row of cells at the critical rate, interpolated between the two
neighbouring values; else it follows the edges between stable and unstable cells.
"""

from collections.abc import Sequence

import numpy as np

from .spec import SweepSpec

RATE = "optimizer.learning_rate"
Line = tuple[list[float | None], list[float | None]]  # x and y; None separates segments


def stability_border(sweep: SweepSpec, critical_rates: Sequence[float | None]) -> Line:
    """The border as a line; empty where `may_have_border` says there is none.

    Args:
        sweep: Gives the axes, and the learning rates of its cells.
        critical_rates: Of each cell in the order of `sweep.indices`; None where theory gives none.
    """
    if not may_have_border(sweep):
        return [], []
    critical = np.array([np.nan if rate is None else rate for rate in critical_rates], float)
    shape = sweep.shape if len(sweep.shape) == 2 else (*sweep.shape, 1)
    critical = critical.reshape(shape)
    paths = [axis.path for axis in sweep.axes]
    if RATE in paths:
        axis = paths.index(RATE)
        rates = np.array(sweep.axes[axis].points, float)
        if (np.diff(rates) > 0).all():
            line = _across_rows(rates, critical.min(axis=axis))
            return line if axis == 0 else (line[1], line[0])
    rates = np.array([spec.optimizer.learning_rate for spec in sweep.specs]).reshape(shape)
    return _between_cells(np.where(np.isnan(critical), np.nan, rates > critical))


def may_have_border(sweep: SweepSpec) -> bool:
    """Whether theory gives a critical rate for some cells, and each cell has a constant rate."""
    spec = sweep.spec
    keys = {"optimizer": {spec.optimizer.key}, "schedule": {spec.schedule.key}}
    for axis in sweep.axes:
        section, _, name = axis.path.partition(".")
        if section in keys and name == "key":
            keys[section] = set(map(str, axis.points))
    squared = spec.loss.quadratic or any(axis.path == "loss.key" for axis in sweep.axes)
    linear = spec.model.activation == "linear" and spec.optimizer.clip_norm is None
    return "sgd" in keys["optimizer"] and keys["schedule"] == {"constant"} and squared and linear


def fractional_index(rate: float, rates: np.ndarray) -> float:
    """The index of a rate among ascending `rates`, interpolated; NaN outside the grid.

    Interpolates in the logarithm where all rates are positive.

    Example:
        >>> fractional_index(0.1, np.array([0.01, 1.0]))
        0.5
    """
    if len(rates) == 1 or not np.isfinite(rate):
        return float("nan")
    if rates[0] > 0 and rate > 0:
        rate, rates = np.log(rate), np.log(rates)
    left = int(np.clip(np.searchsorted(rates, rate) - 1, 0, len(rates) - 2))
    index = left + (rate - rates[left]) / (rates[left + 1] - rates[left])
    return float(index) if -0.5 <= index <= len(rates) - 0.5 else float("nan")


def _across_rows(rates: np.ndarray, critical_rates: np.ndarray) -> Line:
    """A segment across each row of cells; critical_rates (rows,)."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, rate in enumerate(critical_rates):
        index = fractional_index(float(rate), rates)
        if np.isnan(index):
            x, y = [*x, None], [*y, None]
        else:
            x, y = [*x, index, index], [*y, row - 0.5, row + 0.5]
    return x, y


def _between_cells(unstable: np.ndarray) -> Line:
    """The edges between neighbours of which one is unstable (1) and one is not (0)."""
    x: list[float | None] = []
    y: list[float | None] = []
    for i, j in np.argwhere(np.abs(np.diff(unstable, axis=0)) == 1):
        x, y = [*x, i + 0.5, i + 0.5, None], [*y, j - 0.5, j + 0.5, None]
    for i, j in np.argwhere(np.abs(np.diff(unstable, axis=1)) == 1):
        x, y = [*x, i - 0.5, i + 0.5, None], [*y, j + 0.5, j + 0.5, None]
    return x, y
