"""Are the weights after a step what the declared optimizer makes of the gradients?"""

import numpy as np

from ...theory.updates import update_rule
from ...theory.wording import apart
from ..case import Case, Departure
from ..snapshot import EPS, LARGEST, SMALLEST, Snapshot, flat

REPLICAS = 4  # reruns in float32, with gradients a rounding away: how far rounding carries


def check(case: Case) -> Departure | None:
    """Follows the optimizer from its first step as far as the probes are consecutive.

    An optimizer that keeps nothing from step to step is checked at every probe.
    """
    shots = case.consecutive()
    wrong = []
    before = None
    for shot, (after, error) in zip(shots, followed(case, shots, 1), strict=True):
        if before is not None and not np.array_equal(flat(shot.before), before, equal_nan=True):
            text = f"between the steps {shot.step - 1} and {shot.step} the weights have changed"
            return Departure("update", "between", (shot,), text)
        before = flat(shot.after)
        if differs(shot, after, error):
            wrong.append((shot, after))
    optimizer = case.declared.optimizer
    if optimizer.key == "sgd" and case.declared.momentum == 0:
        for shot in case.snapshots:
            if shot not in shots:
                ((after, error),) = followed(case, [shot], 1)
                if differs(shot, after, error):
                    wrong.append((shot, after))
    rates = _rates(case)
    for shot in case.snapshots:
        if wrong and wrong[0][0].step < shot.step:
            break
        if rates is not None and not np.isclose(shot.rate, rates(shot.step), rtol=4 * EPS, atol=0):
            due = rates(shot.step)
            text = "at step {} a rate of {}, not {}".format(shot.step, *apart(shot.rate, due))
            return Departure("update", "rate", (shot,), text, shot.rate, due)
    if not wrong:
        return None
    shot, after = wrong[0]
    moved = flat(shot.after) - flat(shot.before)
    due = after - flat(shot.before)
    worst = int(np.argmax(np.abs(moved - due)))
    told, wanted = float(moved[worst]), float(due[worst])
    shown = apart(told, wanted)
    return Departure(
        "update",
        "weights",
        tuple(shot for shot, _ in wrong),
        f"at step {shot.step} a weight moved by {shown[0]} where {optimizer.title} moves it by "
        f"{shown[1]}",
        value=told,
        limit=wanted,
    )


def followed(case: Case, shots: list[Snapshot], times: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The weights after each step, and by how much float32 may miss them.

    Args:
        case: Names the optimizer.
        shots: Its first steps; each starts from the weights that the run had.
        times: How often each gradient is applied.
    """
    if not shots:
        return []
    size, kernel = len(flat(shots[0].before)), len(shots[0].before["kernel"])
    precisions = (np.float64, *[np.float32] * REPLICAS)
    rules = [update_rule(case.declared.optimizer, size, kernel, kind) for kind in precisions]
    random = np.random.default_rng(0)
    told = []
    for shot in shots:
        start, gradient = flat(shot.before), flat(shot.gradients)
        ends = []
        for rule, kind in zip(rules, precisions, strict=True):
            signs = random.choice([-1.0, 1.0], size) if kind is np.float32 else np.zeros(size)
            with np.errstate(all="ignore"):
                weights = start.astype(kind)
                near = (gradient * (1 + 4 * EPS * signs)).astype(kind)
                for _ in range(times):
                    weights = rule(weights, near, shot.rate)
            ends.append(weights.astype(float))
        with np.errstate(all="ignore"):
            spread = np.abs(np.array(ends) - ends[0]).max(axis=0)
            spread[~np.isfinite(spread)] = np.inf  # float32 overflows on the way: nothing is known
            moved = np.abs(ends[0] - start)
            error = (
                8 * spread
                + _correction(case.declared.optimizer, shot.step * times) * moved
                + 4 * EPS * np.abs(start)
                + SMALLEST
            )
        told.append((ends[0], error))
    return told


def _correction(optimizer, step: int) -> float:
    """How far a float32 may miss 1 / (1 − βᵗ), which Adam and its kin divide by."""
    betas = [getattr(optimizer, name, 0.0) for name in ("beta_1", "beta_2")]
    return EPS * (64 + sum(4 / (1 - beta ** (step + 1)) for beta in betas if beta < 1))


def differs(shot: Snapshot, after: np.ndarray, error: np.ndarray) -> bool:
    """Whether the weights went somewhere else; not where the step leaves float32 anyway."""
    with np.errstate(all="ignore"):
        gradient = flat(shot.gradients)
        within = np.abs(after) < LARGEST / 8
        within &= np.abs(gradient) < np.sqrt(LARGEST) / 8
        return bool((within & ~(np.abs(flat(shot.after) - after) <= error)).any())


def _rates(case: Case):
    schedule = case.declared.schedule
    if schedule.follows_run:
        return None
    rate = case.declared.rate
    with np.errstate(over="ignore"):
        return lambda step: float(np.float32(schedule.at(rate, np.array([step]))[0]))
