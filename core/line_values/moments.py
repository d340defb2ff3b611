"""What is known of one step: before a run, and at its probes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..data.pipeline import Pipeline
from ..data.prepare import Prepared
from ..events import Event, from_number
from ..spec import Spec
from ..theory.initial_weights import initial_weights

MOST_ROWS = 256  # of a batch that a page computes with
MOST_CELLS = 1 << 15  # features of these rows


@dataclass(frozen=True, eq=False)
class Moment:
    """What is known of one step.

    Attributes:
        step: Which one; -1 before the first.
        rate: Its learning rate.
        batch_rows: Rows of the batch, of which the arrays may hold the first.
        features, targets: (k, d) and (k, 1).
        weights: The layer's, by name: `kernel` (d,), `bias` (1,), others.
        gradients: Of the weights, by name; empty where they are not told.
    """

    step: int
    rate: float
    batch_rows: int
    features: np.ndarray
    targets: np.ndarray
    weights: Mapping[str, np.ndarray]
    gradients: Mapping[str, np.ndarray] = field(default_factory=dict)


def before_the_run(spec: Spec, data: Prepared) -> Moment:
    """The first batch and the first weights, as they are declared."""
    training, rows = spec.training, len(data.x_train)
    batch = min(training.batch_size or rows, rows)
    order = np.arange(rows)
    if batch < rows:
        order = Pipeline(data, training.shuffle, training.seed).order(data.y_train, 0)
    chosen = order[: rows_shown(batch, data.x_train.shape[1])]
    flat = initial_weights(spec, len(data.features)).astype(np.float32)
    count = len(data.features)
    weights = {"kernel": flat[:count]} | ({"bias": flat[count:]} if len(flat) > count else {})
    x, y = (np.asarray(part[chosen], np.float32) for part in (data.x_train, data.y_train))
    return Moment(-1, spec.optimizer.learning_rate, batch, x, y, weights)


def at_probe(event: Event) -> Moment:
    """The step of a `probe` event."""
    rows = rows_shown(len(event["features"]), len(event["features"][0]))
    features = [[from_number(cell) for cell in row] for row in event["features"][:rows]]
    targets = [[from_number(value)] for value in event["targets"][:rows]]
    return Moment(
        event["step"],
        from_number(event["learning_rate"]),
        event["batch_rows"],
        np.array(features, np.float32),
        np.array(targets, np.float32),
        _arrays(event["weights_before"]),
        _arrays(event["gradients"]),
    )


def _arrays(told: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return {
        name: np.array([from_number(value) for value in values], np.float32)
        for name, values in told.items()
    }


def rows_shown(rows: int, features: int) -> int:
    """How many rows of a batch a page computes with."""
    return max(1, min(rows, MOST_ROWS, MOST_CELLS // max(1, features)))
