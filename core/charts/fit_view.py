"""The ways to look at a fit: a line over one feature, or predicted against actual."""

from dataclasses import dataclass

import numpy as np

from ..data.powers import base_of
from ..theory.activation import activate
from ..theory.triangle import design
from .scene import Scene, widened

PLACES = 60  # of a curved line
MOST_DATA = 2000  # rows drawn below a line
MOST_ROWS = 300  # rows drawn as predicted against actual
MOST_CELLS = 4000  # of their features, so that little is sent
OUTPUT_ROWS = 100  # rows whose outputs the events tell where they tell no weights


@dataclass(frozen=True, eq=False)
class FitView:
    """One way to look at it.

    Attributes:
        name: As a menu has it.
        kind: `line` over one feature, or `predicted` against actual.
        x: Places of the drawn values, shape (k,), in the table's units.
        design: What the weights are multiplied with there, shape (k, p); None for the outputs of
            fixed rows that the events tell.
        data: x and y of the rows shown, in the table's units.
        data_design: As `design`, at the rows.
        frame: Ranges of `x` and `y`.
        titles: Of the two axes.
    """

    name: str
    kind: str
    x: np.ndarray
    design: np.ndarray | None
    data: tuple[np.ndarray, np.ndarray]
    data_design: np.ndarray | None
    frame: dict[str, tuple[float, float]]
    titles: tuple[str, str]

    def best(self, scene: Scene) -> tuple[np.ndarray, np.ndarray]:
        """The line of least squares, or where predicted is actual."""
        if self.kind == "line":
            return self.line(scene, scene.best)
        return np.array(self.frame["x"]), np.array(self.frame["x"])

    def line(self, scene: Scene, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """What a model of these weights (p,) draws; nothing where they are not known."""
        if weights is None or self.design is None:
            return np.empty(0), np.empty(0)
        with np.errstate(all="ignore"):
            outputs = activate(scene.spec.model.activation, self.design @ weights)
            y = scene.data.unscale_target(outputs[:, None])[:, 0]
        fine = np.isfinite(y)
        return self.x[fine], y[fine]


def fit_views(scene: Scene) -> list[FitView]:
    """The ways to look at a scene, the one that is shown first first; none without finite rows."""
    data = scene.data
    fine = np.isfinite(data.x_raw_train).all(axis=1) & np.isfinite(data.y_raw_train[:, 0])
    rows = np.flatnonzero(fine)
    if not len(rows):
        return []
    along = _along_one_feature(scene, rows)
    return [along] if along else [_predicted(scene, rows)]


def spread(rows: np.ndarray, most: int) -> np.ndarray:
    """At most so many of the rows, evenly spread."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(int)]


def _along_one_feature(scene: Scene, rows: np.ndarray) -> FitView | None:
    """The line over the only feature that there is, its powers counted as one."""
    data = scene.data
    powers = _powers_of_one(scene)
    if powers is None or powers[0] != 1:
        return None
    name, shown = data.features[0], spread(rows, MOST_DATA)
    known, y = data.x_raw_train[shown, 0], data.y_raw_train[shown, 0]
    ends = widened(float(data.x_raw_train[rows, 0].min()), float(data.x_raw_train[rows, 0].max()))
    x = np.linspace(ends[0], ends[1], PLACES)
    with np.errstate(all="ignore"):
        scaled = data.scale_features(np.stack([x**power for power in powers], axis=1))
    bias = scene.spec.model.use_bias
    frame = {"x": ends, "y": widened(float(y.min()), float(y.max()), 0.15)}
    return FitView(
        f"along {name}",
        "line",
        x,
        design(scaled, bias),
        (known, y),
        design(data.x_train[shown], bias),
        frame,
        (name, data.target),
    )


def _powers_of_one(scene: Scene) -> list[int] | None:
    """The powers of the only feature that there is, in the features' order; None if of several."""
    names, degree = scene.data.features, scene.spec.data.degree
    if len(names) == 1:
        return [1]
    if degree == 1 or {base_of(name, degree) for name in names} != {names[0]}:
        return None
    return [1, *(int(name.removeprefix(f"{names[0]}^")) for name in names[1:])]


def _predicted(scene: Scene, rows: np.ndarray) -> FitView:
    """Predicted against actual, of rows spread over the table."""
    data, weights = scene.data, len(scene.names)
    whole = scene.told_whole
    most = min(MOST_ROWS, max(50, MOST_CELLS // weights)) if whole else OUTPUT_ROWS
    shown = spread(rows if whole else np.arange(len(data.x_train)), most)
    y = data.y_raw_train[shown, 0]
    fine = y[np.isfinite(y)]
    ends = widened(float(fine.min()), float(fine.max()), 0.15)
    features = design(data.x_train[shown], scene.spec.model.use_bias) if whole else None
    return FitView(
        "predicted against actual",
        "predicted",
        y,
        features,
        (np.empty(0), np.empty(0)),
        None,
        {"x": ends, "y": ends},
        (f"actual {data.target}", f"predicted {data.target}"),
    )
