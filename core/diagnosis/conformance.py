"""Every stage of a run held against its reference, in order: where does it first depart?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .case import Case, Departure
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
        departure: The first stage that departs; None where all conform.
    """

    status: Mapping[str, Status]
    departure: Departure | None


def conformance_of(case: Case) -> Conformance:
    """Checks the stages in order, up to the first that departs."""
    status: dict[str, Status] = dict.fromkeys(STAGES, "not checkable")
    if not case.snapshots:
        return Conformance(status, None)
    finite = np.isfinite(case.data.x_train).all() and np.isfinite(case.data.y_train).all()
    for stage in STAGES:
        if stage not in ("pipeline", "initialization") and not finite:
            break  # NaN in, NaN out: nothing more can be told
        departure = CHECKS[stage](case)
        if departure:
            status[stage] = "departs"
            return Conformance(status, departure)
        status[stage] = "conforms"
    departure = evaluation.check(case) if finite else None
    if departure:
        status[departure.stage] = "departs"
    return Conformance(status, departure)
