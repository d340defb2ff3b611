"""Are the losses told at an epoch's end those of the weights it ended with?"""

import numpy as np

from ...events import from_number
from ...theory.optimum import row_losses, row_shares, row_slopes
from ...theory.wording import apart
from ..case import Case, Departure
from ..snapshot import LARGEST, Snapshot
from .forward import reference
from .loss import summing_error

BLOCK = 8192  # rows looked at at once


def check(case: Case) -> Departure | None:
    """Compares full and validation loss where a probe shows the weights they belong to."""
    wrong: dict[str, list[tuple[Snapshot, float, float]]] = {"full": [], "validation": []}
    for shot, variables, full, validation in _told(case):
        for part, x, y, told in (
            ("full", case.data.x_train, case.data.y_train, full),
            ("validation", case.data.x_val, case.data.y_val, validation),
        ):
            if x is None or y is None or told is None:
                continue
            wanted, error = loss_of(case, x, y, variables)
            if wanted < LARGEST / (8 * len(y)) and not abs(told - wanted) <= error:
                wrong[part].append((shot, told, wanted))
    for part, found in wrong.items():
        if found:
            shot, told, wanted = found[-1]
            stage = "forward" if part == "full" and _all_rows_seen(case) else "pipeline"
            name = "loss of all training rows" if part == "full" else "validation loss"
            return Departure(
                stage,
                part,
                tuple(shot for shot, _, _ in found),
                "a {} of {} where these weights give {}".format(name, *apart(told, wanted)),
                value=told,
                limit=wanted,
            )
    return None


def loss_of(case: Case, x, y, variables: dict[str, np.ndarray]) -> tuple[float, float]:
    """The loss of rows x (m, d), y (m, 1) at these weights, and by how much float32 may miss it."""
    outputs, missed = np.empty(len(x)), np.empty(len(x))
    for start in range(0, len(x), BLOCK):
        rows = slice(start, start + BLOCK)
        ref = reference(case.declared.activation, np.asarray(x[rows], float), variables)
        outputs[rows], missed[rows] = ref.outputs, ref.error
    with np.errstate(all="ignore"):
        residuals = outputs - y[:, 0]
        shares = row_shares(case.declared.loss, len(residuals), case.batch)
        losses = row_losses(case.declared.loss, residuals)
        slopes = np.abs(row_slopes(case.declared.loss, residuals)) + missed
        errors = slopes * (missed + 1e-6 * np.abs(residuals)) + 1e-6
        return (
            float(shares @ losses),
            float(shares @ errors) + summing_error(len(losses)) * float(shares @ losses),
        )


def _told(case: Case):
    """Snapshot, weights, full and validation loss, wherever a probe ends an epoch."""
    started, record = case.record.started, case.record
    if case.snapshots and case.snapshots[0].step == 0 and started.get("full_loss") is not None:
        val = started.get("val_loss")
        first = case.snapshots[0]
        yield (
            first,
            first.before,
            from_number(started["full_loss"]),
            None if val is None else from_number(val),
        )
    at = {int(step): index for index, step in enumerate(record.step)}
    for shot in case.snapshots:
        index = at.get(shot.step)
        if index is not None:
            val = record.val_loss[index]
            known = case.data.x_val is not None
            yield shot, shot.after, record.full_loss[index], float(val) if known else None


def _all_rows_seen(case: Case) -> bool:
    seen = np.zeros(case.rows, bool)
    for shot in case.snapshots:
        seen[shot.rows] = True
    return bool(seen.all())
