"""One stage of one probed step, number by number: what the program had, and what it should have.

What a debugger shows who asks for one stage. It says nothing of the stages before: a gradient that
is wrong because the outputs are is shown as wrong.
"""

from dataclasses import dataclass

import numpy as np

from .case import Case
from .snapshot import EPS, LARGEST, Snapshot, flat
from .stages import forward, gradient, initialization, loss, pipeline, update

MOST = 8  # numbers shown of one stage
MOST_FEATURES = 3
FOLLOWED = "Of this optimizer only the first steps can be followed: choose one of those."
OTHER_SHAPE = "The weights have another shape than declared, so there is nothing to compare with."
CLOSE = 64 * EPS


@dataclass(frozen=True)
class Line:
    """A number of the program beside the one that it should be."""

    name: str
    actual: float
    reference: float
    differs: bool


@dataclass(frozen=True)
class Compared:
    """A stage at one step.

    Attributes:
        lines: Some of its numbers, those that differ first; none where nothing can be compared.
        differing, total: How many of all of them differ.
        why_not: Why nothing can be compared; empty where something can.
    """

    lines: tuple[Line, ...] = ()
    differing: int = 0
    total: int = 0
    why_not: str = ""


def compared(case: Case, stage: str, shot: Snapshot) -> Compared:
    """A stage of a probed step.

    Args:
        case: The run and what it was declared to do.
        stage: One of `core.diagnosis.conformance.STAGES`.
        shot: The step.
    """
    fits = len(shot.before.get("kernel", ())) == len(case.data.features)
    if stage not in ("pipeline", "initialization", "loss") and not fits:
        return Compared(why_not=OTHER_SHAPE)
    return STAGES[stage](case, shot)


def _pipeline(case: Case, shot: Snapshot) -> Compared:
    x, y = pipeline.expected(case, shot)
    cells, targets = pipeline.features_differ(case, shot), pipeline.targets_differ(case, shot)
    due = case.expected_rows(shot)[: len(shot.rows)]
    wrong_rows = np.array([own != row for own, row in zip(shot.rows, due, strict=False)], bool)
    columns = np.argsort(-cells.sum(axis=0), kind="stable")[:MOST_FEATURES]
    lines = []
    for place, row in enumerate(shot.rows):
        name = f"row {row + 1}"
        if place < len(due):
            off = bool(wrong_rows[place])
            lines.append(Line(f"place {place + 1}: row", row + 1.0, due[place] + 1.0, off))
        for column in columns:
            feature, at = case.data.features[column], (place, column)
            told = float(shot.x[at]), float(x[at]), bool(cells[at])
            lines.append(Line(f"{name}: {feature}", *told))
        told = float(shot.y[place]), float(y[place]), bool(targets[place])
        lines.append(Line(f"{name}: {case.data.target}", *told))
    differing = int(cells.sum() + targets.sum() + wrong_rows.sum())
    return _of(lines, differing, cells.size + targets.size + len(wrong_rows))


def _initialization(case: Case, shot: Snapshot) -> Compared:
    first, wanted = case.snapshots[0], case.declared.theory.first_weights()
    if first.step != 0 or wanted is None:
        return Compared(why_not="The first step was not told.")
    weights = flat(first.before)
    if len(weights) != len(wanted):
        line = Line("how many weights", len(weights), len(wanted), True)
        return Compared((line,), 1, 1)
    departs = initialization.check(case) is not None
    off = np.abs(weights - wanted) > CLOSE * max(float(np.abs(wanted).max()), EPS)
    return _numbers(_weights(case, shot), weights, wanted, off & departs)


def _forward(case: Case, shot: Snapshot) -> Compared:
    ref = forward.reference(case.declared.activation, shot.x, shot.before)
    names = [f"output of row {row + 1}" for row in shot.rows]
    return _numbers(names, shot.outputs, ref.outputs, forward.departs(ref, shot.outputs))


def _loss(case: Case, shot: Snapshot) -> Compared:
    wanted, error = loss.expected(case, loss.residuals(case, shot))
    holds = wanted < LARGEST / max(8, 2 * shot.batch_rows)  # else float32 has no such number
    off = holds and not abs(shot.loss - wanted) <= error
    name = f"loss of {shot.batch_rows} rows, from outputs and targets as they are"
    return Compared((Line(name, shot.loss, wanted, off),), int(off), 1)


def _gradient(case: Case, shot: Snapshot) -> Compared:
    wanted, error = gradient.expected(case, shot)
    told = flat(shot.gradients)
    with np.errstate(invalid="ignore"):
        off = ~(np.abs(told - wanted) <= error)
    return _numbers([f"gradient of {name}" for name in _weights(case, shot)], told, wanted, off)


def _update(case: Case, shot: Snapshot) -> Compared:
    shots = case.consecutive()
    remembers = case.declared.optimizer.key != "sgd" or case.declared.momentum != 0
    if remembers and shot not in shots:
        return Compared(why_not=FOLLOWED)
    shots = shots[: shots.index(shot) + 1] if remembers else [shot]
    after, error = update.followed(case, shots, 1)[-1]
    told = flat(shot.after)
    with np.errstate(invalid="ignore"):
        off = ~(np.abs(told - after) <= error)
    found = _numbers([f"{name}, after" for name in _weights(case, shot)], told, after, off)
    rate = Line("learning rate", shot.rate, declared_rate(case, shot), False)
    off_rate = not np.isclose(rate.actual, rate.reference, rtol=CLOSE, atol=0)
    rate = Line(rate.name, rate.actual, rate.reference, bool(off_rate))
    lines = (rate, *found.lines[: MOST - 1])
    return Compared(lines, found.differing + off_rate, found.total + 1)


def declared_rate(case: Case, shot: Snapshot) -> float:
    """The learning rate that a step was declared to have; its own, where that follows the loss."""
    schedule = case.declared.schedule
    if schedule.follows_run:
        return shot.rate
    with np.errstate(over="ignore"):
        return float(np.float32(schedule.at(case.declared.rate, np.array([shot.step]))[0]))


def _weights(case: Case, shot: Snapshot) -> list[str]:
    names = [f"weight of {name}" for name in case.data.features]
    return [*names, "bias"] if "bias" in shot.before else names


def _numbers(names, actual: np.ndarray, reference: np.ndarray, off: np.ndarray) -> Compared:
    told = zip(names, actual.tolist(), reference.tolist(), off.tolist(), strict=False)
    return _of([Line(*each) for each in told], int(off.sum()), len(off))


def _of(lines: list[Line], differing: int, total: int) -> Compared:
    first = sorted(lines, key=lambda line: not line.differs)  # stable: else as they come
    return Compared(tuple(first[:MOST]), differing, total)


STAGES = {
    "pipeline": _pipeline,
    "initialization": _initialization,
    "forward": _forward,
    "loss": _loss,
    "gradient": _gradient,
    "update": _update,
}
