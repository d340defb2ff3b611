"""A change of one thing in a spec, and several of them together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Patch = dict[str, Any]


@dataclass(frozen=True)
class Move:
    """A change of one thing.

    Attributes:
        kind: What is changed: a key of `COSTS`.
        words: The change as an order, small letters first: `standardize the features`.
        patch: The same as a partial spec.
    """

    kind: str
    words: str
    patch: Mapping[str, Any]


COSTS = {  # what a learner would rather change comes first; among as many changes, the lower sum
    "code": 0.0,
    "missing": 0.0,
    "codes": 0.0,
    "activation": 0.0,
    "bias": 0.0,
    "columns": 1.0,
    "rows": 4.0,
    "features": 1.1,
    "target": 2.0,
    "optimizer": 5.0,
    "momentum": 1.5,
    "regularization": 1.0,
    "clipping": 1.0,
    "rate": 1.0,
    "schedule": 1.0,
    "epochs": 3.0,
}
CURES: dict[str, tuple[str, ...]] = {  # what undoes each cause, as kinds
    "non-finite-values": ("missing",),
    "constant-feature": ("columns", "features"),
    "features-unscaled": ("features",),
    "target-unscaled": ("target",),
    "missing-value-code": ("codes",),
    "influential-rows": ("rows",),
    "collinear-features": ("epochs",),
    "learning-rate-above-critical": ("rate",),
    "learning-rate-too-low": ("rate",),
    "momentum-too-high": ("momentum",),
    "schedule-crosses-critical": ("rate", "schedule"),
    "schedule-decays-too-soon": ("schedule",),
    "too-few-epochs": ("epochs",),
    "target-unreachable-by-activation": ("activation",),
    "no-bias": ("bias",),
    "regularization-too-strong": ("regularization",),
    "clip-norm-too-small": ("clipping",),
    "no-linear-signal": (),
    "few-rows": (),
    "weights-off-optimum": (),
}
FORCED = {"code", "missing", "activation"}  # without what undoes such a cause nothing else helps
FORCED_AS_ROOT = {"bias", "codes"}  # the same, where it undoes the root cause


def together(moves: Iterable[Move]) -> Patch:
    """The patch of several moves of different kinds; a rate of its own stays beside a schedule."""
    patch: Patch = {}
    for move in sorted(moves, key=lambda move: move.kind in ("rate", "optimizer")):
        for section, change in move.patch.items():
            if isinstance(change, Mapping):
                patch[section] = {**(patch.get(section) or {}), **change}
            else:
                patch[section] = change
    return patch


def changes(patch: Mapping[str, Any]) -> int:
    """How many settings a patch changes."""
    return sum(len(part) if isinstance(part, Mapping) else 1 for part in patch.values())


def title(moves: Iterable[Move]) -> str:
    """Several moves as one order.

    Example:
        Standardize the features, raise the learning rate to 0.1 and train for 500 epochs
    """
    words = [move.words for move in moves]
    text = ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else words[0]
    return text[0].upper() + text[1:]
