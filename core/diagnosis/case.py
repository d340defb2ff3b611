"""A run and what it should have been made of: what every stage's check reads."""

from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self

import numpy as np

from ..record import Record
from .declared import Declared
from .snapshot import Snapshot


@dataclass(frozen=True)
class Departure:
    """The first stage at which a run does something else than was declared.

    Attributes:
        stage: Which one.
        part: What of it: `features`, `targets`, `order`, `validation`, …
        snapshots: The probes at which it departs; empty where epochs show it.
        text: What was found, as a phrase.
        value, limit: The largest departure's number, and what it should be.
        facts: More, for the causes to tell one bug from another.
    """

    stage: str
    part: str
    snapshots: tuple[Snapshot, ...]
    text: str
    value: float | None = None
    limit: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def step(self) -> int:
        """The first step at which it was seen."""
        return min((shot.step for shot in self.snapshots), default=0)


class Case:
    """A run beside its reference.

    Args:
        declared: What it was to do.
        record: What the run told.

    Attributes:
        data: The rows to feed.
        rows, batch, steps_per_epoch: As declared.
        snapshots: The probes that show a layer with a kernel, in their order.
    """

    def __init__(self, declared: Declared, record: Record):
        self.declared, self.data, self.record = declared, declared.data, record
        self.rows, self.batch = declared.rows, declared.batch
        self.steps_per_epoch = declared.steps_per_epoch
        shots = (Snapshot.of(event) for event in record.probes)
        self.snapshots = tuple(s for s in shots if "kernel" in s.before)
        self._order = lru_cache(maxsize=4)(self._order_of)

    def before(self, step: int) -> Self:
        """The same run as it was seen before a step."""
        part = copy(self)
        part.snapshots = tuple(shot for shot in self.snapshots if shot.step < step)
        return part

    def expected_rows(self, shot: Snapshot) -> np.ndarray:
        """The row numbers that this step's batch should have, all of them."""
        position = shot.step % self.steps_per_epoch
        return self._order(shot.epoch)[position * self.batch : (position + 1) * self.batch]

    def _order_of(self, epoch: int) -> np.ndarray:
        if self.steps_per_epoch == 1:
            return np.arange(self.rows)  # a full batch is fed as it lies
        return self.declared.order(epoch)

    def fed(self, shot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
        """Features (b, d) and targets (b,) of the whole batch; for a pipeline that conforms."""
        if shot.whole:
            return shot.x, shot.y
        rows = self.expected_rows(shot)
        return self.data.x_train[rows].astype(float), self.data.y_train[rows, 0].astype(float)

    def consecutive(self) -> list[Snapshot]:
        """The probes of the first steps, as far as none is left out."""
        first: list[Snapshot] = []
        for shot in self.snapshots:
            if shot.step == len(first):
                first.append(shot)
        return first
