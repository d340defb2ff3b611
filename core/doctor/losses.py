"""Losses that do not suit a regression, or not these targets."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..diagnosis.finding import Fact, Finding
from ..theory.wording import figure
from .rows import Rows

UNSUITED = {  # losses that are none of a regression
    "BinaryCrossentropy": "binary_crossentropy",
    "BinaryFocalCrossentropy": "binary_focal_crossentropy",
    "CategoricalCrossentropy": "categorical_crossentropy",
    "CategoricalFocalCrossentropy": "categorical_focal_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
    "Hinge": "hinge",
    "SquaredHinge": "squared_hinge",
    "CategoricalHinge": "categorical_hinge",
    "KLDivergence": "kl_divergence",
    "CosineSimilarity": "cosine_similarity",
}
PROBABILITIES = ("binary_crossentropy", "binary_focal_crossentropy")
DIVIDING = ("mean_absolute_percentage_error", "MeanAbsolutePercentageError", "mape")
LOGARITHMIC = ("mean_squared_logarithmic_error", "MeanSquaredLogarithmicError", "msle")
BEYOND = ("linear", "tanh", "relu")  # activations that give more than probabilities
ONE_OF_ONE = ("categorical_crossentropy", "sparse_categorical_crossentropy", "cosine_similarity")


def loss_name(model: Any) -> str:
    """Keras' word for the compiled loss."""
    loss = model.loss
    if isinstance(loss, str):
        return {key: name for name, key in UNSUITED.items()}.get(loss, loss)
    return getattr(loss, "__name__", type(loss).__name__)


def unsuited_loss(model: Any, rows: Rows) -> Iterator[Finding]:
    """A loss that is smallest somewhere else than at the targets."""
    name = loss_name(model)
    key, y = UNSUITED.get(name, name), rows.y
    if name in DIVIDING or name in LOGARITHMIC:
        yield from _outside(name, y)
    if key not in UNSUITED.values():
        return
    inside = bool(((y >= 0) & (y <= 1)).all())
    if key in PROBABILITIES and inside:
        return  # probabilities, or classes 0 and 1
    if key in ("hinge", "squared_hinge") and set(np.unique(y)) <= {-1.0, 0.0, 1.0}:
        return
    why = "it has no minimum where outputs equal targets"
    if key in PROBABILITIES:
        why = f"it wants targets from 0 to 1, and these go from {figure(float(y.min()))} to "
        why += f"{figure(float(y.max()))}, so that it falls without end"
    elif key in ONE_OF_ONE:
        why = "of one output it is the same whatever that output is"
    text = f"The loss `{key}` is none of a regression: {why}."
    shown = Fact("largest target", float(y.max()), 1.0, f"targets up to {figure(float(y.max()))}")
    yield Finding("fault:unsuited-loss", "loss", "error", text, (shown,))


def is_of_classes(model: Any, rows: Rows) -> bool:
    """Whether the loss is one of probabilities or classes, and so are the targets."""
    name = loss_name(model)
    of_classes = UNSUITED.get(name, name) in UNSUITED.values()
    return of_classes and not list(unsuited_loss(model, rows))


def _outside(name: str, y: np.ndarray) -> Iterator[Finding]:
    """Targets that such a loss has no use for."""
    if name in DIVIDING:
        count, why = int((np.abs(y) < 1e-6).sum()), "are 0, and it divides by the target"
    else:
        count, why = int((y < 0).sum()), "are below 0: it has no logarithm of them and takes 0"
    if count:
        text = f"The loss `{name}` does not suit these targets: {count:,} of {len(y):,} {why}."
        shown = Fact("targets that do not suit", count, 0, f"{count:,} targets")
        yield Finding("fault:unsuited-loss", "loss", "error", text, (shown,))


def from_outside(model: Any, activation: str | None) -> Iterator[Finding]:
    """A loss that takes outputs for probabilities, and outputs that are none.

    Args:
        model: Compiled.
        activation: Of its last layer, Keras' key; None where that is not known.
    """
    name = loss_name(model)
    if UNSUITED.get(name, name) not in PROBABILITIES or activation not in (
        "linear",
        "tanh",
        "relu",
    ):
        return
    if getattr(model.loss, "_fn_kwargs", {}).get("from_logits", False):
        return
    text = (
        f"The loss takes the outputs for probabilities, and behind {activation} they are none: "
        "those outside of 0 to 1 are cut off, and no gradient comes from them. Use "
        "`BinaryCrossentropy(from_logits=True)`, or a sigmoid behind the last layer."
    )
    shown = Fact("lowest output of a probability", None, 0.0, f"activation {activation}")
    yield Finding("fault:logits-as-probabilities", "loss", "error", text, (shown,))
