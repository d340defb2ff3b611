"""A loss curve from elsewhere, held against what theory foresees of its script."""

from dataclasses import dataclass

import numpy as np

from ..spec import Spec
from ..theory.prediction import Prediction
from ..theory.wording import figure
from .curve import Curve
from .growth import GROWN
from .measured import Course, Known, Measured

ALIKE = 0.01  # relative: two losses so near are one, printed otherwise
NEAR = 0.1  # of a growth's logarithm, or of a level: what random first weights may change
FEW = 3  # losses from which on a ratio says something
DRAWN_FROM_NOTHING = ("zeros", "ones")  # initializers whose weights are known without a seed
UPS: tuple[Course, ...] = ("grows", "non-finite")
COURSES: dict[Course, str] = {
    "non-finite": "ceases to be a number",
    "grows": "grows",
    "oscillates": "goes up and down",
    "plateaus": "settles",
    "falls": "falls",
}


@dataclass(frozen=True, eq=False)
class Foreseen:
    """The losses that a training should print.

    Attributes:
        loss: As `fit` prints them: on full batches each before its epoch's step; else of all rows
            after each epoch, near which the mean over its batches lies. Shape (e,).
        steps_per_epoch: Updates of an epoch.
        certain: Whether every number is known: the first weights and the order of the rows too.
    """

    loss: np.ndarray
    steps_per_epoch: int
    certain: bool

    @classmethod
    def of(
        cls, spec: Spec, prediction: Prediction, rows: int, weights_known: bool = True
    ) -> "Foreseen | None":
        """What is foreseen of a spec; None where theory gives no curve.

        Args:
            spec: What the script says.
            prediction: Of it.
            rows: For training.
            weights_known: Whether the spec's first weights are those of the script.
        """
        after = np.array(prediction.certain_loss, float)
        if not len(after) or prediction.initial_loss is None:
            return None
        steps = -(-rows // min(spec.training.batch_size or rows, rows))
        model = spec.model
        drawn = model.initial_weights is None and model.initializer not in DRAWN_FROM_NOTHING
        printed = np.append(prediction.initial_loss, after[:-1]) if steps == 1 else after
        return cls(printed, steps, steps == 1 and weights_known and not drawn)

    def at(self, curve: Curve) -> np.ndarray:
        """The losses where a curve has its own, NaN beyond the last; shape of the curve."""
        place = curve.epoch.astype(int)
        if curve.unit == "step" and self.steps_per_epoch > 1:
            place = (place + 1) // self.steps_per_epoch - 1
        inside = (place >= 0) & (place < len(self.loss))
        return np.where(inside, self.loss[np.clip(place, 0, len(self.loss) - 1)], np.nan)


@dataclass(frozen=True)
class Held:
    """What comes of it.

    Attributes:
        agrees: Whether the curve goes as foreseen; None where too little is known to say.
        text: A sentence for the learner.
    """

    agrees: bool | None
    text: str


def held_against(curve: Curve, foreseen: Foreseen) -> Held:
    """Whether a curve goes as its script should.

    Example:
        >>> spec_says = Foreseen(np.array([8.0, 4.0, 2.0, 1.0]), 1, True)
        >>> held_against(Curve.of({"loss": [8, 4, 2, 1]}), spec_says).agrees
        True
    """
    with np.errstate(all="ignore"):
        wanted = foreseen.at(curve)
        both = np.isfinite(wanted) & np.isfinite(curve.loss)
        if both.sum() < FEW:
            return Held(None, "Your curve and what is foreseen have too few epochs in common.")
        if foreseen.certain and (told := _number_by_number(curve, foreseen, wanted)):
            return told
        return _by_course(curve, wanted, _grows_in_the_end(foreseen.loss))


def _grows_in_the_end(loss: np.ndarray) -> bool:
    return not np.isfinite(loss[-1]) or bool(loss[-1] > GROWN * loss.min())


def _number_by_number(curve: Curve, foreseen: Foreseen, wanted: np.ndarray) -> Held | None:
    """Of a training whose every loss is known; None where it does not even begin so."""
    late = np.append(foreseen.loss[1:], np.nan)
    after = Foreseen(late, 1, True).at(curve)
    told = [_against(curve, wanted, ""), _against(curve, after, ", each printed after its step")]
    found = [each for each in told if each is not None]
    return max(found, key=lambda held: bool(held.agrees)) if found else None


def _against(curve: Curve, wanted: np.ndarray, how: str) -> Held | None:
    both = np.isfinite(wanted) & np.isfinite(curve.loss) & (wanted > 0)
    if both.sum() < FEW:
        return None
    ratio = curve.loss[both] / wanted[both]
    times = float(ratio[0])
    first = np.flatnonzero(np.abs(ratio / times - 1) > ALIKE)
    once = abs(times - 1) <= ALIKE
    if times <= 0 or (len(first) and first[0] < FEW and not once):
        return None
    multiple = "" if once else f" {figure(times)} × as large: you print another multiple of it"
    if not len(first):
        return Held(True, f"Your losses are those foreseen{multiple}{how}.")
    at = int(np.flatnonzero(both)[first[0]])
    place = int(curve.epoch[at]) + curve.origin
    return Held(
        False,
        f"Your losses are those foreseen{multiple}{how} up to {curve.unit} {place}; there yours is "
        f"{figure(float(curve.loss[at]))} and not {figure(times * float(wanted[at]))}. "
        "From there on your program does something else than its text says.",
    )


def _by_course(curve: Curve, wanted: np.ndarray, later: bool) -> Held:
    """Of a training whose first weights, or whose order of rows, nobody knows."""
    kept = ~np.isnan(wanted)
    mine = Measured(_part(curve, curve.loss, kept), Known())
    theirs = Measured(_part(curve, wanted, kept), Known())
    rises, should = mine.course in UPS, theirs.course in UPS
    if rises and not should and later:
        return Held(None, "Yours grows already; what is foreseen does so later.")
    if rises != should:
        return Held(
            False,
            f"What is foreseen {COURSES[theirs.course]}, and yours {COURSES[mine.course]}: your "
            "program does something that its text does not say, or that was not understood.",
        )
    if mine.growth and theirs.growth and mine.grew and theirs.grew:
        own, right = np.log(mine.growth.factor), np.log(theirs.growth.factor)
        like = bool(abs(own - right) <= NEAR * abs(right))
        told = (
            f"Yours is multiplied by {figure(float(np.exp(own)))} {mine.one}, "
            f"what is foreseen by {figure(float(np.exp(right)))}"
        )
        return Held(like, f"{told}: {'as it should be' if like else 'they differ'}.")
    if rises:
        return Held(True, "Both leave what a number can be, as foreseen.")
    return _levels(mine, theirs)


def _levels(mine: Measured, theirs: Measured) -> Held:
    level, wanted = float(mine.loss[-1]), float(theirs.loss[-1])
    told = f"At the end yours is {figure(level)}, what is foreseen {figure(wanted)}"
    if abs(level - wanted) <= NEAR * abs(wanted):
        return Held(True, f"{told}: as it should be.")
    if not (mine.flat and theirs.flat):
        return Held(
            None,
            f"{told}. Both still move, and the first weights or the order of the rows may do that.",
        )
    return Held(
        False,
        f"{told}, and both have settled: your program settles elsewhere than its text says, or "
        "prints another multiple of the loss.",
    )


def _part(curve: Curve, loss: np.ndarray, kept: np.ndarray) -> Curve:
    return Curve(curve.epoch[kept], loss[kept], None, None, curve.unit, curve.origin)
