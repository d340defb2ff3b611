"""Changed runs that may be remedies: for a kind of change, values in the order to try them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from ...errors import InputError
from ...spec import Spec
from . import space
from .course import Course
from .forecast import Forecast
from .kinds import Kind
from .move import COSTS, Move, Patch, title, together

PLAIN = {"optimizer": {"key": "sgd", "learning_rate": 1e-9, "momentum": 0.0}}
ADAM = {"optimizer": {"key": "adam", "learning_rate": 1e-3}}


@dataclass(frozen=True, eq=False)
class Candidate:
    """A changed run.

    Attributes:
        moves: What is changed.
        patch: The same as a partial spec.
        course: Where it goes.
    """

    moves: tuple[Move, ...]
    patch: Patch
    course: Course

    @property
    def title(self) -> str:
        """The changes as one order."""
        return title(self.moves)


class Candidates:
    """Gives the candidates of each kind of change.

    Args:
        spec: What was run.
        forecast: Gives the courses of changed runs.
        moves: The values of each kind, but for rate, optimizer and epochs.
        epochs: The most that a run may have.
        named: A rate of which the diagnosis says that it would do, all else as it is.
    """

    def __init__(
        self,
        spec: Spec,
        forecast: Forecast,
        moves: dict[str, list[Move]],
        epochs: int,
        named: float | None = None,
    ):
        self._spec, self._forecast, self._moves, self._named = spec, forecast, moves, named
        self._epochs = space.epochs(spec, epochs)

    @property
    def possible(self) -> list[str]:
        """The kinds that this run has a value for."""
        return [*self._moves, "rate", "optimizer", *(["epochs"] if self._epochs else [])]

    def of(self, kind: Kind, huge: bool) -> Iterator[Candidate]:
        """Values for these changes, the likeliest first.

        Args:
            kind: What to change.
            huge: Whether rates of Adam above `space.HIGHEST` are to be tried.
        """
        lists = [self._moves[k] for k in kind if k in self._moves]
        lists += [self._epochs] if "epochs" in kind else []
        for moves in product(*lists):
            if "rate" in kind or "optimizer" in kind:
                for last in self._following(kind, moves, huge):
                    yield from self._candidate((*moves, last))
            else:
                yield from self._candidate(moves)

    def _following(self, kind: Kind, moves: tuple[Move, ...], huge: bool) -> list[Move]:
        """Rates, or optimizers with a rate, for what else is changed."""
        try:
            course = self._forecast.course(self._spec.patched(together(moves)))
        except InputError:
            return []
        if course.problem is None:
            return []
        if "rate" in kind:
            named = self._named if {*kind} <= {"rate", "schedule"} else None
            return space.rates(course.spec, course.critical, course.way, named)
        critical = self._forecast.course(course.spec.patched(PLAIN)).critical
        way = self._forecast.course(course.spec.patched(ADAM)).way
        return space.optimizers(course.spec, way, critical, huge)

    def _candidate(self, moves: tuple[Move, ...]) -> Iterator[Candidate]:
        """The candidate of these moves; none where it cannot run."""
        ordered = tuple(sorted(moves, key=lambda move: [*COSTS].index(move.kind)))
        patch = together(ordered)
        try:
            yield Candidate(ordered, patch, self._forecast.course(self._spec.patched(patch)))
        except InputError:
            return
