"""What each symptom means: a measurable difference between a run with a bug and one without."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.events import Event, from_number
from tests.conftest import column


@dataclass(frozen=True)
class Run:
    """A run's events, and the numbers that symptoms are read from."""

    events: list[Event]

    @property
    def ended(self) -> Event:
        return self.events[-1]

    @property
    def losses(self) -> np.ndarray:
        return column(self.events, "full_loss")

    @property
    def final(self) -> float:
        return float(self.losses[-1])

    @property
    def validation(self) -> float:
        return float(column(self.events, "val_loss")[-1])

    def started(self, name: str) -> float:
        return from_number(self.events[0][name])


def rises(run: Run, healthy: Run) -> bool:
    """The loss ends at twice its start and twice the baseline, or higher, or is not finite."""
    height = max(run.started("full_loss"), run.started("baseline_loss"))
    return not run.final <= 2 * height


def non_finite(run: Run, healthy: Run) -> bool:
    """The loss ends in NaN or infinity."""
    return not np.isfinite(run.final)


def plateaus(run: Run, healthy: Run) -> bool:
    """The loss ends near the baseline, or above it, and moves no more."""
    tail = run.losses[-20:]
    near = 0.5 * run.started("baseline_loss") <= run.final <= 2 * run.started("baseline_loss")
    return bool(near and np.ptp(tail) <= 0.1 * run.final)


def biased(run: Run, healthy: Run) -> bool:
    """The loss ends 20 % above the healthy one, and five times as far from the optimum."""
    optimum = run.started("optimal_loss")
    excess, usual = run.final - optimum, abs(healthy.final - optimum)
    return bool(np.isfinite(run.final) and run.final >= 1.2 * healthy.final and excess >= 5 * usual)


def jumps(run: Run, healthy: Run) -> bool:
    """In the run's second half the loss still climbs to five times a value it had reached."""
    tail = run.losses[len(run.losses) // 2 :]
    return bool(np.isfinite(tail).all() and np.max(tail / np.minimum.accumulate(tail)) >= 5)


def validation_off(run: Run, healthy: Run) -> bool:
    """The training loss is the healthy one, the validation loss ten times as high."""
    same = np.array_equal(run.losses, healthy.losses)
    return same and run.validation >= 10 * healthy.validation


def fails(run: Run, healthy: Run) -> bool:
    """The run ends before its first step and names the shape that would be right."""
    return run.ended["outcome"] == "failed" and "(features, units)" in run.ended["reason"]


SYMPTOMS: dict[str, Callable[[Run, Run], bool]] = {
    "rises": rises,
    "non-finite": non_finite,
    "plateaus": plateaus,
    "biased": biased,
    "jumps": jumps,
    "validation-off": validation_off,
    "fails": fails,
}
