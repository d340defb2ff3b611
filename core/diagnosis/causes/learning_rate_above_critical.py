from ...theory.wording import SEEN
from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding, Severity
from ..wording import fact, figure

STANDS = 0.99  # of the loss in the middle of the run: more at its end is no way down
LOWER = 0.5  # of the last loss, which a tenth of the rate would come below
SWINGING = 0.2  # of it: below, batches with momentum swing by that
RESTLESS = 0.5  # of the critical rate: from there on a component jumps across its valley


def find(evidence: Evidence) -> Finding | None:
    critical = evidence.largest_stable_rate
    if evidence.crosses_later or not evidence.finite:
        return None
    if critical is None:
        return _without_limit(evidence)
    rate, ratio = evidence.rate, evidence.rate / critical
    told = _above(evidence) if evidence.too_fast else _near(evidence, ratio)
    if told is None:
        return None
    level, effect = told
    text = f"The learning rate {figure(rate)} is {figure(ratio)} × the largest stable one, "
    text += f"{figure(critical)}{effect}."
    shown = (fact("learning rate", rate, critical, f"{figure(rate)} against {figure(critical)}"),)
    return Finding("learning-rate-above-critical", "hyperparameters", level, text, shown)


def _above(evidence: Evidence) -> tuple[Severity, str]:
    growth, effect = evidence.prediction.growth_per_step, ""
    if growth is not None and growth >= SEEN and evidence.declared.constant:
        when, does = "every epoch", f"the loss by {figure(growth)}"
        if evidence.case.steps_per_epoch > 1:
            when, does = "a step", f"the loss by about {figure(growth)} on average"
        effect = f", so {when} multiplies {does}"
        if not evidence.conforms:  # what the run does is its bug's doing
            effect = f", so once the program is right {when} would multiply {does}"
    bad = evidence.prediction.regime == "diverges" or evidence.verdict == "diverging"
    return "error" if bad else "warning", effect


def _near(evidence: Evidence, ratio: float) -> tuple[Severity, str] | None:
    """Of a rate that is stable; what swings far below the limit is the momentum."""
    whole, verdict = evidence.case.steps_per_epoch == 1, evidence.verdict
    batches = f"batches of {evidence.case.batch} row{'s' if evidence.case.batch != 1 else ''}"
    least = RESTLESS if whole else SWINGING if evidence.declared.momentum >= 0.5 else 0.0
    if not evidence.conforms or ratio < least:
        return None
    if verdict == "oscillating" and not _something_else_does(evidence):
        how = "at every step" if whole else f"with {batches}"
        if ratio > 1:  # stable again above it, in this order of the rows
            return "warning", f", and the loss does not settle {how}"
        effect = ": too near to it for the loss to settle, so it jumps across the valley "
        return "warning", effect + how
    if verdict == "diverging" and ratio >= RESTLESS and not whole:
        effect = ": that one holds in the long run, and this run of "
        return "error", effect + f"{batches} is thrown about before it"
    return None


def _something_else_does(evidence: Evidence) -> bool:
    """Whether the schedule is what came between, or no lower rate brings the run to its optimum in
    time, and a higher one, scaling or more epochs would."""
    if evidence.decays_too_soon:
        return True
    if evidence.settles_only_scaled:
        return True
    if evidence.reaches_at_best:
        return False
    if evidence.reaches_at_best_with(evidence.standardized):
        return True
    if evidence.came_near_in is not None and evidence.settles_at_a_lower_rate:
        return False  # it was there, and its steps are what took it away
    return evidence.longer is not None


def _without_limit(evidence: Evidence) -> Finding | None:
    """Where no formula gives the limit: the run itself, and its simulation at a lower rate."""
    rate = evidence.rate
    if not evidence.conforms or evidence.verdict not in ("diverging", "oscillating"):
        return _hovers(evidence)
    diverging = evidence.verdict == "diverging"
    lower = next((r for r in (rate / 10, rate / 100) if evidence.settles_at(r)), None)
    if lower is None and not diverging and _something_else_does(evidence):
        return None
    does = "drives the loss away" if diverging else "keeps the loss from settling"
    text = f"The learning rate {figure(rate)} is too high for "
    text += f"{evidence.declared.optimizer.title} here and {does}"
    if lower is not None:
        text += f"; at {figure(lower)} it would come down"
    limit = lower or rate / 10
    shown = (fact("learning rate", rate, limit, f"{figure(rate)} against {figure(limit)}"),)
    level = "error" if diverging else "warning"
    return Finding("learning-rate-above-critical", "hyperparameters", level, text + ".", shown)


def _hovers(evidence: Evidence) -> Finding | None:
    """Of a loss that stands high up, where steps of a tenth the length would bring it lower."""
    loss, rate = evidence.record.full_loss, evidence.rate
    if evidence.verdict != "slow" or not evidence.conforms or len(loss) < 2:
        return None
    told = evidence.at(rate / 10, evidence.data)
    lower, on_its_way = told.full_loss, loss[-1] < STANDS * loss[len(loss) // 2]
    if lower is None or not lower[-1] < LOWER * loss[-1]:
        return None
    if on_its_way and (told.regime != "converges" or evidence.longer):
        return None
    text = (
        f"The learning rate {figure(rate)} is too high for "
        f"{evidence.declared.optimizer.title} here: the loss ends at "
        f"{figure(float(loss[-1]))}, and at {figure(rate / 10)} it would come "
        f"down to {figure(lower[-1])}."
    )
    told = f"final loss: {figure(float(loss[-1]))}, at the lower rate {figure(lower[-1])}"
    shown = (fact("final loss", float(loss[-1]), lower[-1], told),)
    return Finding("learning-rate-above-critical", "hyperparameters", "warning", text, shown)


CAUSE = Cause(
    key="learning-rate-above-critical",
    title="Learning rate above the largest stable one",
    what="The steps are longer than the steepest direction of the loss allows.",
    why="Each step jumps across the valley and lands higher up on the other side.",
    see="The rate against 2 / λmax, or what theory gives for this optimizer and these batches.",
    remedy="Lower the rate, or make the loss less curved: standardize.",
    reference="Goh, “Why Momentum Really Works”, Distill, 2017; Ma & Ying 2021 for mini-batches.",
    example={
        "data": {"source": "diabetes"},
        "scaling": {"features": "standard"},
        "optimizer": {"learning_rate": 0.5},
        "training": {"batch_size": None},
    },
    find=find,
    needs=("finite",),
)
