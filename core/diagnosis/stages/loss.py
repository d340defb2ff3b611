"""Is the loss the mean, or the sum, of the rows' losses?"""

from dataclasses import dataclass

import numpy as np

from ...theory.optimum import row_losses, row_slopes
from ...theory.wording import apart
from ..case import Case, Departure
from ..snapshot import EPS, LARGEST, Snapshot
from .forward import reference


@dataclass(frozen=True, eq=False)
class Residuals:
    """A batch's residuals r = output − target, (b,), and by how much float32 may miss them.

    `z` is x·w + b, and `z_error` by how much float32 may miss that.
    """

    x: np.ndarray
    y: np.ndarray
    outputs: np.ndarray
    z: np.ndarray
    z_error: np.ndarray
    values: np.ndarray
    error: np.ndarray


def residuals(case: Case, shot: Snapshot) -> Residuals:
    """Of the whole batch; for a pipeline and a forward pass that conform."""
    x, y = case.fed(shot)
    ref = reference(case.declared.activation, x, shot.before)
    outputs, error = (shot.outputs, 0.0) if shot.whole else (ref.outputs, ref.error)
    error = error + EPS * (np.abs(outputs) + np.abs(y))
    return Residuals(x, y, outputs, ref.z, ref.z_error, outputs - y, error)


def summing_error(rows: int) -> float:
    """How far a float32 sum of so many terms may be off, relative to the sum of their sizes."""
    return EPS * (16 + rows / 8)


def expected(case: Case, r: Residuals) -> tuple[float, float]:
    """The batch's loss, and by how much float32 may miss it."""
    loss = case.declared.loss
    with np.errstate(all="ignore"):
        losses = row_losses(loss, r.values)
        slopes = np.abs(row_slopes(loss, r.values)) + r.error
        errors = slopes * r.error + summing_error(len(losses)) * losses
        if loss.key == "log_cosh":  # Keras subtracts log 2 from numbers of about that size
            errors = errors + 8 * EPS * (1 + np.abs(r.values))
        total, error = float(losses.sum()), float(errors.sum())
    rows = len(losses) if loss.reduction == "mean" else 1
    return total / rows, error / rows + EPS * abs(total / rows)


def check(case: Case) -> Departure | None:
    """Compares each probe's loss with the one of its outputs and targets."""
    wrong: list[tuple[Snapshot, float]] = []
    for shot in case.snapshots:
        wanted, error = expected(case, residuals(case, shot))
        if not wanted < LARGEST / max(8, 2 * shot.batch_rows):
            continue
        if not abs(shot.loss - wanted) <= error:
            wrong.append((shot, wanted))
    if not wrong:
        return None
    shot, wanted = max(wrong, key=_shows)
    shown = apart(shot.loss, wanted)
    return Departure(
        "loss",
        "loss",
        tuple(shot for shot, _ in wrong),
        f"at step {shot.step} a loss of {shown[0]} where its residuals give {shown[1]}",
        value=shot.loss,
        limit=wanted,
    )


def _shows(pair: tuple[Snapshot, float]) -> float:
    """How well a probe shows that its loss is wrong: from 10 % on the first one does."""
    shot, wanted = pair
    size = max(abs(shot.loss), wanted)
    return min(abs(shot.loss - wanted) / size, 0.1) if np.isfinite(size) else 0.0
