"""Are the gradients the derivatives of the loss?"""

import numpy as np

from ...theory.optimum import row_slopes
from ...theory.triangle import design
from ...theory.wording import apart
from ..case import Case, Departure
from ..snapshot import EPS, LARGEST, SMALLEST, Snapshot, flat
from .activation import holds, slope, slope_rounding
from .loss import residuals, summing_error


def expected(case: Case, shot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """The analytic gradient (p,), the bias last, and by how much float32 may miss it."""
    loss, key = case.declared.loss, case.declared.activation
    r = residuals(case, shot)
    with np.errstate(all="ignore"):
        outer, inner = row_slopes(loss, r.values), slope(key, r.z)
        z_error = r.z_error + EPS * (1 + np.abs(r.z)) * 8
        outer_error = np.abs(row_slopes(loss, r.values + r.error) - outer)
        other = np.abs(row_slopes(loss, r.values - r.error) - outer)
        outer_error = np.maximum(outer_error, other)
        inner_error = np.abs(slope(key, r.z + z_error) - slope(key, r.z - z_error))
        inner_error += slope_rounding(key, r.z)
        inner_error = np.where(holds(key, r.z), inner_error, np.inf)
        slopes = outer * inner
        error = outer_error * (np.abs(inner) + inner_error) + np.abs(outer) * inner_error
        error = error + summing_error(len(slopes)) * np.abs(slopes)
        table = design(r.x, "bias" in shot.before)
        gradient, error = slopes @ table, error @ np.abs(table)
    rows = len(slopes) if loss.reduction == "mean" else 1
    return gradient / rows, error / rows + SMALLEST


def check(case: Case) -> Departure | None:
    """Compares each probe's gradients with the analytic ones."""
    wrong: list[Snapshot] = []
    first = None
    for shot in case.snapshots:
        wanted, error = expected(case, shot)
        told = flat(shot.gradients)
        with np.errstate(invalid="ignore"):
            checkable = np.abs(wanted) < LARGEST / max(8, 2 * shot.batch_rows)
            off = checkable & (error < LARGEST / 8) & ~(np.abs(told - wanted) <= error)
        if off.any():
            wrong.append(shot)
            if first is None:
                worst = int(np.argmax(np.where(off, np.abs(told - wanted), -1.0)))
                first = (shot, float(told[worst]), float(wanted[worst]))
    if first is None:
        return None
    shot, told, wanted = first
    shown = apart(told, wanted)
    return Departure(
        "gradient",
        "gradients",
        tuple(wrong),
        f"at step {shot.step} a gradient of {shown[0]} where the loss's derivative is {shown[1]}",
        value=told,
        limit=wanted,
    )
