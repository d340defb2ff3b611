"""What a run emits, as plain values that travel as JSON.

Every event is a dict with its kind under `event`:

- `run_started`: the run's size, names and reference losses, before the first step.
- `epoch_ended`: losses and norms of one epoch.
- `probe`: a snapshot of one step, see `core.training.probe`.
- `run_ended`: the outcome and why.

`epoch` and `step` count from 0. NaN and infinity travel as the strings "nan", "inf", "-inf".
"""

import math
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import orjson

Event = dict[str, Any]
Outcome = Literal["completed", "diverged", "stopped", "failed"]
PROBE_ARRAYS = (  # fields of a probe that charts do not need
    *("rows", "features", "targets", "outputs", "gradients", "weights_before", "weights_after"),
)
NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def number(value: float | None) -> float | str | None:
    """A number as it travels: NaN and infinity as strings, None as None."""
    if value is None:
        return None
    value = float(value)
    if math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")


def numbers(values: Iterable[float]) -> list[float | str | None]:
    """A sequence of numbers as they travel."""
    told = [float(value) for value in values]
    if math.isfinite(sum(told)):  # then each of them is; most are, and there are many
        return [*told]
    return [number(value) for value in told]


def float32_numbers(values: np.ndarray) -> list[float | str | None]:
    """An array (k,) of float32 as it travels, each number with no more digits than it has.

    Example:
        >>> float32_numbers(np.array([0.1, 1e20], np.float32))
        [0.1, 1e+20]
    """
    if not np.isfinite(values).all():
        return [number(float(str(value))) for value in values]
    return orjson.loads(orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY))


def from_number(value: float | str | None) -> float:
    """The number behind a travelling one; None comes back as NaN."""
    if isinstance(value, str):
        return NOT_FINITE[value]
    return math.nan if value is None else float(value)


def encode(event: Event) -> bytes:
    """An event as one line of JSON, without the line's end."""
    return orjson.dumps(event)


def decode(line: bytes | str) -> Event:
    """The event behind one line of JSON."""
    return orjson.loads(line)


def failed(reason: str) -> Event:
    """The `run_ended` of a run that never began, or whose worker died."""
    return {
        "event": "run_ended",
        "outcome": "failed",
        "epoch": None,
        "step": None,
        "reason": reason,
        "non_finite": None,
        "seconds": None,
    }
