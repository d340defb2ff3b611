"""Every stage of a run held against its reference: where does it first depart?

What departs first decides, by the step, then by the stage: a program that is wrong in its gradient
from the start is not called wrong in its loss because that is NaN in the end. A stage that could
not have shown itself at a step (no outputs tell of a layer whose weights are 0) is given the
benefit: what departs behind it at such a step is put down to it, if it departs at the first step
at which it can.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .case import Case, Departure
from .snapshot import Snapshot
from .stages import (
    evaluation,
    forward,
    gradient,
    initialization,
    loss,
    pipeline,
    update,
)

STAGES = ("pipeline", "initialization", "forward", "loss", "gradient", "update")
CHECKS = {
    "pipeline": pipeline.check,
    "initialization": initialization.check,
    "forward": forward.check,
    "loss": loss.check,
    "gradient": gradient.check,
    "update": update.check,
}
Status = Literal["conforms", "departs", "not checkable"]


@dataclass(frozen=True)
class Conformance:
    """What was found of each stage.

    Attributes:
        status: Of each of `STAGES`; what lies behind the first departure is not checkable.
        departure: The first departure in time, then by stage; None where all conform.
    """

    status: Mapping[str, Status]
    departure: Departure | None


def conformance_of(case: Case) -> Conformance:
    """Checks the stages in order; those behind a departure only at the steps before it."""
    status: dict[str, Status] = dict.fromkeys(STAGES, "not checkable")
    if not case.snapshots:
        return Conformance(status, None)
    finite = np.isfinite(case.data.x_train).all() and np.isfinite(case.data.y_train).all()
    first: Departure | None = None
    for stage in STAGES:
        if stage not in ("pipeline", "initialization") and not finite:
            break  # NaN in, NaN out: nothing more can be told
        before = case if first is None else case.before(first.step)
        if not before.snapshots:
            break
        found = CHECKS[stage](before)
        if found is None:
            status[stage] = "conforms" if first is None else "not checkable"
        elif first is None or not _hidden(first.stage, case, found.step, first.step):
            first = found
    if first is None and finite:
        first = evaluation.check(case)
    if first is not None:
        for stage in STAGES[STAGES.index(first.stage) :]:
            status[stage] = "departs" if stage == first.stage else "not checkable"
    return Conformance(status, first)


def _hidden(stage: str, case: Case, since: int, until: int) -> bool:
    """Whether a stage that departs at step `until` could not show it from `since` on."""
    silent = SILENT.get(stage)
    return silent is not None and all(
        silent(shot) for shot in case.snapshots if since <= shot.step < until
    )


def _weights_are_zero(shot: Snapshot) -> bool:
    return not shot.before["kernel"].any()


def _targets_are_exchangeable(shot: Snapshot) -> bool:
    """Whether it makes no difference to the loss which target is compared with which output."""
    with np.errstate(all="ignore"):
        tied = np.mean((shot.y - shot.y.mean()) * (shot.outputs - shot.outputs.mean()))
        return bool(2 * abs(tied) <= 2 * loss.summing_error(shot.batch_rows) * abs(shot.loss))


SILENT: dict[str, Callable[[Snapshot], bool]] = {
    "forward": _weights_are_zero,
    "loss": _targets_are_exchangeable,
}
