"""Snapshots of single steps: what a debugger would show, for charts and for the diagnosis.

A `probe` event holds `epoch`, `step`, `why` (`scheduled`, `stepped` or `non-finite`), the `rows` of
the batch (positions in the training set), `features` and `targets` as fed, `weights_before`,
`outputs`, `loss`, `gradients`, `weights_after`, the layer's `state`, `learning_rate`, `batch_rows`
and `stats`. Of a large batch only the first rows travel; `stats` are of the whole batch, `loss`
and `gradients` too. Of very many single steps what is no array, and
`brief`.
"""

import math
from typing import Any

import numpy as np

from ..events import PROBE_ARRAYS, Event, number, numbers

MAX_CELLS = 4096  # features sent with one probe, at most
FIRST_STEPS = 4  # probed one by one
MAX_BYTES = 3_000_000  # of all planned probes of a run, about
DIGITS = 21  # characters of a number, with the comma behind it


def probed_steps(steps_per_epoch: int, steps: int) -> list[int]:
    """The steps to keep a snapshot of: the first ones, then ever more rarely, then the last.

    Example:
        >>> probed_steps(10, 100)
        [0, 1, 2, 3, 4, 8, 9, 19, 39, 79, 99]
    """
    chosen = set(range(FIRST_STEPS)) | {steps - 1, steps_per_epoch - 1}
    chosen |= {1 << power for power in range(2, steps_per_epoch.bit_length())}
    epochs = math.ceil(steps / steps_per_epoch)
    chosen |= {(1 << power) * steps_per_epoch - 1 for power in range(epochs.bit_length())}
    return sorted(step for step in chosen if 0 <= step < steps)


def affordable(steps: list[int], features: int, batch: int) -> list[int]:
    """As many of these steps as a run's events have room for: the first, the last, some between.

    Args:
        steps: As `probed_steps` returns them.
        features: Columns of the table.
        batch: Rows of a batch.
    """
    rows = min(batch, max(1, MAX_CELLS // features))
    size = DIGITS * (rows * (features + 3) + 3 * (features + 1))
    most = max(FIRST_STEPS + 1, MAX_BYTES // size)
    if len(steps) <= most:
        return steps
    kept = np.linspace(FIRST_STEPS, len(steps) - 1, most - FIRST_STEPS).astype(int)
    return [*steps[:FIRST_STEPS], *(steps[place] for place in kept)]


def probe_event(
    *,
    position: tuple[int, int],
    why: str,
    rate: float,
    fed: tuple[np.ndarray, np.ndarray, np.ndarray],
    layout: list[tuple[str, int]],
    snapshot: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float],
    most_cells: int = MAX_CELLS,
) -> Event:
    """A `probe` event.

    Args:
        position: Epoch and step.
        why: Why it was taken.
        rate: The learning rate of the step.
        fed: Row numbers (b,), features (b, d) and targets (b, 1) of the batch.
        layout: Name and size of each of the layer's weights, in their flat order; the ones
            whose name is not `kernel` or `bias` are the layer's state.
        snapshot: Weights before (w,), gradients (w,), weights after (w,), outputs (b,), loss.
        most_cells: Features that are told; one row's, at least.
    """
    rows, features, targets = fed
    before, gradients, after, outputs, loss = snapshot
    outputs = outputs[: len(rows)]
    shown = slice(max(1, most_cells // features.shape[1]))
    return {
        "event": "probe",
        "epoch": position[0],
        "step": position[1],
        "why": why,
        "learning_rate": number(rate),
        "batch_rows": len(rows),
        "rows": rows[shown].tolist(),
        "features": [numbers(row) for row in features[shown].tolist()],
        "targets": numbers(targets[shown, 0].tolist()),
        "weights_before": named(before, layout),
        "outputs": numbers(outputs[shown].tolist()),
        "loss": number(loss),
        "gradients": named(gradients, layout),
        "weights_after": named(after, layout),
        "stats": {
            "inputs": stats(features),
            "weights": stats(before),
            "outputs": stats(outputs),
            "gradients": stats(gradients),
        },
    }


def numbers_told(event: Event) -> int:
    """How many numbers the arrays of a probe hold."""
    weights = sum(map(len, event["gradients"].values()))
    return sum(map(len, event["features"])) + 3 * (weights + len(event["rows"]))


def in_brief(event: Event) -> Event:
    """A probe without its arrays, which says so."""
    return {k: v for k, v in event.items() if k not in PROBE_ARRAYS} | {"brief": True}


def named(flat: np.ndarray, layout: list[tuple[str, int]]) -> dict[str, list[Any]]:
    """A flat vector of weights, cut into the layer's variables."""
    parts, begin = {}, 0
    for name, size in layout:
        parts[name] = numbers(flat[begin : begin + size].tolist())
        begin += size
    return parts


def stats(values: np.ndarray) -> dict[str, Any]:
    """Minimum, mean and maximum of the finite values, and the share that is not finite."""
    fine = np.isfinite(values)
    kept = values if fine.all() else values[fine]
    if kept.size == 0:
        return {"min": None, "mean": None, "max": None, "non_finite": 1.0}
    return {
        "min": float(kept.min()),
        "mean": float(kept.mean(dtype=np.float64)),
        "max": float(kept.max()),
        "non_finite": 1.0 - kept.size / values.size,
    }
