"""Who may train now, and who waits: in the order they came, and nobody more than their share."""

from collections import Counter, OrderedDict


class Admission:
    """The places of one server.

    Args:
        places: Runs that may go on at once.
        share: Of one learner.
    """

    def __init__(self, places: int, share: int):
        self._places, self._share = places, share
        self._inside: dict[str, str | None] = {}
        self._taken: Counter[str] = Counter()
        self._waiting: OrderedDict[str, str | None] = OrderedDict()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def inside(self) -> int:
        """How many have a place."""
        return len(self._inside)

    def come(self, token: str, learner: str | None) -> None:
        """A run asks for a place; `next` says whose turn it is."""
        self._waiting[token] = learner

    def leave(self, token: str) -> None:
        """A run gives up its place, or stops waiting for one."""
        self._waiting.pop(token, None)
        if token in self._inside and (learner := self._inside.pop(token)) is not None:
            self._taken[learner] -= 1

    def next(self) -> str | None:
        """Gives a place to the first that may have one; None if nobody may."""
        if len(self._inside) >= self._places:
            return None
        for token, learner in self._waiting.items():
            if learner is None or self._taken[learner] < self._share:
                self._inside[token] = self._waiting.pop(token)
                self._taken.update([learner] if learner is not None else [])
                return token
        return None

    def place(self, token: str) -> int:
        """Where a run stands in the queue, 1 for the next one; 0 if it does not wait."""
        if token not in self._waiting:
            return 0
        return 1 + list(self._waiting).index(token)
