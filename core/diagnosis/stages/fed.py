"""The shape of a departure in the pipeline: what was done to the features and targets?"""

import numpy as np

from ..case import Departure
from ..evidence import Evidence
from ..snapshot import EPS, Snapshot
from .evaluation import loss_of
from .pipeline import expected, features_differ, targets_differ

STEADY = 1e-2  # relative difference of what every epoch does


def raw(evidence: Evidence, scaled: np.ndarray) -> np.ndarray:
    """Features (k, d) in the table's own units."""
    return evidence.data.feature_scaling.inverse_transform(scaled)


def raw_error(evidence: Evidence, scaled: np.ndarray) -> np.ndarray:
    """By how much a float32 may miss them."""
    scaling = evidence.data.feature_scaling
    scale = 1.0 if scaling.scale is None else scaling.scale
    center = 0.0 if scaling.center is None else np.abs(scaling.center)
    return 2 * EPS * (np.abs(scaled) * scale + center)


def offsets(evidence: Evidence, departure: Departure | None) -> tuple[str, float] | None:
    """The feature with the largest offset at the last probe, if offsets are all there is.

    Each probe's rows must all be off by the same, and not the same at every epoch.
    """
    if departure is None:
        return None
    seen: dict[int, np.ndarray] = {}
    for shot in departure.snapshots:
        wanted, finite = expected(evidence.case, shot)[0], np.isfinite(shot.x)
        off = shot.x - wanted
        room = 2 * EPS * (np.abs(shot.x) + np.abs(wanted) + np.abs(off))
        middle = np.median(np.where(finite, off, np.nan), axis=0)
        if (finite & (np.abs(off - middle) > room)).any():
            return None
        seen[shot.epoch] = middle
    first, last = (np.nan_to_num(seen[epoch]) for epoch in (min(seen), max(seen)))
    started = min(shot.epoch for shot in evidence.case.snapshots) < min(seen)
    if len(seen) == 1 and (not started or len(departure.snapshots[0].rows) < 2):
        return None
    if len(seen) > 1 and np.allclose(first, last, rtol=1e-3):
        return None
    told = max(len(shot.rows) for shot in departure.snapshots)
    if told < 2 and not (_parallel(first, last) or _steady(seen)):
        return None  # a single row is off by something, whatever the bug
    column = int(np.argmax(np.abs(last)))
    return evidence.data.features[column], float(last[column])


def _parallel(first: np.ndarray, last: np.ndarray) -> bool:
    lengths = np.linalg.norm(first) * np.linalg.norm(last)
    return len(first) > 1 and abs(float(first @ last)) >= (1 - 1e-6) * float(lengths)


def _steady(offsets: dict[int, np.ndarray]) -> bool:
    """Whether what is added grows by the same at every epoch."""
    each = np.array([offset / epoch for epoch, offset in offsets.items() if epoch])
    return len(each) > 2 and bool(np.isclose(each, each[0], rtol=STEADY).all())


def growing_factor(evidence: Evidence, departure: Departure | None) -> float | None:
    """The last probe's factor, if every probe's features are a multiple of the prepared ones."""
    if departure is None:
        return None
    factors: dict[int, float] = {}
    for shot in departure.snapshots:
        wanted = expected(evidence.case, shot)[0]
        known = np.isfinite(shot.x) & np.isfinite(wanted)
        if not (wanted[known] != 0).any():
            continue
        largest = np.argmax(np.where(known, np.abs(wanted), -1))
        factor = float(shot.x.flat[largest] / wanted.flat[largest])
        room = 8 * EPS * (np.abs(factor * wanted) + np.abs(shot.x)) * (shot.epoch + 2)
        if (np.abs(shot.x - factor * wanted) > room)[known].any():
            return None
        factors[shot.epoch] = factor
    if not factors or min(factors) == 0:
        return None  # what is off from the start was not done again and again
    started = min(shot.epoch for shot in evidence.case.snapshots) < min(factors)
    first, last = factors[min(factors)], factors[max(factors)]
    changes = not np.isclose(first, last, rtol=1e-4)
    if not _compounds(factors):
        return None
    return last if changes or (started and len(factors) == 1) else None


def _compounds(factors: dict[int, float]) -> bool:
    """Whether the same factor was applied once more at every epoch; of one epoch, who knows."""
    known = {epoch: factor for epoch, factor in factors.items() if epoch and factor}
    below = {epoch for epoch, factor in known.items() if factor < 0}
    if below and below != {epoch for epoch in known if epoch % 2}:
        return False  # of a factor below 0 every second one is
    each = np.array([np.log(abs(factor)) / epoch for epoch, factor in known.items()])
    return len(each) < 3 or bool(np.isclose(each, each[-1], rtol=STEADY).all())


def noise(evidence: Evidence, departure: Departure | None) -> float | None:
    """Its size over the features' standard deviations, if almost every cell is off at random."""
    if departure is None:
        return None
    varies = np.ptp(evidence.data.x_train, axis=0) > 0
    if not varies.any():
        return None
    spread = evidence.data.x_train.std(axis=0, dtype=np.float64)[varies]
    centre = evidence.data.x_train.mean(axis=0, dtype=np.float64)[varies]
    off, values, cells = [], [], []
    for shot in evidence.case.snapshots:
        wanted = expected(evidence.case, shot)[0]
        off.append((shot.x - wanted)[:, varies] / spread)
        values.append((wanted[:, varies] - centre) / spread)
        cells.append(features_differ(evidence.case, shot)[:, varies])
    disturbed, value, cell = np.concatenate(off), np.concatenate(values), np.concatenate(cells)
    if cell.mean() < 0.9 or not np.isfinite(disturbed).all():
        return None
    count = disturbed.size
    size = float(np.sqrt(np.mean(disturbed**2)))
    doubt = 5 / np.sqrt(count)  # of a mean or a correlation of independent numbers
    tied = float(np.mean(disturbed * value)) / (size * float(np.sqrt(np.mean(value**2))))
    if abs(float(disturbed.mean())) > doubt * size or abs(tied) > doubt:
        return None
    return size


def shift(evidence: Evidence, departure: Departure | None) -> int | None:
    """By how many rows the targets are off, if by the same number everywhere."""
    if departure is None:
        return None
    targets = evidence.data.y_train[:, 0].astype(float)
    rows = np.concatenate([shot.rows for shot in evidence.case.snapshots])
    told = np.concatenate([shot.y for shot in evidence.case.snapshots])
    shifts = np.arange(1, len(targets))
    for row, target in zip(rows, told, strict=True):
        if not len(shifts):
            return None
        shifts = shifts[targets[(row - shifts) % len(targets)] == target]
    if not len(shifts):
        return None
    signed = np.where(shifts > len(targets) // 2, shifts - len(targets), shifts)
    return int(signed[np.argmin(np.abs(signed))])


def mixed_up(evidence: Evidence, departure: Departure | None) -> tuple[int, int] | None:
    """Rows with another row's target, and rows shown; None where a target is of no row."""
    if departure is None:
        return None
    known = np.unique(evidence.data.y_train[:, 0].astype(float))
    shown: dict[int, bool] = {}
    for shot in evidence.case.snapshots:
        if not np.isin(shot.y, known).all():
            return None
        shown |= zip(shot.rows.tolist(), targets_differ(evidence.case, shot).tolist(), strict=True)
    return sum(shown.values()), len(shown)


def by_target(evidence: Evidence) -> bool:
    """Whether every probed batch is cut from the rows sorted by their target."""
    order = np.argsort(evidence.data.y_train[:, 0], kind="stable")
    batch, per_epoch = evidence.case.batch, evidence.case.steps_per_epoch
    targets = evidence.data.y_train[:, 0]

    def fits(order: np.ndarray, shot: Snapshot) -> bool:
        position = shot.step % per_epoch
        rows = order[position * batch : (position + 1) * batch][: len(shot.rows)]
        return np.array_equal(targets[rows], targets[shot.rows])

    shots = evidence.case.snapshots
    return any(all(fits(tried, shot) for shot in shots) for tried in (order, order[::-1]))


def _wrong_cells(evidence: Evidence) -> dict[tuple[int, int], tuple[float, float, float]]:
    """Raw value fed, raw value of the table and rounding of each cell that departs."""
    told = {}
    for shot in evidence.case.snapshots:
        cells = features_differ(evidence.case, shot)
        fed_raw, error = raw(evidence, shot.x), raw_error(evidence, shot.x)
        for k, j in np.argwhere(cells):
            row = int(shot.rows[k])
            own = float(evidence.data.x_raw_train[row, j])
            told[row, int(j)] = float(fed_raw[k, j]), own, float(error[k, j])
    return told


def _same_at_every_epoch(evidence: Evidence) -> bool:
    known: dict[int, np.ndarray] = {}
    for shot in evidence.case.snapshots:
        for row, values in zip(shot.rows.tolist(), shot.x, strict=True):
            if not np.array_equal(known.setdefault(row, values), values, equal_nan=True):
                return False
    return True


def placeholder(evidence: Evidence, departure: Departure | None) -> tuple[float, int, int] | None:
    """The one raw number that all departing cells hold, their count, and cells shown."""
    if departure is None or not _same_at_every_epoch(evidence):
        return None
    cells = _wrong_cells(evidence)
    values = np.array([value for value, _, _ in cells.values()])
    room = max(error for _, _, error in cells.values())
    if not np.isfinite(values).all() or np.ptp(values) > 4 * room:
        return None
    rows = {int(row) for shot in evidence.case.snapshots for row in shot.rows}
    middle = float(np.median(values))
    near = round(middle)
    value = float(near) if abs(middle - near) <= 4 * room else middle
    return value, len(cells), len(rows) * len(evidence.data.features)


def other_unit(evidence: Evidence, departure: Departure | None) -> tuple[float, int, int] | None:
    """The factor of the rows that are in another unit, their count, and rows shown."""
    if departure is None or not _same_at_every_epoch(evidence):
        return None
    cells = _wrong_cells(evidence)
    wrong = sorted({row for row, _ in cells})
    shown = sorted({int(row) for shot in evidence.case.snapshots for row in shot.rows})
    if len(wrong) == len(shown) == evidence.case.rows:
        return None
    ratios = [(value / own, error / abs(own)) for value, own, error in cells.values() if own]
    if not ratios or any(value for value, own, _ in cells.values() if not own):
        return None
    factors, errors = np.array(ratios).T
    factor = float(factors[np.argmin(errors)])
    if (np.abs(factors - factor) > 4 * errors + 4 * EPS * abs(factor)).any():
        return None
    if len(cells) == 1 and not _round(factor, float(errors[0])):
        return None
    whole = evidence.data.x_raw_train[wrong] != 0
    unscaled = whole.sum()  # every cell of those rows must be in that unit, but for zeros
    return (factor, len(wrong), len(shown)) if len(cells) >= 0.9 * unscaled else None


def _round(factor: float, error: float) -> bool:
    """Whether a factor is a whole number, or one over it: of a single cell any factor would do."""
    near = round(factor) if abs(factor) > 1 else 1 / round(1 / factor)
    return bool(near) and abs(factor - near) <= 4 * error + 1e-5 * abs(factor)


def validation_is_raw(evidence: Evidence, departure: Departure) -> bool:
    """Whether the validation loss is that of held-out rows that were never scaled."""
    case, data = evidence.case, evidence.data
    if data.x_raw_val is None or data.y_val is None:
        return False
    shot = departure.snapshots[-1]
    told = departure.value or 0.0
    for variables in (shot.after, shot.before):
        wanted, error = loss_of(case, data.x_raw_val.astype(np.float32), data.y_val, variables)
        if abs(told - wanted) <= 4 * error:
            return True
    return False
