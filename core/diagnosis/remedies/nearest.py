"""What comes nearest to the optimum, where no changed run is expected to get there."""

from collections.abc import Callable
from itertools import islice

from ...theory.regime import NEAR
from .candidates import Candidate, Candidates
from .kinds import Kind, Order

MOST = 2  # changes at once that are looked at
VALUES = 3  # of each kind of change
PREDICTED_SECONDS = 1.0  # step by step, as estimated
TRAINED_SECONDS = 10.0  # of the run that is to be told


def nearest(
    candidates: Candidates, order: Order, pause: Callable[[], None]
) -> tuple[Candidate, Kind] | None:
    """The changed run that theory says leaves least of the way; None where none leaves less than
    all of it, or theory does not say.

    Args:
        candidates: Gives changed runs.
        order: Which changes come first.
        pause: Called between predictions; may wait, or raise to give up.
    """
    least, best, spent = 1.0 + NEAR, None, 0.0  # a larger change must leave clearly less
    for kind in order.kinds(candidates.possible):
        if len(kind) > len(order.forced) + MOST:
            break
        for candidate in islice(candidates.of(kind, huge=False), VALUES):
            pause()
            course = candidate.course
            if not course.worthwhile or course.training_seconds > TRAINED_SECONDS:
                continue
            if spent + course.seconds > PREDICTED_SECONDS:
                continue
            spent += course.seconds
            if course.left < least - NEAR:
                least, best = course.left, (candidate, kind)
    return best
