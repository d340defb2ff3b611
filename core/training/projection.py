"""What the events tell of a run's weights: all of them, or what a picture needs of very many."""

from typing import Any

import numpy as np

from ..data.prepare import Prepared
from ..events import float32_numbers, number
from ..spec import Spec
from ..theory.activation import activate
from ..theory.extremes import extremes_of
from ..theory.triangle import design

MOST_FEATURES_TOLD = 64  # features up to which every weight is told
OUTPUT_ROWS = 100  # whose outputs are told of a wider layer
DIGITS = 7  # of a coordinate
DIGITS_TOLD = 12  # characters of a float32, with the comma behind it
NONE = np.empty(0, np.float32)


class Projection:
    """The weights of one run as its events tell them.

    Args:
        spec: Of the run.
        data: Its table.

    Attributes:
        rows: Positions of the training rows whose outputs are told; empty for a narrow layer
            that is correct.
    """

    def __init__(self, spec: Spec, data: Prepared):
        bias, features = spec.model.use_bias, len(data.features)
        self._activation, self._size = spec.model.activation, features + bias
        self.whole = features <= MOST_FEATURES_TOLD
        self.rows = np.empty(0, int)
        if not self.whole or breaks_layer(spec):
            self.rows = rows_told(len(data.x_train))
        self._design = design(data.x_train[self.rows], bias)
        extremes = extremes_of(data, bias)
        self._directions = extremes and extremes.directions

    @property
    def size(self) -> int:
        """Bytes of what is told once, about."""
        return DIGITS_TOLD * (len(self.rows) + (self._size if self.whole else 0))

    def of(self, weights: np.ndarray, outputs: np.ndarray = NONE) -> dict[str, Any]:
        """The fields of an event.

        Args:
            weights: Kernel and bias, shape (p,), float32; of a layer that a bug has built in
                another shape, however many there are.
            outputs: What a layer with a bug has made of the fixed rows; empty of a correct one.

        Returns:
            `weights`, where there are few; `coordinates` along the steepest and the flattest
            direction; `outputs` of the fixed rows, where the weights are not told or do not say
            what the layer gives.
        """
        told: dict[str, Any] = {"weights": float32_numbers(weights) if self.whole else []}
        if len(outputs):
            told["outputs"] = float32_numbers(outputs)
        if len(weights) != self._size:
            return told
        values = weights.astype(np.float64)
        with np.errstate(all="ignore"):
            if self._directions is not None:
                places = (self._directions @ values).tolist()
                told["coordinates"] = [number(float(f"{place:.{DIGITS}g}")) for place in places]
            if not self.whole and "outputs" not in told:
                outputs = activate(self._activation, self._design @ values)
                told["outputs"] = float32_numbers(outputs.astype(np.float32))
        return told


def breaks_layer(spec: Spec) -> bool:
    """Whether a run's layer has a bug, so that its weights do not say what it gives."""
    return spec.bug is not None and spec.bug.breaks() == "Layer"


def rows_told(rows: int) -> np.ndarray:
    """Positions of the rows, of so many, whose outputs are told."""
    return np.unique(np.linspace(0, rows - 1, min(rows, OUTPUT_ROWS)).astype(int))
