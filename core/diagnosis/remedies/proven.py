"""Changed runs that were really run."""

from math import inf
from typing import NamedTuple

from . import space
from .candidates import Candidate
from .kinds import Kind
from .move import changes
from .trial import Result


class Proven(NamedTuple):
    """A candidate that was run."""

    candidate: Candidate
    result: Result
    kind: Kind

    @property
    def is_huge(self) -> bool:
        """Whether its rate is one that only a target or features without scale would need."""
        course = self.candidate.course
        return not course.has_formula and course.spec.optimizer.learning_rate > space.HIGHEST


def without_huge_rates(found: list[Proven]) -> list[Proven]:
    """Without huge rates where as few changes do without one: scaled data are the better way."""
    sizes = (changes(each.candidate.patch) for each in found if not each.is_huge)
    fewest = min(sizes, default=inf)
    return [each for each in found if not each.is_huge or changes(each.candidate.patch) < fewest]
