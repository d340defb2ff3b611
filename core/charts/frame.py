"""What a chart is drawn from before a run's points come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from ..events import Event, number
from ..record import Record
from ..spec import Spec
from ..theory.range_test import RangeTest
from .scene import Scene


@dataclass(frozen=True)
class Frame:
    """The known part of a picture: sizes, names, reference lines, what was predicted.

    Attributes:
        started: The run's `run_started` event, or one as `Frame.before` words it.
        predicted: The predicted loss of the whole training set at each epoch's end.
        ghost: The run before, drawn faintly behind.
        critical_rate: The largest stable learning rate, where the theory gives one.
        directions: Name and curvature of each direction of the loss, the steepest first.
        unstable_since: The step at which a schedule that began below the critical rate passes it.
        range_test: The learning-rate range test on these data.
        names: What this run and the one before are called.
        beside: Whether both count alike.
        scene: The table and its loss, for the pictures.
    """

    started: Event
    predicted: Sequence[float | str | None] = ()
    ghost: Record | None = None
    critical_rate: float | None = None
    directions: Sequence[tuple[str, float]] = ()
    unstable_since: int | None = None
    range_test: RangeTest | None = None
    names: tuple[str, str] = ("loss", "previous run")
    beside: bool = False
    scene: Scene | None = None

    @property
    def largest_stable_curvature(self) -> float:
        """The curvature at which the chosen rate is the critical one; infinite where unknown."""
        rate = self.started["spec"]["optimizer"]["learning_rate"]
        if not self.critical_rate or not self.directions or rate <= 0:
            return float("inf")
        return self.directions[0][1] * self.critical_rate / rate

    @classmethod
    def before(
        cls,
        spec: Spec,
        rows: int,
        features: Sequence[str],
        prediction: Mapping[str, Any] | None = None,
        ghost: Record | None = None,
        directions: Sequence[tuple[str, float]] = (),
        unstable_since: int | None = None,
        scene: Scene | None = None,
        initial_loss: float | None = None,
    ) -> Self:
        """The frame of a run that has not begun.

        Args:
            spec: What is to be run.
            rows: Training rows.
            features: Names of the columns.
            prediction: What the theory says of it, as the command line's `predict` prints it.
            ghost: The run before.
            directions: Name and curvature of each direction of the loss, the steepest first.
            unstable_since: The step at which the schedule passes the critical rate, if it does.
            scene: Of the same spec and its table.
            initial_loss: Before the first step, as predicted.
        """
        told = prediction or {}
        started = {
            "event": "run_started",
            "spec": spec.model_dump(mode="json"),
            "rows": rows,
            "features": list(features),
            "epochs": spec.training.epochs,
            "steps_per_epoch": -(-rows // min(spec.training.batch_size or rows, rows)),
            "optimal_loss": told.get("optimal_loss"),
            "baseline_loss": told.get("baseline_loss"),
            "full_loss": number(initial_loss),
            "val_loss": None,
            "weights": [],
        }
        predicted = told.get("full_loss") or ()
        critical = told.get("critical_learning_rate")
        return cls(started, predicted, ghost, critical, directions, unstable_since, scene=scene)

    @property
    def epochs(self) -> int:
        return self.started["epochs"]

    @property
    def steps_per_epoch(self) -> int:
        return self.started["steps_per_epoch"]
