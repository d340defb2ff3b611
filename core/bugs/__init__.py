"""The bugs a learner can inject, in teaching order: one file each, one line here."""

from core.bugs.bug import Bug as Bug
from core.bugs.gradient_ascent import GradientAscent
from core.bugs.misplaced_scale import MisplacedScale
from core.bugs.shifted_targets import ShiftedTargets
from core.choice import by_key

BUGS: tuple[type[Bug], ...] = (
    MisplacedScale,
    GradientAscent,
    ShiftedTargets,
)
BUG_BY_KEY = by_key(BUGS)
