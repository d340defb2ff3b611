"""In which order kinds of changes are looked through: the smallest first, then the root cause's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

from .move import COSTS, CURES, FORCED, FORCED_AS_ROOT

LEVELS = 3  # changes at once
ROOT, CURE = 3.0, 1.0  # how much sooner is tried what undoes the root cause, and another cause

OF_OPTIMIZER = {"momentum", "rate", "regularization"}

Kind = tuple[str, ...]  # what is changed together, in the order of `COSTS`


@dataclass(frozen=True)
class Order:
    """What is preferred.

    Attributes:
        root: Kinds of changes that undo the root cause.
        cures: Those that undo any of the causes.
        forced: Those without which nothing else helps; they are part of each.
    """

    root: frozenset[str]
    cures: frozenset[str]
    forced: Kind

    @classmethod
    def of(cls, causes: Sequence[str], possible: Collection[str]) -> "Order":
        """The order for the causes of a run, the root cause first.

        Args:
            causes: Above a note.
            possible: Kinds of changes that this run has a value for.
        """
        undo = [{"code"} if c.startswith("bug:") else set(CURES.get(c, ())) for c in causes]
        root, cures = frozenset(undo[0] if undo else ()), frozenset().union(*undo)
        must = (FORCED & cures) | (FORCED_AS_ROOT & root)
        return cls(root, cures, tuple(k for k in COSTS if k in must and k in possible))

    def kinds(self, possible: Collection[str]) -> list[Kind]:
        """All kinds of up to `LEVELS` changes beside the forced ones."""
        free = [k for k in COSTS if k in possible and k not in self.forced]
        found = []
        for level in range(0 if self.forced else 1, LEVELS + 1):
            for chosen in combinations(free, level):
                if "optimizer" in chosen and OF_OPTIMIZER & set(chosen):
                    continue  # it brings its own
                found.append(tuple(k for k in COSTS if k in (*self.forced, *chosen)))
        return sorted(found, key=lambda kind: (self.size(kind), self.cost(kind)))

    def size(self, kind: Kind) -> int:
        """How many settings are changed; an optimizer comes with its rate."""
        return len(kind) + ("optimizer" in kind)

    def cost(self, kind: Kind) -> float:
        """How little a learner would want to change it."""
        return sum(COSTS[k] - ROOT * (k in self.root) - CURE * (k in self.cures) for k in kind)

    def covers(self, known: list[Kind], kind: Kind) -> bool:
        """Whether a part of these changes is known to do, and the rest undoes no cause."""
        parts = [set(each) for each in known if set(each) <= set(kind)]
        undone = self.cures - {"epochs"}
        return set().union(*parts) == set(kind) or any(not (set(kind) - p) & undone for p in parts)
