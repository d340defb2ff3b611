"""What each line of a learner's own method gives at a step, beside what the correct one gives.

The method is interpreted over NumPy's float32, on what a probe tells of the step, or before a run
on its first batch. All is bounded, so that a page can do it.
"""

from dataclasses import dataclass

from ..bugs.own import Own
from ..data.prepare import Prepared
from ..interpreter import PARTS, Step
from ..spec import Spec
from .departures import departure, first_non_finite
from .departures import numbers_of as numbers_of
from .moments import Moment as Moment
from .moments import at_probe as at_probe
from .moments import before_the_run as before_the_run
from .scene import Scene


@dataclass(frozen=True)
class LineValues:
    """What a method did.

    Attributes:
        steps: What its lines gave, in the order in which they were done.
        problem: The sentence that it ended with; empty where it went through.
        first_non_finite: Index in `steps` of the first value that is not finite; None for none.
        departs: Index of the first line that gives something else than the correct method.
        sentence: What it gives, and what it should; empty where nothing departs.
    """

    steps: tuple[Step, ...]
    problem: str = ""
    first_non_finite: int | None = None
    departs: int | None = None
    sentence: str = ""


def line_values(spec: Spec, bug: Own, moment: Moment, data: Prepared) -> LineValues:
    """What each line of a method gives, and where it first departs from the correct one.

    Args:
        spec: Of the run.
        bug: The method.
        moment: The step.
        data: The table, for a method of the pipeline.
    """
    scene = Scene(spec, moment, data)
    steps, problem = scene.followed(bug.part, bug.code)
    correct, _ = scene.followed(bug.part, _correct(spec, bug.part))
    departs, sentence = departure(steps, correct)
    return LineValues(tuple(steps), problem, first_non_finite(steps), departs, sentence)


def _correct(spec: Spec, part: str) -> str:
    kind = PARTS[part]
    mean_of_squares = spec.loss.key == "mse" and spec.loss.reduction == "mean"
    return kind.written if part == "loss" and mean_of_squares else kind.start
