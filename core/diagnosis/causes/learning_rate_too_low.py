from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..whatif import Way
from ..wording import epochs, fact, figure

FAR_BELOW = 0.1  # of the critical rate
MUCH = 10  # times as many epochs, which a higher rate saves at least
HARDLY = 0.01  # of the way to the optimum


def find(evidence: Evidence) -> Finding | None:
    if evidence.higher_rate_with_bias is not None:
        return _with_a_bias(evidence, evidence.higher_rate_with_bias)
    bug = not evidence.conforms and evidence.prediction.regime == "slow"
    slow = evidence.conforms and evidence.verdict == "slow"
    if not (bug or slow) or _something_else_does(evidence):
        return None
    way = evidence.best_way_with(evidence.data)
    if way is not None and (way.own or way.rate <= evidence.rate):
        return None
    rate, critical = evidence.rate, evidence.prediction.critical_learning_rate
    better = None if way is None else way.rate
    if way is not None:
        kept = "kept " if way.constant else ""
        same = "same " if critical is None and not way.constant else ""
        effect = f"{kept}at {figure(way.rate)} the {same}run would reach its optimum in time"
    elif critical is not None and rate >= FAR_BELOW * critical:
        return None
    else:
        moved = None if bug else _hardly_moved(evidence)
        better, effect = _later(evidence) or moved or (None, "")
        if not effect:
            return None
    effect = f"once the program is right, {effect}" if bug else effect
    text = f"The learning rate {figure(rate)} is too low: {effect}."
    if critical is not None:
        text = f"The learning rate {figure(rate)} is only {figure(rate / critical)} × the largest "
        text += f"stable one, {figure(critical)}: {effect}."
    limit = critical if better is None else better
    against = "" if limit is None else f" against {figure(limit)}"
    shown = (fact("learning rate", rate, limit, f"{figure(rate)}{against}"),)
    return Finding("learning-rate-too-low", "hyperparameters", "warning", text, shown)


def _something_else_does(evidence: Evidence) -> bool:
    """Whether at its own rate the run would do, were it not for something else."""
    return evidence.decays_too_soon or evidence.held_back or evidence.only_lacks_scale


def _with_a_bias(evidence: Evidence, way: Way) -> Finding:
    """Of a run that lacks a bias too: once it has one."""
    rate = evidence.rate
    text = (
        f"With a bias the learning rate {figure(rate)} is too low: kept at {figure(way.rate)} the "
        "run would reach its optimum in time."
    )
    shown = (fact("learning rate", rate, way.rate, f"{figure(rate)} against {figure(way.rate)}"),)
    return Finding("learning-rate-too-low", "hyperparameters", "warning", text, shown)


def _later(evidence: Evidence) -> tuple[float, str] | None:
    """A rate that gets there after the run's end, but much sooner than its own."""
    way, own = evidence.best_way_in_the_end, evidence.prediction.epochs_to_optimum
    if way is None or way.epochs is None or way.epochs > evidence.declared.most_epochs:
        return None
    if way.rate <= evidence.rate:
        return None
    if own is not None and own < MUCH * way.epochs:
        return None
    instead = "" if own is None else f" in place of {own:,}"
    kept = "" if evidence.declared.constant else "kept "
    return way.rate, f"{kept}at {figure(way.rate)} it would take {epochs(way.epochs)}{instead}"


def _hardly_moved(evidence: Evidence) -> tuple[None, str] | None:
    """A run that went next to nowhere, where no better rate is known."""
    start, optimum = evidence.start, evidence.prediction.optimal_loss
    if start is None or optimum is None or not start > optimum:
        return None
    share = (start - float(evidence.record.full_loss[-1])) / (start - optimum)
    if share > HARDLY:
        return None
    steps = evidence.declared.steps
    return None, f"in {steps:,} steps the loss has come {max(share, 0.0):.2g} of its way down"


CAUSE = Cause(
    key="learning-rate-too-low",
    title="Learning rate too low",
    what="The steps are so short that the run ends on its way.",
    why="Each step takes away the share ηλ of a component of the error.",
    see="At a higher rate that is still stable the same run would have reached the optimum.",
    remedy="Raise the rate, up to half the largest stable one.",
    reference="Smith, “Cyclical Learning Rates for Training Neural Networks”, 2017.",
    example={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 1e-5},
    },
    find=find,
    needs=("finite", "linear", "end"),
)
