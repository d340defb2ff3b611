"""What a run looks like, from its losses."""

from typing import Literal

import numpy as np

from ..events import from_number
from ..theory.regime import NEAR, RISES, SETTLED, Goal, Regime, judge
from .observed import Observed
from .reach import missing_bias, out_of_reach

HOVERING = 5  # epochs, fewer of which prove no hovering
MOSTLY = 0.5  # of what is left of the loss: more than that is no noise of batches
Verdict = Literal["healthy", "diverging", "oscillating", "slow", "stuck", "biased", "failed"]


def verdict_of(run: Observed) -> Verdict:
    """healthy, diverging, oscillating, slow, stuck, biased or failed."""
    record = run.record
    if record.outcome == "failed":
        return "failed"
    curve = record.full_loss
    if record.outcome == "diverged" or (len(curve) and not np.isfinite(curve[-1])):
        return "diverging"
    if not len(curve):
        return "slow"
    aim = run.declared.theory.goal(run.start)
    regime = "diverges" if _climbs(run.start, curve) else aim and _regime(run, aim, curve)
    if regime == "diverges":
        return "diverging"
    if aim is None or regime is None:
        return _without_goal(run, curve)
    later = curve[len(curve) // 2 :]
    rises = np.mean(np.diff(later) > 0) if len(later) >= HOVERING else 0.0
    hovers = rises >= RISES  # else it stands, or falls on
    near = bool(hovers and np.median(later) <= aim.optimal + SETTLED * aim.way)
    restless = regime == "oscillates" or (near and regime != "converges")
    on_its_way = restless and _on_its_way(run, aim, later)
    settled = None if on_its_way else _settled(run, regime, near)
    return settled or _slow(run, aim, curve)


def _on_its_way(run: Observed, aim: Goal, later: np.ndarray) -> bool:
    """Whether batches only shake a run that has not come to its optimum: most of what is left of
    the loss is left without their noise too."""
    still = run.loss_of_average
    if still is None or not run.conforms or run.case.steps_per_epoch == 1:
        return False
    return still > aim.near and still - aim.optimal > MOSTLY * (np.median(later) - aim.optimal)


def _regime(run: Observed, aim: Goal, curve: np.ndarray) -> Regime:
    told = run.prediction
    crossed = told.unstable_since_step is not None and told.unstable_until_step is None
    return judge(aim, curve, None, crossed, 0.0)


def _climbs(start: float | None, curve: np.ndarray) -> bool:
    """Whether the loss ends above its own start and was still going up."""
    if start is None or not np.isfinite(start):
        return False
    later = np.r_[start, curve][(len(curve) + 1) // 2 :]
    rise = curve[-1] - start
    return bool(
        rise > NEAR * start and curve[-1] >= later.max() and curve[-1] - later[0] > rise / 4
    )


def _settled(run: Observed, regime: Regime, near: bool) -> Verdict | None:
    """Of a run that came near its optimum or goes up and down; None for one that does neither."""
    arrived = near or regime in ("converges", "oscillates")
    if run.conforms and run.no_signal and arrived:
        return "stuck"  # at the optimum, which is no better than the mean
    if (near or regime == "converges") and missing_bias(run):
        return "biased"  # at the best that the setting allows, not the table
    hovers = near and run.prediction.regime in ("converges", "unknown")
    if run.conforms and (hovers or regime == "converges"):
        return "healthy"
    if regime == "converges":
        return "biased"
    predicted = run.prediction.regime if run.conforms else regime
    return "oscillating" if "oscillates" in (regime, predicted) else None


def _slow(run: Observed, aim: Goal, curve: np.ndarray) -> Verdict:
    """Above the optimum at the end: still falling, stopped at the baseline, or elsewhere."""
    flat = np.ptp(curve[len(curve) // 2 :]) <= NEAR * max(curve[-1] - aim.optimal, aim.way)
    if run.conforms or not flat or len(curve) == 1:
        return "slow"
    above = (curve[-1] - aim.optimal) / aim.way
    return "stuck" if 0.5 <= above <= 1.5 else "biased"


def _without_goal(run: Observed, curve: np.ndarray) -> Verdict:
    start = from_number(run.record.started.get("full_loss"))
    baseline = from_number(run.record.started.get("baseline_loss"))
    if not np.isfinite(baseline):
        return "biased"
    way = max(abs(start - curve.min()), abs(baseline - curve.min()))
    tail = curve[len(curve) // 2 :]
    if np.ptp(tail) > 0.05 * way:
        falling = np.mean(np.diff(tail) < 0) > 0.8 if len(tail) > 1 else True
        return "slow" if falling else "oscillating"
    if curve[-1] >= (1 - NEAR) * baseline:
        return "stuck"
    if run.conforms and _above_the_line(run, float(curve[-1]), baseline):
        return "slow" if curve[-1] < tail[0] else "biased"
    short = out_of_reach(run)
    return "healthy" if run.conforms and not (short and short.severe) else "biased"


def _above_the_line(run: Observed, last: float, baseline: float) -> bool:
    """Whether a run behind an activation ends clearly above what a line without it would leave."""
    line = run.loss_of_the_line
    if line is None or not run.declared.use_bias:
        return False
    return last > line + SETTLED * (baseline - line)
