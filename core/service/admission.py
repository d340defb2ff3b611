"""Admission control: which runs may train now, and which wait; learners are served in turn."""

from collections import Counter, OrderedDict

from ..errors import InputError

FULL = (
    "The server is full: {waiting:,} runs wait for their turn, and no more may. "
    "Wait until some have ended, then press Train again."
)
OWN_FULL = (
    "{waiting:,} runs of yours wait for their turn, and no more may. "
    "Stop some, or wait until some have ended, then press Train again."
)


class Admission:
    """A queue in front of a limited number of places. Of both each learner has a share.

    The next place goes to the learner who has fewest, and of several to the one who came first.

    Args:
        places: Runs that may train at once.
        share: Places of one learner, at most; the learner None has no limit.
        queue: Runs that may wait; 0 for any number.
        queue_share: Runs of one learner that may wait; 0 for any number.
    """

    def __init__(self, places: int, share: int, queue: int = 0, queue_share: int = 0):
        self._places, self._share = places, share
        self._most, self._most_of_one = queue, queue_share
        self._running: dict[str, str | None] = {}  # learner by token
        self._running_of: Counter[str | None] = Counter()  # places taken, by learner
        self._queue: OrderedDict[str, str | None] = OrderedDict()

    def __len__(self) -> int:
        """How many runs wait."""
        return len(self._queue)

    @property
    def running(self) -> int:
        """How many places are taken."""
        return len(self._running)

    def waiting_of(self, learner: str | None) -> int:
        """How many runs of one learner wait."""
        return sum(its == learner for its in self._queue.values())

    def check_room(self, learner: str | None) -> None:
        """Refuses a learner's run that could not even wait.

        Raises:
            InputError: If the queue is full, or the learner's share of it.
        """
        if len(self) >= self._most > 0:
            raise InputError(FULL.format(waiting=len(self)))
        own = self.waiting_of(learner)
        if learner is not None and own >= self._most_of_one > 0:
            raise InputError(OWN_FULL.format(waiting=own))

    def enqueue(self, token: str, learner: str | None) -> None:
        """Puts a run at the end of the queue."""
        self._queue[token] = learner

    def release(self, token: str) -> None:
        """Gives a run's place free, or takes the run out of the queue."""
        self._queue.pop(token, None)
        if token in self._running:
            learner = self._running.pop(token)
            self._running_of[learner] -= 1
            if not self._running_of[learner]:
                del self._running_of[learner]

    def admit(self) -> str | None:
        """Gives a place to the next run that may have one; None if none may."""
        if len(self._running) >= self._places:
            return None
        for token in self._order():
            learner = self._queue[token]
            if learner is None or self._running_of[learner] < self._share:
                self._running[token] = self._queue.pop(token)
                self._running_of[learner] += 1
                return token
        return None

    def position(self, token: str) -> int:
        """A run's position in the queue, 1 for the next; 0 if it does not wait."""
        if token not in self._queue:
            return 0
        return 1 + self._order().index(token)

    def _order(self) -> list[str]:
        """The queue as it is served: each learner's first run, then each one's second, …"""
        rounds = Counter(self._running_of)
        turn: dict[str, int] = {}
        for token, learner in self._queue.items():
            turn[token] = 0 if learner is None else rounds[learner]
            rounds[learner] += 1
        return sorted(turn, key=turn.__getitem__)
