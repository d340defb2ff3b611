"""Admission control: which runs may train now, and which wait, first come, first served."""

from collections import Counter, OrderedDict


class Admission:
    """A queue in front of a limited number of places, of which each learner has a share.

    Args:
        places: Runs that may train at once.
        share: Places of one learner, at most; the learner None has no limit.
    """

    def __init__(self, places: int, share: int):
        self._places, self._share = places, share
        self._running: dict[str, str | None] = {}  # learner by token
        self._running_of: Counter[str] = Counter()  # places taken, by learner
        self._queue: OrderedDict[str, str | None] = OrderedDict()

    def __len__(self) -> int:
        """How many runs wait."""
        return len(self._queue)

    @property
    def running(self) -> int:
        """How many places are taken."""
        return len(self._running)

    def enqueue(self, token: str, learner: str | None) -> None:
        """Puts a run at the end of the queue."""
        self._queue[token] = learner

    def release(self, token: str) -> None:
        """Gives a run's place free, or takes the run out of the queue."""
        self._queue.pop(token, None)
        if token in self._running and (learner := self._running.pop(token)) is not None:
            self._running_of[learner] -= 1

    def admit(self) -> str | None:
        """Gives a place to the first run in the queue that may have one; None if none may."""
        if len(self._running) >= self._places:
            return None
        for token, learner in self._queue.items():
            if learner is None or self._running_of[learner] < self._share:
                self._running[token] = self._queue.pop(token)
                self._running_of.update([learner] if learner is not None else [])
                return token
        return None

    def position(self, token: str) -> int:
        """A run's position in the queue, 1 for the next; 0 if it does not wait."""
        if token not in self._queue:
            return 0
        return 1 + list(self._queue).index(token)
