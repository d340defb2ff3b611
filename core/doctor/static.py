"""What can be seen of a model and its rows without running it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..diagnosis.finding import Fact, Finding
from ..diagnosis.reach import span_in_words
from ..lazy import keras, tf
from ..model.activations import ACROSS_UNITS, RANGES
from ..theory.wording import figure
from .compiled import key_of_activation
from .losses import UNSUITED, loss_name
from .probing import tensors
from .rows import Rows
from .trial import flat_layers

LARGE = 10.0  # times the usual


def non_finite(rows: Rows) -> Iterator[Finding]:
    """Rows that hold NaN or infinity."""
    table = rows.table()
    bad = ~np.isfinite(table) if table.dtype.kind == "f" else np.zeros(table.shape, bool)
    bad_y = ~np.isfinite(rows.y[:, 0])
    count = int((bad.any(axis=1) | bad_y).sum())
    if not count:
        return
    counts = [*bad.sum(axis=0).tolist(), int(bad_y.sum())]
    worst = [*rows.names, rows.target][int(np.argmax(counts))]
    text = (
        f"{count:,} of {rows.count:,} rows hold NaN or infinity, most of them in {worst}: the loss "
        "is NaN as soon as a batch holds one of them."
    )
    shown = Fact("rows that are not finite", count, 0, f"{count:,} rows, where it should be 0")
    yield Finding("non-finite-values", "data", "error", text, (shown,))


def finite_rows(rows: Rows) -> np.ndarray:
    """Which rows (n,) are finite."""
    table = rows.table()
    fine = np.isfinite(rows.y[:, 0])
    return fine & np.isfinite(table).all(axis=1) if table.dtype.kind == "f" else fine


def last_activation(model: Any) -> tuple[str, Any] | None:
    """Keras' key of what the output passes through, and the layer; None where it is not known."""
    layers = [layer for layer in flat_layers(model) if not isinstance(layer, keras.Model)]
    for layer in reversed(layers):
        if type(layer).__name__ in ("InputLayer", "Flatten", "Reshape", "Dropout"):
            continue
        if not type(layer).__module__.startswith("keras."):
            return None
        key = key_of_activation(layer)
        return (key, layer) if key in RANGES else None
    return None


def unreachable(model: Any, rows: Rows, width: int) -> Iterator[Finding]:
    """Targets that the last activation cannot give."""
    found = last_activation(model)
    if found is None:
        return
    key = found[0]
    low, high = RANGES[key]
    if key in ACROSS_UNITS and width > 1:
        low, high = 0.0, 1.0
    y = rows.y[:, 0]
    out = (y < low) | (y > high)
    if not out.any():
        return
    distance = float(np.mean((y - np.clip(y, low, high)) ** 2))
    best = line_left(rows)
    variance = float(y.var())
    severe = distance > (best if best is not None else 0.5) * variance
    text = (
        f"{int(out.sum()):,} of {rows.count:,} targets lie outside what {key} can give, "
        f"{span_in_words(low, high)}, so the mean squared error cannot fall below "
        f"{figure(distance)}."
    )
    share = distance / variance if variance else 0.0
    facts = (
        Fact("targets out of reach", int(out.sum()), 0, f"{int(out.sum()):,} targets"),
        Fact("least mean squared error over the variance of y", share, None, figure(share)),
    )
    level = "error" if severe else "note"
    yield Finding("target-unreachable-by-activation", "hyperparameters", level, text, facts)


def line_left(rows: Rows) -> float | None:
    """The share of the target's variance that least squares leaves; None where it says nothing."""
    table = rows.table()
    count, width = table.shape
    variance = float(rows.y.var())
    if width > 500 or count < 2 * (width + 1) or variance == 0:
        return None
    values = table.astype(np.float64)
    spread = values.std(axis=0)
    values = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    gram = values.T @ values
    pulled = values.T @ (rows.y[:, 0] - rows.y.mean())
    best = np.linalg.lstsq(gram, pulled, rcond=None)[0]
    return float(max(0.0, 1 - (best @ pulled) / (count * variance)))


@dataclass(frozen=True, eq=False)
class FirstStep:
    """The first gradient of a model, on some of its rows.

    Attributes:
        outputs: Shape (k, …).
        none: Names of variables that the loss does not hang on.
        zero: Whether every gradient of a kernel is 0; a last bias may have one all the same.
    """

    outputs: np.ndarray
    none: tuple[str, ...]
    zero: bool


def first_step(model: Any, rows: Rows) -> FirstStep:
    """Its loss, differentiated once."""
    some = np.unique(np.linspace(0, rows.count - 1, 500).astype(int))
    part = rows.take(some)
    x, y = tensors(part)
    variables = model.trainable_variables
    with tf.GradientTape() as tape:
        outputs = model(x, training=False)
        flat = tf.reshape(tf.cast(outputs, "float32"), (len(some), -1))
        target = tf.cast(tf.reshape(y, (-1, 1)), "float32")
        loss = tf.reduce_mean(tf.square(flat - target))
    slopes = tape.gradient(loss, variables)
    known = [slope for slope in slopes if slope is not None and len(slope.shape) > 1]
    dense = [np.asarray(tf.convert_to_tensor(slope)) for slope in known]
    return FirstStep(
        outputs=np.asarray(flat),
        none=tuple(v.path for v, slope in zip(variables, slopes, strict=True) if slope is None),
        zero=bool(dense) and not any(part.any() for part in dense),
    )


def of_structure(model: Any, rows: Rows, step: FirstStep) -> Iterator[Finding]:
    """Shapes that broadcast, weights that cannot learn."""
    width = step.outputs.shape[1]
    if width != 1 and loss_name(model) not in UNSUITED:
        text = (
            f"Each row gives {width} numbers and has one target: the loss compares each of them "
            "with that one, by broadcasting. The last layer should give one number for a row: "
            "`Dense(1)` behind a `Flatten`, or `return_sequences=False`."
        )
        shown = Fact("numbers given for a row", width, 1, f"{width}, where it should be 1")
        yield Finding("fault:broadcast-loss", "loss", "error", text, (shown,))
    weights = [layer for layer in flat_layers(model) if layer.weights and not _whole(layer)]
    frozen = [layer.name for layer in weights if not layer.trainable and _learns(layer)]
    if not model.trainable_variables:
        text = "No weight can move: every layer has `trainable=False`."
        shown = Fact("weights that learn", 0, None, "0 weights learn")
        yield Finding("fault:frozen-weights", "gradient", "error", text, (shown,))
    elif step.none:
        text = (
            f"The loss does not hang on {', '.join(step.none[:3])}: no gradient reaches them, so "
            "they stay as they are."
        )
        shown = Fact("weights without a gradient", len(step.none), 0, f"{len(step.none)} of them")
        yield Finding("fault:frozen-weights", "gradient", "warning", text, (shown,))
    elif frozen:
        text = f"The weights of {', '.join(frozen[:3])} are frozen (`trainable=False`)."
        shown = Fact("frozen layers", len(frozen), 0, f"{len(frozen)} layers")
        yield Finding("fault:frozen-weights", "gradient", "note", text, (shown,))
    if step.zero:
        text = (
            "The gradient of every kernel is 0 at the first weights: all units of a layer are off, "
            "or the output lies where its activation is flat, so that none of them will ever move."
        )
        if all(not np.asarray(v).any() for v in model.trainable_variables if len(v.shape) > 1):
            text = (
                "The gradient of every kernel is 0, because every kernel begins with 0: leave out "
                "`kernel_initializer`, so that they are drawn at random."
            )
        shown = Fact("largest gradient", 0.0, None, "the largest gradient is 0")
        yield Finding("fault:dead-units", "gradient", "error", text, (shown,))


def large_weights(model: Any) -> Iterator[Finding]:
    """A kernel far larger than any usual initializer draws (Glorot and Bengio, 2010)."""
    for variable in model.trainable_variables:
        if len(variable.shape) != 2:
            continue
        size = float(np.asarray(variable, np.float64).std())
        usual = float(np.sqrt(2 / sum(variable.shape)))
        if size > LARGE * usual:
            text = (
                f"The weights of {variable.path} begin {figure(size / usual)} × as large as "
                "`glorot_uniform` draws them: the first outputs are as far off, and the steps as "
                "long. Leave out the initializer."
            )
            shown = Fact("standard deviation of the weights", size, usual, figure(size))
            yield Finding("fault:large-init", "initialization", "error", text, (shown,))


def _whole(layer: Any) -> bool:
    return isinstance(layer, keras.Model)


def _learns(layer: Any) -> bool:
    """Whether a layer is of a kind that would learn if it could."""
    return type(layer).__name__ not in ("Normalization", "Embedding") and not (
        type(layer).__name__.startswith(("Random", "Discretization", "String", "Category"))
    )


def of_data(rows: Rows) -> Iterator[Finding]:
    """Columns that hold one value; targets that do; rows that weigh less than nothing."""
    table = rows.table()
    negative = 0 if rows.weights is None else int((rows.weights < 0).sum())
    if negative:
        text = (
            f"{negative:,} of {rows.count:,} sample weights are negative: the loss falls without "
            "end as the model moves away from those rows."
        )
        shown = Fact("negative sample weights", negative, 0, f"{negative:,} of them")
        yield Finding("fault:negative-weights", "data", "error", text, (shown,))
    if float(np.ptp(rows.y)) == 0:
        text = f"All targets are {figure(float(rows.y[0, 0]))}: there is nothing to learn."
        shown = Fact("standard deviation of the target", 0.0, None, "it is 0")
        yield Finding("no-linear-signal", "data", "warning", text, (shown,))
    if table.shape[1] > 2000 or rows.count < 2:
        return
    constant = [
        n for n, spread in zip(rows.names, np.ptp(table, axis=0), strict=True) if not spread
    ]
    if constant:
        text = f"{', '.join(constant[:3])} hold{'s' * (len(constant) == 1)} one and the same value."
        shown = Fact("constant features", len(constant), 0, f"{len(constant)} of them")
        yield Finding("constant-feature", "data", "note", text, (shown,))
