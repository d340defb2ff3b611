"""A sweep's spec: a run's spec, and one or two axes: knobs with the values they take."""

from collections.abc import Sequence
from functools import cached_property
from itertools import product
from math import prod
from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field, TypeAdapter, model_validator

from ..choice import Frozen
from ..spec import Document, Spec

MAX_RUNS = 4096
MAX_POINTS = 1024  # of one axis
SIGNIFICANT_DIGITS = 6  # of a range's values, which links contain and the chart shows

INTEGER_KNOBS = {
    "training.epochs",
    "data.degree",
    "training.batch_size",
    "training.seed",
    "schedule.decay_steps",
    "schedule.first_decay_steps",
    "schedule.warmup_steps",
    "schedule.patience",
    "schedule.cooldown",
}

Value = bool | int | float | str | None


class Axis(Frozen):
    """A knob and its values: listed, or `count` of them from `low` to `high`.

    Attributes:
        path: The knob as `--set` names it: `optimizer.learning_rate`.
        values: The values one by one; None where a range is given.
        low, high: The range's ends, both among the values.
        count: How many values the range has; fewer where rounding to integers makes some equal.
        scale: Spacing of the values: by equal factors (`log`) or equal differences (`linear`).

    Example:
        >>> Axis(path="optimizer.learning_rate", low=0.001, high=0.1, count=3).points
        (0.001, 0.01, 0.1)
    """

    path: str = Field(min_length=3, max_length=100)
    values: tuple[Value, ...] | None = None
    low: float | None = None
    high: float | None = None
    count: int = Field(default=16, ge=2, le=MAX_POINTS)
    scale: Literal["log", "linear"] = "log"

    @model_validator(mode="after")
    def _validate(self) -> Self:
        section, _, name = self.path.partition(".")
        if section not in Spec.model_fields or not name or "." in name:
            raise ValueError(
                f"A sweep's `path` must be like optimizer.learning_rate. Received: {self.path!r}."
            )
        if self.values is not None:
            self._check_values(self.values)
        elif self.low is None or self.high is None:
            raise ValueError(
                f"`{self.path}` must have `values`, or `low` and `high`. Received neither."
            )
        elif not self.low < self.high:
            raise ValueError(
                f"The range of `{self.path}` must have low < high. "
                f"Received: {self.low:g} to {self.high:g}."
            )
        elif self.scale == "log" and self.low <= 0:
            raise ValueError(
                f"A log range of `{self.path}` must begin above 0. Received: {self.low:g}. "
                "A linear one may begin there."
            )
        return self

    def _check_values(self, values: tuple[Value, ...]) -> None:
        if not 1 <= len(values) <= MAX_POINTS:
            raise ValueError(
                f"`{self.path}` must take 1 to {MAX_POINTS} values. Received: {len(values)}."
            )
        keys = [repr(value) for value in values]
        repeated = [value for value in values if keys.count(repr(value)) > 1]
        if repeated:
            raise ValueError(f"`{self.path}` must take each value once. Received: {repeated[0]!r}.")

    @cached_property
    def points(self) -> tuple[Value, ...]:
        """The values, in their order; integers for `INTEGER_KNOBS`."""
        if self.values is not None:
            return self.values
        assert self.low is not None and self.high is not None
        space = np.geomspace if self.scale == "log" else np.linspace
        numbers = space(self.low, self.high, self.count).tolist()
        if self.path in INTEGER_KNOBS:
            return tuple(dict.fromkeys(round(number) for number in numbers))
        return tuple(dict.fromkeys(float(f"{number:.{SIGNIFICANT_DIGITS}g}") for number in numbers))


AXES = TypeAdapter(tuple[Axis, ...])


def axes_to_json(axes: Sequence[Axis]) -> str | None:
    """Axes as the store has them; None where there are none, as of a run."""
    return AXES.dump_json(tuple(axes)).decode() if axes else None


def axes_from_json(text: str | None) -> tuple[Axis, ...]:
    """The inverse of `axes_to_json`."""
    return AXES.validate_json(text) if text else ()


class SweepSpec(Document):
    """One run for every combination of the axes' values.

    Attributes:
        spec: What all runs have in common.
        axes: One or two knobs; the first lies along the chart's x axis.

    Example:
        >>> rate = {"path": "optimizer.learning_rate", "low": 0.001, "high": 1, "count": 4}
        >>> SweepSpec.of({"axes": [rate, {"path": "optimizer.momentum", "values": [0, 0.9]}]}).shape
        (4, 2)
    """

    word: ClassVar[str] = "sweep"
    spec: Spec = Spec()
    axes: tuple[Axis, ...] = ()

    @model_validator(mode="after")
    def _validate(self) -> Self:
        if len(self.axes) not in (1, 2):
            raise ValueError(f"A sweep must have one or two axes. Received: {len(self.axes)}.")
        if len({axis.path for axis in self.axes}) < len(self.axes):
            raise ValueError(
                f"A sweep's two axes must be two knobs. Received: {self.axes[0].path!r} twice."
            )
        if self.runs > MAX_RUNS:
            shape = " × ".join(str(length) for length in self.shape)
            raise ValueError(
                f"A sweep may have at most {MAX_RUNS:,} runs. Received: {shape} = {self.runs:,}."
            )
        # Each value must be valid on its own; an optimizer's own settings only together with it.
        all_pairs = any(axis.path.endswith(".key") for axis in self.axes)
        for index in self.indices:
            if all_pairs or sum(i > 0 for i in index) <= 1:
                self.spec_at(index)
        return self

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis has."""
        return tuple(len(axis.points) for axis in self.axes)

    @property
    def runs(self) -> int:
        return prod(self.shape)

    @cached_property
    def indices(self) -> list[tuple[int, ...]]:
        """Each cell's index along the axes, the last axis fastest: the order of `specs`."""
        return list(product(*(range(length) for length in self.shape)))

    def values_at(self, index: tuple[int, ...]) -> tuple[Value, ...]:
        """The values of the axes' knobs in one cell."""
        return tuple(axis.points[i] for axis, i in zip(self.axes, index, strict=True))

    def spec_at(self, index: tuple[int, ...]) -> Spec:
        """The spec of one cell; raises `InputError` where it is not valid."""
        patch: dict[str, dict[str, Value]] = {}
        for axis, value in zip(self.axes, self.values_at(index), strict=True):
            section, _, name = axis.path.partition(".")
            patch.setdefault(section, {})[name] = value
        return self.spec.patched(patch)

    @cached_property
    def specs(self) -> tuple[Spec, ...]:
        """The spec of every cell, in the order of `indices`."""
        first, *rest = self.axes
        rows = [self.spec_at((i, *(0 for _ in rest))) for i in range(len(first.points))]
        if not rest:
            return tuple(rows)
        section = rest[0].path.partition(".")[0]
        if section == first.path.partition(".")[0]:
            return tuple(self.spec_at(index) for index in self.indices)
        parts = [getattr(self.spec_at((0, j)), section) for j in range(len(rest[0].points))]
        return tuple(row.model_copy(update={section: part}) for row in rows for part in parts)
