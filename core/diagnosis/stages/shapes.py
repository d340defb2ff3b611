"""The shape of a departure behind the pipeline: which known mistake gives exactly these numbers?"""

from collections.abc import Callable

import numpy as np

from ..case import Departure
from ..evidence import Evidence
from ..snapshot import EPS, LARGEST, Snapshot, flat
from . import gradient, update
from .activation import activate, invert
from .forward import Reference, departs, reference
from .loss import residuals, summing_error

LOOSENESS = 8.0  # of the float32 bound, for numbers that went through one more operation


def bias_of(shot: Snapshot) -> float:
    """The bias before the step, 0 without one."""
    return float(shot.before["bias"][0]) if "bias" in shot.before else 0.0


def kernel_factors(evidence: Evidence, departure: Departure | None) -> np.ndarray | None:
    """c of outputs = c · x·w + b at each departing probe; None where that does not fit them all."""
    if departure is None:
        return None
    key, factors = evidence.declared.activation, []
    for shot in departure.snapshots:
        ref = reference(key, shot.x, shot.before)
        z = invert(key, shot.outputs)
        product, told = ref.z - bias_of(shot), z - bias_of(shot)
        known = ref.checkable & np.isfinite(told) & (np.abs(told) < LARGEST / 8)
        if not (product[known] ** 2).sum():
            continue
        with np.errstate(all="ignore"):
            largest = product[known] / np.abs(product[known]).max()
            factor = float((told[known] @ largest) / (product[known] @ largest))
            fitted = activate(key, factor * product + bias_of(shot))
            room = ref.error * (1 + abs(factor)) * LOOSENESS + 32 * EPS * np.abs(fitted)
        if (ref.checkable & np.isfinite(fitted) & ~(np.abs(shot.outputs - fitted) <= room)).any():
            return None
        factors.append(factor)
    return np.array(factors) if factors else None


def holds_everywhere(evidence: Evidence, departure: Departure, factor: float) -> bool:
    """Whether that factor of x·w would not show at the probes whose outputs are as they should."""
    key = evidence.declared.activation
    for shot in evidence.case.snapshots:
        if any(shot is other for other in departure.snapshots):
            continue
        ref, bias = reference(key, shot.x, shot.before), bias_of(shot)
        with np.errstate(all="ignore"):
            fitted = activate(key, factor * (ref.z - bias) + bias)
            room = ref.error * (1 + abs(factor)) * LOOSENESS + 32 * EPS * np.abs(fitted)
        if (ref.checkable & np.isfinite(fitted) & ~(np.abs(shot.outputs - fitted) <= room)).any():
            return False
    return True


def columns_read(evidence: Evidence, departure: Departure | None) -> list[int] | None:
    """Which feature each weight multiplies, if the outputs show an index that is off."""
    if departure is None or len(evidence.data.features) < 2:
        return None
    count = len(evidence.data.features)
    own = np.arange(count)
    tried = [np.clip(own - k, 0, count - 1) for k in (1, -1)]
    tried += [np.roll(own, k) for k in (1, -1)] + [own[::-1]]
    for read in tried:
        fits = all(
            not departs(_read_with(evidence, shot, read), shot.outputs).any()
            for shot in departure.snapshots
        )
        if fits:
            return read.tolist()
    return None


def _read_with(evidence: Evidence, shot: Snapshot, read: np.ndarray) -> Reference:
    return reference(evidence.declared.activation, shot.x[:, read], shot.before)


def sixteen_bits(evidence: Evidence, departure: Departure | None) -> tuple[str, int] | None:
    """Name and bits of the 16-bit number that all outputs were rounded to."""
    if departure is None:
        return None
    key = evidence.declared.activation
    for name, bits, end, least in (("float16", 11, 65520.0, 2.0**-24), ("bfloat16", 8, LARGEST, 0)):
        if all(_rounded(key, shot, name, bits, end, least) for shot in departure.snapshots):
            return name, bits
    return None


def _rounded(key: str, shot: Snapshot, name: str, bits: int, end: float, least: float) -> bool:
    ref = reference(key, shot.x, shot.before)
    half = 2.0**-bits * np.abs(ref.z) * (1 + EPS) + least + ref.z_error
    inside = ref.checkable & (np.abs(ref.z) + half < end)
    beyond = ref.checkable & (np.abs(ref.z) - half > end)
    ends = activate(key, ref.z + half), activate(key, ref.z - half), ref.outputs
    above, below = np.maximum.reduce(ends), np.minimum.reduce(ends)
    with np.errstate(invalid="ignore"):
        close = (shot.outputs <= above + ref.error) & (shot.outputs >= below - ref.error)
        if not close[inside].all() or (np.isfinite(shot.outputs[beyond]).any() and key == "linear"):
            return False
    if key not in ("linear", "relu"):
        return True
    told = shot.outputs[inside].astype(np.float32)
    if name == "float16":
        return bool((told.astype(np.float16).astype(np.float32) == told).all())
    return not (told.view(np.uint32) & 0xFFFF).any()


def exp_log_scale(evidence: Evidence, departure: Departure | None) -> float | None:
    """s of outputs = log(exp(s·z) + 1e-7) / s, the detour that overflows at 88.7 / s."""
    if departure is None:
        return None
    key = evidence.declared.activation
    shots = [(shot, reference(key, shot.x, shot.before)) for shot in departure.snapshots]
    told = np.concatenate([invert(key, shot.outputs) for shot, _ in shots])
    z = np.concatenate([ref.z for _, ref in shots])
    error = np.concatenate([ref.z_error + 64 * EPS * np.abs(ref.z) for _, ref in shots])
    known = np.concatenate([ref.checkable for _, ref in shots]) & ~np.isnan(told)
    told, z, error = told[known], z[known], error[known]
    if not len(z):
        return None
    scales = [1.0]
    floor = told.min()
    if floor < 0:
        scales.append(float(np.log(1e-7) / floor))
    infinite = np.isposinf(told)
    if infinite.any():
        scales.append(88.72 / float(z[infinite].min()))
    scales += np.geomspace(1e-3, 1e3, 601).tolist()
    for scale in scales:
        exponent = scale * z
        over, under = exponent > 88.8, exponent < 88.6
        with np.errstate(all="ignore"):
            wanted = np.logaddexp(exponent, np.log(1e-7)) / scale
            fits = np.abs(told - wanted) <= error + 64 * EPS * (1 + np.abs(wanted) + 1 / scale)
        if fits[under].all() and np.isposinf(told[over]).all():
            return float(scale)
    return None


def table_of_squares(targets: np.ndarray, outputs: np.ndarray) -> float:
    """Mean of (target − output)² over all pairs of rows."""
    spread = targets.var() + outputs.var()
    return float(spread + (targets.mean() - outputs.mean()) ** 2)


def sum_of_squares(targets: np.ndarray, outputs: np.ndarray) -> float:
    """Sum of (target − output)² over the rows."""
    return float(((targets - outputs) ** 2).sum())


def loss_fits(
    evidence: Evidence, departure: Departure, formula: Callable[[np.ndarray, np.ndarray], float]
) -> bool:
    """Whether a formula gives the loss at every departing probe."""
    for shot in departure.snapshots:
        r = residuals(evidence.case, shot)
        wanted = formula(r.y, r.outputs)
        size = wanted + 2 * np.abs(r.values * r.error).sum() / wanted if wanted else 0.0
        relative = 4 * summing_error(len(r.y)) + 4 * float(np.max(r.error)) / max(
            np.sqrt(size / len(r.y)), 1e-30
        )
        if not wanted < LARGEST / 8:
            continue
        if not abs(shot.loss - wanted) <= relative * abs(wanted):
            return False
    return True


def gradient_fits(
    evidence: Evidence, shot: Snapshot, factor: float = 1.0, kernel_only: bool = False
) -> bool:
    """Whether a probe's gradient is this multiple of the loss's derivative."""
    wanted, error = gradient.expected(evidence.case, shot)
    told = flat(shot.gradients)
    if kernel_only:
        count = len(shot.gradients["kernel"])
        wanted, error, told = wanted[:count], error[:count], told[:count]
    checkable = np.abs(wanted) < LARGEST / max(8, 2 * shot.batch_rows)
    return bool((~checkable | (np.abs(told - factor * wanted) <= error)).all())


def gradients_add_up(evidence: Evidence) -> bool:
    """Whether each of the first gradients is the one before plus the loss's derivative."""
    shots = evidence.case.consecutive()
    total = room = None
    for shot in shots:
        wanted, error = gradient.expected(evidence.case, shot)
        told = flat(shot.gradients)
        wanted = wanted if total is None else total + wanted
        room = error if room is None else error + EPS * np.abs(told) * 4
        if (np.abs(wanted) < LARGEST / 1e6).all() and not (
            np.abs(told - wanted) <= room + 4 * EPS * np.abs(wanted)
        ).all():
            return False
        total = told
    return len(shots) > 1


def applied_times(evidence: Evidence, times: int) -> bool:
    """Whether the first steps are so many of the optimizer's, each with the same gradient."""
    shots = evidence.case.consecutive()
    return bool(shots) and not any(
        update.differs(shot, after, error)
        for shot, (after, error) in zip(
            shots, update.followed(evidence.case, shots, times), strict=True
        )
    )
