"""What a trial is fed and measured by: rows that stand for all, scaled, and their level."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from ..lazy import keras, tf
from .arrays import mapped, parts_of
from .rows import Rows

EVALUATED_ROWS = 2000
BLOCK = 4096  # rows that are standardized at once
MOST_CELLS = 5_000_000  # numbers of a table that are fed: of a larger one, rows drawn from it
LEAST_ROWS = 10_000  # of those

OWN = ("huber", "Huber", "log_cosh", "LogCosh")
OF_CLASSES = ("binary_crossentropy", "BinaryCrossentropy")

Measure = Callable[[Any, Any], Any]


def some_of(rows: Rows) -> Rows:
    """The rows, or of a table too large to be fed as many as stand for it, in their order."""
    width = sum(part[0].size for part in parts_of(rows.x))
    most = max(LEAST_ROWS, MOST_CELLS // max(width, 1))
    if rows.count <= most:
        return rows
    drawn = np.random.default_rng(0).choice(rows.count, most, replace=False)
    return rows.take(np.sort(drawn))


def evaluated(rows: Rows) -> np.ndarray:
    """The numbers of evenly chosen rows that count, by which a run is measured."""
    counting = np.arange(rows.count) if rows.weights is None else np.flatnonzero(rows.weights)
    if not len(counting):
        counting = np.arange(rows.count)
    return counting[np.unique(np.linspace(0, len(counting) - 1, EVALUATED_ROWS).astype(int))]


def with_scaling(rows: Rows, features: bool, target: bool) -> Rows:
    """The rows with their features, or their target, standardized."""
    if features:
        rows = replace(rows, x=mapped(rows.x, standardized))
    if target:
        mean, spread = rows.y.mean(), rows.y.std() or 1.0
        fed = (rows.fed_y.astype(np.float64) - mean) / spread
        rows = replace(rows, y=(rows.y - mean) / spread, fed_y=fed)
    return rows


def measure_of(loss: Any, classes: bool = False) -> Measure:
    """What a regression is measured by: its own loss where that is one, else the mean square.

    Args:
        loss: As the model was compiled with it.
        classes: Whether the targets are classes or probabilities, and its loss one of those.

    Returns:
        Of targets (n, 1) and outputs (n, k) the loss of each row (n,).
    """
    if isinstance(loss, str):
        with suppress(ValueError):
            loss = keras.losses.get(loss)
    kind = getattr(loss, "__name__", type(loss).__name__)
    if kind in ("mean_absolute_error", "MeanAbsoluteError"):
        return lambda y, outputs: tf.reduce_mean(tf.abs(y - outputs), axis=-1)
    if kind in OWN or (classes and kind in OF_CLASSES):
        own: Any = getattr(loss, "call", loss)
        return own
    return lambda y, outputs: tf.reduce_mean(tf.square(y - outputs), axis=-1)


def level_of(losses: Any, weights: Any) -> Any:
    """The mean of rows' losses (n,), each as much as it weighs; weights (n,) or None."""
    if weights is None:
        return tf.reduce_mean(losses)
    weights = tf.cast(weights, losses.dtype)
    return tf.reduce_sum(weights * losses) / tf.reduce_sum(weights)


def baseline_of(rows: Rows, measure: Measure) -> float:
    """The level of the best constant: mean, median, or the logit of the mean."""
    y = rows.y.astype(np.float32)
    mean = np.average(y[:, 0], weights=_mattering(rows))
    constants = [mean, np.median(y)]
    if 0 < mean < 1:
        constants.append(np.log(mean / (1 - mean)))  # where outputs are logits
    told = [
        float(level_of(measure(tf.constant(y), tf.fill(y.shape, np.float32(value))), rows.weights))
        for value in constants
    ]
    return min(told) or 1e-30


def _mattering(rows: Rows) -> np.ndarray | None:
    return rows.weights if rows.weights is not None and rows.weights.sum() > 0 else None


def standardized(part: np.ndarray) -> np.ndarray:
    """Each of the last axis' columns with mean 0 and deviation 1, in Keras' own precision.

    Block by block: a copy of all in float64 would double the memory.
    """
    flat = part.reshape(-1, part.shape[-1] if part.ndim > 1 else 1)
    blocks = [slice(start, start + BLOCK) for start in range(0, len(flat), BLOCK)]
    mean = sum(flat[rows].sum(axis=0, dtype=np.float64) for rows in blocks) / len(flat)
    square = sum(((flat[rows] - mean) ** 2).sum(axis=0) for rows in blocks) / len(flat)
    spread = np.sqrt(square)
    spread = np.where(spread > 0, spread, 1.0)
    made = np.empty(flat.shape, keras.config.floatx())
    for rows in blocks:
        made[rows] = (flat[rows] - mean) / spread
    return made.reshape(part.shape)
