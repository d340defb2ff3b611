"""What the pictures of a run are drawn from: the table as the layer sees it, and its loss."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np

from ..data.prepare import Prepared
from ..events import number
from ..spec import Spec
from ..theory.extremes import ExtremeSection
from ..theory.initial_weights import initial_weights
from ..theory.problem import Problem
from ..theory.rows_loss import RowsLoss
from ..theory.section import Section, first_update
from ..theory.spectrum import MOST_FEATURES_AT_ONCE, spectrum_of

MOST_WEIGHTS_TOLD = 64  # features up to which the events tell every weight
MOST_LOSS_ROWS = 200  # rows that the browser computes a loss of
MOST_CELLS = 2500  # of their features, so that little is sent
LONGEST_TITLE = 34  # characters of an axis' title: a small chart is 220 pixels high
DIGITS = 7  # of the numbers that are sent: about float32's


class Scene:
    """A spec and its prepared table.

    Nothing in it depends on the learning rate.

    Args:
        spec: What is run; the loss is that of the correct program, whatever its bug.
        data: Its table.
        private: Whether the viewer may see neither rows nor names of the table.
        extremes: Of a table with many columns, the loss along two directions, as a worker tells it.
        awaited: Whether a worker has yet to tell it.
    """

    def __init__(
        self,
        spec: Spec,
        data: Prepared,
        private: bool = False,
        extremes: ExtremeSection | None = None,
        awaited: bool = False,
    ):
        self.spec, self.data, self.private = spec, data, private
        self.extremes, self.awaited = extremes, awaited

    @property
    def told_whole(self) -> bool:
        """Whether the events tell every weight to this viewer."""
        return not self.private and len(self.data.features) <= MOST_WEIGHTS_TOLD

    @property
    def breaks_layer(self) -> bool:
        """Whether the layer has a bug, so that its weights do not say what it gives."""
        bug = self.spec.bug
        return bug is not None and bug.breaks() == "Layer"

    @property
    def names(self) -> tuple[str, ...]:
        """Of the weights: the features', and the bias last."""
        return (*self.data.features, "bias") if self.spec.model.use_bias else self.data.features

    @property
    def titles(self) -> tuple[str, ...]:
        """What the axes of weights are called."""
        features = tuple(shortened(f"weight of {name}") for name in self.data.features)
        return (*features, "bias") if self.spec.model.use_bias else features

    @cached_property
    def start(self) -> np.ndarray:
        """The weights before the first step, shape (p,)."""
        return initial_weights(self.spec, len(self.data.features))

    @property
    def is_wide(self) -> bool:
        """Whether there are too many features for a page to decompose the table."""
        return len(self.data.features) > MOST_FEATURES_AT_ONCE

    @cached_property
    def problem(self) -> Problem | None:
        """The loss; None where values are not finite, or there are too many features."""
        if self.is_wide:
            return None
        spectrum = spectrum_of(self.data, self.spec.model.use_bias)
        return None if spectrum is None else Problem(self.spec, self.data, spectrum)

    @cached_property
    def quadratic(self) -> bool:
        """Whether the loss is a quadratic function of the weights."""
        return self.spec.model.activation == "linear" and self.spec.loss.quadratic

    @cached_property
    def update(self) -> np.ndarray | None:
        """The first update for a learning rate of 1, shape (p,); None where it is not linear."""
        if self.problem is None:
            return None
        return first_update(self.spec, self.problem, self.start)

    @cached_property
    def best(self) -> np.ndarray | None:
        """The best weights, shape (p,): of least squares, or low ones behind an activation."""
        if self.problem is None:
            return None
        if self.spec.model.activation == "linear":
            return self.problem.spectrum.best_weights
        return None if self.rows_loss is None else self.rows_loss.lowest(self.start)

    @cached_property
    def rows_loss(self) -> RowsLoss | None:
        """The loss of some rows, where it is not quadratic and the viewer may see them."""
        if self.problem is None or self.quadratic or not self.told_whole:
            return None
        most = min(MOST_LOSS_ROWS, max(50, MOST_CELLS // len(self.names)))
        return RowsLoss.of(self.spec, self.data, spread(np.arange(self.problem.rows), most))

    @property
    def arrow(self) -> str | None:
        """Which next step is known in closed form: `always`, of the `start` alone, or none."""
        if (self.extremes or self).update is None:
            return None
        optimizer, rows = self.spec.optimizer, len(self.data.x_train)
        whole = (self.spec.training.batch_size or rows) >= rows
        plain = optimizer.key == "sgd" and not optimizer.momentum and optimizer.clip_norm is None
        return "always" if plain and self.quadratic and whole else "start"

    def loss_told(self) -> dict[str, Any]:
        """What the browser computes the loss of any weights from."""
        if self.extremes:
            optimal = self.extremes.optimal_loss
            return {"form": "quadratic", "best_weights": None, "optimal": optimal}
        if self.quadratic and self.problem is not None:
            best = self.problem.spectrum.best_weights
            told: dict[str, Any] = {
                "form": "quadratic",
                "best_weights": short(best) if self.told_whole else None,
                "optimal": float(self.problem.full_loss(best)),
            }
            if (
                self.told_whole and self.spec.bug
            ):  # the events tell the loss that it has with the bug
                told["hessian"] = short(self._hessian())
            return told
        if self.rows_loss is None:
            return {"form": "none"}
        rows = self.rows_loss
        return {
            "form": "rows",
            "of_rows": self.problem.rows if self.problem else len(rows.target),
            "design": short(rows.design),
            "target": short(rows.target),
            "loss": self.spec.loss.model_dump(exclude={"reduction"}),
            "activation": rows.activation,
            "scale": rows.scale,
        }

    def weights_told(self) -> dict[str, Any] | None:
        """What the browser makes the plane over any two weights from; None where it may not.

        `hessian` is the triangle above and with the diagonal, row by row; None where the loss is
        not quadratic.
        """
        if self.problem is None or not self.told_whole:
            return None
        hessian = short(self._hessian()) if self.quadratic else None
        return {
            "names": self.names,
            "titles": self.titles,
            "best": None if self.best is None else short(self.best),
            "update": None if self.update is None else short(self.update),
            "hessian": hessian,
        }

    def _hessian(self) -> np.ndarray:
        """The triangle above and with the diagonal, row by row."""
        assert self.problem is not None
        triangle, factor = self.problem.weighed
        with np.errstate(over="ignore", invalid="ignore"):
            whole = 2 * factor * (triangle.factor.T @ triangle.factor)
        return whole[np.triu_indices(len(whole))]

    def section(self, directions: np.ndarray) -> Section | None:
        """The section of the loss along these; None where it is not quadratic."""
        if self.problem is None or not self.quadratic:
            return None
        return Section.of(self.problem, directions)


def short(values: Any, digits: int = DIGITS) -> Any:
    """Numbers as they are sent: few digits, rows as lists, not finite ones as text."""
    if isinstance(values, np.ndarray):
        values = values.tolist()
    if isinstance(values, Iterable):
        return [short(value, digits) for value in values]
    return number(float(f"{values:.{digits}g}"))


def shortened(text: str) -> str:
    """A text that stands beside an axis, without its middle where it would not find room there."""
    half = LONGEST_TITLE // 2
    return text if len(text) <= LONGEST_TITLE else f"{text[:half]}…{text[-half + 1 :]}"


def spread(rows: np.ndarray, most: int) -> np.ndarray:
    """At most so many of the rows, evenly spread."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(int)]


def with_choices(views: list[dict[str, Any]]) -> dict[str, Any]:
    """The first view's fields, and all views by name; the first one's are not sent twice."""
    return {**views[0], "choices": [{"name": views[0]["name"]}, *views[1:]]}


def widened(low: float, high: float, room: float = 0.06) -> tuple[float, float]:
    """A range with some room at both ends."""
    span = (high - low) or abs(high) or 1.0
    return low - room * span, high + room * span
