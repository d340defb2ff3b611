"""What is wrong with a loss: which known mistake gives exactly this number for these residuals?"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.finding import Finding
from ..events import Event, from_number

UNKNOWN = "bug:unknown"
NEAR = 1e-4  # of the number: float32 in sums of any order


def with_named_loss(diagnosis: Diagnosis, probed: Iterable[Event]) -> Diagnosis:
    """The diagnosis, an unknown fault of the loss by its name where that is known.

    Args:
        diagnosis: Of a line.
        probed: The steps that were really taken.
    """
    first = next(iter(probed), None)
    named = None if first is None else _named(first)
    if named is None:
        return diagnosis
    key, text = named

    def told(finding: Finding) -> Finding:
        if finding.cause != UNKNOWN or finding.stage != "loss":
            return finding
        return replace(finding, cause=f"bug:{key}", summary=text)

    return replace(diagnosis, findings=tuple(map(told, diagnosis.findings)))


def _named(probe: Event) -> tuple[str, str] | None:
    """A fault's key and a sentence for the loss of one step; None for one that is not known."""
    told = from_number(probe["loss"])
    outputs = np.array([from_number(value) for value in probe["outputs"]])
    targets = np.array([from_number(value) for value in probe["targets"]])
    count = len(outputs)
    if count != probe["batch_rows"] or count < 2 or not np.isfinite([*outputs, told]).all():
        return None
    residuals = outputs - targets
    crossed = outputs[:, None] - targets[None, :]
    mean, across = float(np.mean(residuals**2)), float(np.mean(crossed**2))
    shapes = (
        (
            across * crossed.size,
            "broadcast-loss",
            f"Every output is compared with all {count} targets of its batch, and all is summed: "
            "shapes (n, 1) and (n,) broadcast. Give the targets the outputs' shape, and take the "
            "mean.",
        ),
        (
            mean * count,
            "sum-for-mean",
            f"The loss is the sum over {count} rows, not their mean: the rate acts {count} × as "
            "strong.",
        ),
        (-mean, "loss-sign", "The loss has the wrong sign: it falls as the errors grow."),
        (
            float(np.copysign(np.mean(residuals), told)),  # of y − ŷ or of ŷ − y
            "unsquared-loss",
            "The loss is the mean of the errors themselves, not of their squares: it falls without "
            "end.",
        ),
        (
            float(np.sqrt(mean)),
            "rooted-loss",
            "The loss is the root of the mean square: its steps do not shrink near the optimum.",
        ),
    )
    for value, key, text in shapes:
        if abs(told - value) <= NEAR * abs(value):
            return key, text
    return None
