"""One sentence that says what will happen, and why, to someone who has never heard of curvature."""

import numpy as np

from ..spec import Spec
from .optimum import EXACT
from .prediction import Prediction
from .problem import Problem

STEEP = 100  # a condition number above this is worth naming as the reason
CHAOTIC = (
    " From epoch {since} on its single values hang on how float32 rounds: the predicted curve "
    "ends there."
)
UNSURE = " From epoch {since} on that changes its single values: the predicted curve ends there."
SAME = 1e-3  # of a loss: what one is higher by and still as high
SEEN = 1.005  # a growth that three digits tell from 1
LOW = 0.1  # of the critical rate: below this the rate itself is the reason


def explain(spec: Spec, problem: Problem, prediction: Prediction) -> str:
    """The sentence for a prediction's `why`; a second one where the curve is not all certain."""
    if prediction.certain_epochs is not None:
        told = f"{_rate(spec, prediction)}: {_in_common(spec, prediction)}."
        until = CHAOTIC if prediction.regime_is_certain else UNSURE
        return told + until.format(since=prediction.certain_epochs + 1)
    return {
        "diverges": _diverges,
        "converges": _converges,
        "oscillates": _oscillates,
        "slow": _slow,
        "unknown": _unknown,
    }[prediction.regime](spec, problem, prediction)


def figure(value: float | None) -> str:
    """Three significant digits; powers of ten only where a number is very large or small."""
    if value is None:
        return "unknown"
    if not np.isfinite(value) or (value != 0 and not 1e-4 <= abs(value) < 1e9):
        return f"{value:.3g}"
    digits = 3 if value == 0 else max(0, 2 - int(np.floor(np.log10(abs(value)))))
    text = f"{float(f'{value:.3g}'):,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def apart(value: float, limit: float) -> tuple[str, str]:
    """Both in three significant digits, or in as many as show that they differ."""
    texts = figure(value), figure(limit)
    for digits in range(4, 10):
        if texts[0] != texts[1] or value == limit:
            break
        texts = f"{value:,.{digits}g}", f"{limit:,.{digits}g}"
    return texts


def _in_common(spec: Spec, p: Prediction) -> str:
    """What runs that round otherwise have in common: no number from where they part."""
    arrives, certain, optimum = p.epochs_to_optimum, p.certain_epochs or 0, _optimum(p)
    if not p.regime_is_certain:
        whether = f"comes to its optimum, {optimum}, and stays there"
        if arrives is not None and arrives <= certain:
            whether = f"that comes near its optimum, {optimum}, in {_epochs(arrives)} stays there"
        return f"whether the loss {whether} hangs on how float32 rounds"
    if p.regime == "converges":
        when = f" in {_epochs(arrives)}" if arrives is not None and arrives <= certain else ""
        return f"the loss will be near its optimum, {optimum},{when or ' at some time'}"
    if p.regime == "oscillates":
        return f"the loss will go up and down without settling; its optimum is {optimum}"
    if p.regime == "diverges":
        return f"the loss will end far above its start, {figure(p.initial_loss)}"
    return f"after {_epochs(spec.training.epochs)} the loss will not be at its optimum, {optimum}"


def _epochs(count: int | None) -> str:
    return f"{count:,} epoch{'s' if count != 1 else ''}"


def _rate(spec: Spec, p: Prediction) -> str:
    """How the learning rate stands to the critical one, or how the run was looked at."""
    if p.critical_learning_rate is None or p.learning_rate_ratio is None:
        return f"Simulated step by step with {spec.optimizer.title}"
    critical, ratio = p.critical_learning_rate, p.learning_rate_ratio
    constant = spec.schedule.key == "constant"
    which = "Your rate" if constant else "Your highest rate"
    if not np.isfinite(ratio):
        return f"{which} {figure(spec.optimizer.learning_rate)} is more than float32 can hold"
    if constant and ratio <= 0:
        return _rate_that_is_none(spec.optimizer.learning_rate)
    rate = f"{which} {figure(ratio * critical)}"
    told = f"{rate} is {figure(ratio)} × the largest stable one, {figure(critical)}"
    if ratio <= 1 or p.regime == "diverges":
        return told
    epochs = spec.training.epochs
    return told + (f", which {epochs:,} epochs hardly show" if constant else ", for a while")


def _rate_that_is_none(rate: float) -> str:
    if rate < 0:
        return f"Your rate {figure(rate)} is below 0, so each step goes up the loss, not down"
    if rate > 0:
        return f"Your rate {figure(rate)} is 0 for float32, so no step moves anything"
    return "Your rate is 0, so no step moves anything"


def _optimum(p: Prediction) -> str:
    """The optimal loss; 0 where it is nothing but rounding."""
    exact = p.optimal_loss is not None and p.optimal_loss < EXACT * (p.baseline_loss or 0.0)
    return figure(0.0 if exact else p.optimal_loss)


def _diverges(spec: Spec, problem: Problem, p: Prediction) -> str:
    constant = spec.schedule.key == "constant"
    if constant and p.learning_rate_ratio is not None and p.learning_rate_ratio > 1:
        if not np.isfinite(p.growth_per_step or 0.0):
            return f"{_rate(spec, p)}: the loss will be infinite after the first step."
        text = f"{_rate(spec, p)}: the loss will grow"
        grows = p.growth_per_step is not None and p.growth_per_step >= SEEN
        if not grows:
            return f"{text} in the long run."
        each = "each epoch" if problem.full_batch else "a step, on average"
        about = "" if problem.full_batch else "about "
        return f"{text} {about}{figure(p.growth_per_step)}-fold {each}."
    if p.unstable_since_epoch is not None and p.critical_learning_rate is not None:
        critical, since = p.critical_learning_rate, p.unstable_since_epoch
        if p.unstable_until_step is None:
            unless = ", unless it has come to exactly 0" if _optimum(p) == "0" else ""
            return (
                f"The schedule's rate passes the largest stable one, {figure(critical)}, in epoch "
                f"{since + 1} and stays above it: from there the loss will grow{unless}."
            )
        until = -(-p.unstable_until_step // problem.steps_per_epoch)
        return (
            f"The schedule's rate is above the largest stable one, {figure(critical)}, up to epoch "
            f"{until}: the loss will grow until then, too far to come back."
        )
    curve = np.array(p.full_loss)
    lost = np.flatnonzero(~np.isfinite(curve))
    if len(lost):
        end = f"will be too large for float32 in epoch {lost[0] + 1}"
    else:
        end = f"will end at {figure(curve[-1])}, far above its start, {figure(p.initial_loss)}"
    return f"{_rate(spec, p)}: the loss {end}."


def _converges(spec: Spec, problem: Problem, p: Prediction) -> str:
    text = f"{_rate(spec, p)}: the loss will be near its optimum, {_optimum(p)}, in "
    text += _epochs(p.epochs_to_optimum)
    highest = max((p.full_loss or [0.0])[p.epochs_to_optimum or 0 :], default=0.0)
    if highest > (p.baseline_loss or np.inf):
        text += f", then climb as high as {figure(highest)}, and come back"
    return f"{text}."


def _oscillates(spec: Spec, problem: Problem, p: Prediction) -> str:
    later = np.array(p.full_loss)[spec.training.epochs // 2 :]
    jumps = p.learning_rate_ratio is not None and problem.full_batch
    if jumps and (spec.optimizer.momentum == 0 or _falls(later)):
        if spec.optimizer.momentum:
            return (
                f"{_rate(spec, p)}: the steps swing to and fro across the valley, and the loss "
                f"will still be {figure(later[-1])} at the end."
            )
        return (
            f"{_rate(spec, p)}: each step jumps across the valley, almost as far up the other "
            f"side, and the loss will still be {figure(later[-1])} at the end."
        )
    return (
        f"{_rate(spec, p)}: the loss will go up and down between {figure(later.min())} and "
        f"{figure(later.max())} without settling; its optimum is {_optimum(p)}."
    )


def _falls(losses: np.ndarray) -> bool:
    """Whether each is lower than the one before, or as high as far as can be seen."""
    return bool((losses[1:] <= (1 + SAME) * losses[:-1]).all())


def _slow(spec: Spec, problem: Problem, p: Prediction) -> str:
    curve, epochs = p.full_loss or [float("nan")], spec.training.epochs
    if p.epochs_to_optimum is not None and p.epochs_to_optimum <= epochs:
        return (
            f"{_rate(spec, p)}: the loss will be near its optimum, {_optimum(p)}, in "
            f"{_epochs(p.epochs_to_optimum)}, then leave it, and end at {figure(curve[-1])}."
        )
    if p.epochs_to_optimum is not None:
        arrives = f"the loss will need {_epochs(p.epochs_to_optimum)} to come near its optimum"
        arrives += f", {_optimum(p)}"
    else:
        arrives = f"after {_epochs(epochs)} the loss will be {figure(curve[-1])}"
        arrives += f", and its optimum is {_optimum(p)}"
    ratio, condition = p.learning_rate_ratio, p.condition_number
    reason = ""
    if ratio is not None and condition is not None and condition > STEEP and ratio >= LOW:
        reason = f", but it is tiny for the flattest direction, {figure(condition)} × less curved"
    return f"{_rate(spec, p)}{reason}: {arrives}."


def _unknown(spec: Spec, problem: Problem, p: Prediction) -> str:
    steps = problem.steps_per_epoch * spec.training.epochs
    if p.learning_rate_ratio is not None:
        return (
            f"{_rate(spec, p)}, so the loss should not explode; following all {steps:,} steps "
            "beforehand would take too long to say more."
        )
    return (
        f"No formula tells the course of {spec.optimizer.title} here, and following all {steps:,} "
        "steps beforehand would take too long."
    )
