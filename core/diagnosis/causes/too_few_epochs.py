from ..cause import Cause
from ..declared import Change
from ..evidence import Evidence
from ..finding import Finding
from ..whatif import LONGER
from ..wording import fact, figure

FALLING = 1e-4  # of the loss
SWINGS = 0.5  # momentum


def find(evidence: Evidence) -> Finding | None:
    linear = evidence.declared.activation == "linear"
    return _of_a_line(evidence) if linear else _behind_an_activation(evidence)


def _of_a_line(evidence: Evidence) -> Finding | None:
    restless = evidence.verdict == "oscillating" and not _settles_at_no_higher_rate(evidence)
    if restless and evidence.declared.momentum >= SWINGS and evidence.lower_momentum:
        return None  # it is the momentum that keeps the loss from settling
    if evidence.lacks_more_than_bias or not evidence.conforms:
        return _beside_a_bug(evidence) if not evidence.conforms else _with_a_bias(evidence)
    if not (evidence.verdict == "slow" or restless) or evidence.held_back:
        return None
    loss, optimum = evidence.record.full_loss, evidence.optimal_loss
    epochs, needed = evidence.declared.epochs, _needed(evidence)
    if needed is None and (restless or evidence.came_near_in or not _still_falling(evidence)):
        return _did_not_stay(evidence) if evidence.came_near_in else _at_any_rate(evidence)
    vain = needed is None and evidence.affordable(LONGER)  # ten times as many would not do either
    other = evidence.reaches_at_best or evidence.reaches_at_best_with(evidence.standardized)
    other = other or evidence.way_with_bias is not None
    endless = needed is not None and needed > evidence.declared.most_epochs
    if (vain and evidence.reaches_at_best) or (endless and other):
        return None  # no length would do, and something else does
    last = float(loss[-1]) if len(loss) else None
    text = _after(epochs, last, optimum)
    text += f": that takes about {needed:,} epochs." if needed else ", and it was still falling."
    shown = (
        fact(
            "epochs",
            epochs,
            needed,
            f"{epochs:,} given" + (f", {needed:,} needed" if needed else ""),
        ),
        fact("final loss", last, optimum),
    )
    return Finding("too-few-epochs", "hyperparameters", "warning", text, shown)


def _settles_at_no_higher_rate(evidence: Evidence) -> bool:
    """Whether the run would come to its optimum in time at its own rate or at a lower one."""
    way = evidence.best_way_with(evidence.data)
    return way is not None and way.rate <= evidence.rate


def _behind_an_activation(evidence: Evidence) -> Finding | None:
    """Of a run that no theory follows: its loss was falling, and a line alone would do better."""
    line, loss = evidence.loss_of_the_line, evidence.record.full_loss
    if evidence.verdict != "slow" or not evidence.conforms or line is None:
        return None
    if not len(loss) or not loss[-1] > line or not _still_falling(evidence):
        return None
    epochs, last = evidence.declared.epochs, float(loss[-1])
    text = (
        f"After {epochs:,} epochs the loss is {figure(last)} and was still falling, and the best "
        f"line without {evidence.declared.activation} leaves {figure(line)}."
    )
    return _too_few(epochs, text)


def _after(epochs: int, last: float | None, optimum: float | None) -> str:
    return (
        f"After {epochs:,} epochs the loss is {figure(last)} and its optimum is {figure(optimum)}"
    )


def _did_not_stay(evidence: Evidence) -> Finding | None:
    """Of a run that was near its optimum, left it, and would end there in ten times the epochs."""
    heavy = evidence.declared.momentum >= SWINGS
    if evidence.verdict == "oscillating" and evidence.settles_at_a_lower_rate and not heavy:
        return None  # it is the rate
    epochs, last = evidence.declared.epochs, float(evidence.record.full_loss[-1])
    text = _after(epochs, last, evidence.optimal_loss)
    text += (
        f": it came near it in epoch {evidence.came_near_in:,} and did not stay, and ten times the "
        "epochs would end there."
    )
    return _too_few(epochs, text)


def _with_a_bias(evidence: Evidence) -> Finding | None:
    """Of a run that lacks a bias: with one it would not have come to its optimum in time."""
    epochs, most = evidence.declared.epochs, evidence.declared.most_epochs
    if not evidence.affordable(LONGER) or LONGER * epochs > most:
        return None
    longer = evidence.mends(Change(epochs=LONGER * epochs, with_bias=True))
    if longer is None or longer.epochs_to_optimum is None:
        return None
    needed = longer.epochs_to_optimum
    text = f"With a bias {epochs:,} epochs are too few: its optimum takes about {needed:,}."
    return _too_few(epochs, text)


def _beside_a_bug(evidence: Evidence) -> Finding | None:
    """Of a run whose program is wrong: the right one would not come to its optimum in time."""
    epochs, needed = evidence.declared.epochs, evidence.prediction.epochs_to_optimum
    if evidence.prediction.regime != "slow" or evidence.reaches_at_best:
        return None
    if evidence.reaches_at_best_with(evidence.standardized):
        return None
    if needed is None and evidence.longer:
        needed = evidence.longer.epochs_to_optimum
    if needed is None or not epochs < needed <= evidence.declared.most_epochs:
        return None
    text = (
        f"Once the program is right, {epochs:,} epochs are too few: its optimum takes about "
        f"{needed:,}."
    )
    return _too_few(epochs, text)


def _at_any_rate(evidence: Evidence) -> Finding | None:
    """Of a run that hardly moves: at the best of rates its epochs would be too few as well."""
    if evidence.reaches_at_best or evidence.reaches_at_best_with(evidence.standardized):
        return None
    way, epochs = evidence.best_way_in_the_end, evidence.declared.epochs
    if (
        way is None
        or way.epochs is None
        or not epochs < way.epochs <= evidence.declared.most_epochs
    ):
        return None
    text = (
        f"{epochs:,} epochs are too few at any rate: at {figure(way.rate)} the optimum takes about "
        f"{way.epochs:,}."
    )
    return _too_few(epochs, text)


def _too_few(epochs: int, text: str) -> Finding:
    shown = (fact("epochs", epochs, None, f"{epochs:,} given"),)
    return Finding("too-few-epochs", "hyperparameters", "warning", text, shown)


def _needed(evidence: Evidence) -> int | None:
    """The epochs that it would take; None if that is not known."""
    longer = evidence.longer.epochs_to_optimum if evidence.longer else None
    known = (evidence.prediction.epochs_to_optimum, longer)
    return next((each for each in known if each and each > evidence.declared.epochs), None)


def _still_falling(evidence: Evidence) -> bool:
    """Whether the later half of the run took away a part of the loss that can be seen."""
    loss = evidence.record.full_loss
    middle = loss[(len(loss) - 1) // 2] if len(loss) > 1 else evidence.start
    return middle is not None and bool(loss[-1] < middle * (1 - FALLING))


CAUSE = Cause(
    key="too-few-epochs",
    title="Too few epochs",
    what="The run ends while its loss is still falling.",
    why="The flattest direction that matters needs more steps than were taken.",
    see="The epochs predicted until the optimum against those given.",
    remedy="Train longer; or make the loss rounder, so that fewer steps do.",
    reference="Goh, “Why Momentum Really Works”, Distill, 2017.",
    example={
        "data": {"source": "synthetic:condition_number=30", "target": "y"},
        "optimizer": {"learning_rate": 0.4},
        "training": {"batch_size": None, "epochs": 5},
    },
    find=find,
    needs=("finite", "end"),
)
