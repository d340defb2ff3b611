"""The ways to look at a fit: a line over one feature, or predicted against actual."""

from dataclasses import dataclass, replace

import numpy as np

from ..data.powers import base_of
from ..theory.activation import activate
from ..theory.triangle import design
from .scene import MOST_CELLS, Scene, spread, widened

PLACES, FEWER_PLACES = 60, 24  # of a curved line: alone, and among several
MOST_FEATURES, MOST_BESIDE = 8, 120  # along which one may look, and rows drawn then
MOST_DATA = 2000  # rows drawn below a line
MOST_ROWS = 300  # rows drawn as predicted against actual
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
        best: x and y of the line of least squares, or of where predicted is actual.
        order: Which of the outputs that the events tell is at which place, shape (k,); None where
            they are in order, or where the weights say them.
    """

    name: str
    kind: str
    x: np.ndarray
    design: np.ndarray | None
    data: tuple[np.ndarray, np.ndarray]
    data_design: np.ndarray | None
    frame: dict[str, tuple[float, float]]
    titles: tuple[str, str]
    best: tuple[np.ndarray, np.ndarray]
    order: np.ndarray | None = None

    def line(self, scene: Scene, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """What a model of these weights (p,) draws; nothing where that is not known."""
        return _line(scene, self.x, self.design, weights)


def fit_views(scene: Scene) -> list[FitView]:
    """The ways to look at a scene, the one that is shown first first; none without finite rows."""
    data = scene.data
    fine = np.isfinite(data.x_raw_train).all(axis=1) & np.isfinite(data.y_raw_train[:, 0])
    rows = np.flatnonzero(fine)
    if not len(rows):
        return []
    groups = _powers_of_features(scene)
    alone = len(groups) == 1 and sum(map(len, groups.values())) == len(data.features)
    if not scene.told_whole or (scene.breaks_layer and not alone):
        return [_predicted(scene, rows)]
    if alone:
        view = _along(scene, rows, next(iter(groups.values())), MOST_DATA)
        return [_of_outputs(scene, view) if scene.breaks_layer else view]
    places = FEWER_PLACES if scene.spec.model.activation != "linear" else 2
    most = min(MOST_FEATURES, max(1, MOST_CELLS // (places * len(scene.names))))
    several = list(groups.values())[:most]
    return [_predicted(scene, rows), *(_along(scene, rows, g, MOST_BESIDE) for g in several)]


def start_outputs(scene: Scene) -> np.ndarray:
    """What a correct layer gives before the first step at the rows whose outputs are told."""
    shown = spread(np.arange(len(scene.data.x_train)), OUTPUT_ROWS)
    features = design(scene.data.x_train[shown], scene.spec.model.use_bias)
    with np.errstate(all="ignore"):
        return activate(scene.spec.model.activation, features @ scene.start)


def _along(scene: Scene, rows: np.ndarray, group: dict[int, int], most: int) -> FitView:
    """The line over one feature, its powers with it, the others at their mean."""
    data, bias = scene.data, scene.spec.model.use_bias
    first = min(group, key=group.__getitem__)
    name, shown = data.features[first], spread(rows, most)
    known, y = data.x_raw_train[shown, first], data.y_raw_train[shown, 0]
    column = data.x_raw_train[rows, first]
    ends = widened(float(column.min()), float(column.max()))
    straight = len(group) == 1 and scene.spec.model.activation == "linear"
    alone = len(group) == len(data.features)
    x = np.linspace(ends[0], ends[1], PLACES if alone else 2 if straight else FEWER_PLACES)
    raw = np.tile(data.x_raw_train[rows].mean(axis=0), (len(x), 1))
    with np.errstate(all="ignore"):
        for place, power in group.items():
            raw[:, place] = x**power
        scaled = data.scale_features(raw)
    places = design(scaled, bias)
    return FitView(
        f"along {name}",
        "line",
        x,
        places,
        (known, y),
        design(data.x_train[shown], bias) if alone else None,
        {"x": ends, "y": widened(float(y.min()), float(y.max()), 0.15)},
        (name, data.target),
        _line(scene, x, places, scene.best),
    )


def _of_outputs(scene: Scene, view: FitView) -> FitView:
    """The same line through what a layer with a bug gives, which its weights do not say."""
    column = scene.data.x_raw_train[:, scene.data.features.index(view.titles[0])]
    told = column[spread(np.arange(len(column)), OUTPUT_ROWS)]
    order = np.argsort(told, kind="stable")
    order = order[np.isfinite(told[order])]
    return replace(view, x=told[order], design=None, data_design=None, order=order)


def _line(
    scene: Scene, x: np.ndarray, places: np.ndarray | None, weights: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """x and y of a model of these weights (p,) where they are multiplied with `places` (k, p)."""
    if weights is None or places is None:
        return np.empty(0), np.empty(0)
    with np.errstate(all="ignore"):
        outputs = activate(scene.spec.model.activation, places @ weights)
        y = scene.data.unscale_target(outputs[:, None])[:, 0]
    fine = np.isfinite(y)
    return x[fine], y[fine]


def _powers_of_features(scene: Scene) -> dict[str, dict[int, int]]:
    """For each feature the columns that are powers of it, and which."""
    groups: dict[str, dict[int, int]] = {}
    names, degree = scene.data.features, scene.spec.data.degree
    for place, name in enumerate(names):
        base = base_of(name, degree) if degree > 1 else name
        power = 1
        if base in groups and base != name:
            power = int(name.removeprefix(f"{base}^"))
        groups.setdefault(name if power == 1 else base, {})[place] = power
    return groups


def _predicted(scene: Scene, rows: np.ndarray) -> FitView:
    """Predicted against actual, of rows spread over the table."""
    data, weights = scene.data, len(scene.names)
    whole = scene.told_whole and not scene.breaks_layer
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
        (np.array(ends), np.array(ends)),
    )
