"""Why a run has no picture of some kind."""

import numpy as np

from ..theory.extremes import MOST_FEATURES
from .scene import Scene

NOT_FINITE = "Some values of the table are not finite, so the loss has no shape."


def why_absent(kind: str, scene: Scene) -> str:
    """A sentence for who looks for it; empty for a picture that only the table's owner sees.

    Args:
        kind: Key of the chart: `fit`, `surface` or `valley`.
        scene: Of which it has none.
    """
    if kind == "fit":
        return "" if scene.private else "No row of the table has finite values alone."
    if scene.is_wide:
        return _of_many_columns(scene)
    if scene.problem is None:
        return NOT_FINITE
    if kind == "surface":
        return "With one weight the loss is a curve and no surface: see the valley."
    if not scene.told_whole and not scene.quadratic:
        whose = "their owner's alone" if scene.private else "told of up to 64 features"
        return f"This loss is no parabola: its cut is computed of weights, which are {whose}."
    return "The loss is flat: it does not hang on the weights."


def _of_many_columns(scene: Scene) -> str:
    count = f"With {len(scene.data.features):,} features, powers counted,"
    if len(scene.data.features) > MOST_FEATURES:
        return f"{count} the shape of the loss is not computed: up to {MOST_FEATURES:,} it is."
    if not scene.quadratic:
        return f"{count} this picture is of a squared loss without an activation alone."
    if scene.awaited:
        return f"{count} a worker computes the shape of the loss: it stands here in some seconds."
    if np.isfinite(scene.data.x_train).all() and np.isfinite(scene.data.y_train).all():
        return f"{count} the shape of the loss could not be computed."
    return NOT_FINITE
