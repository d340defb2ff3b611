"""Wrong join codes are counted: for each learner and in all, with a pause that grows.

A pause delays a check and never refuses one: the right code enters behind it. Who has a clean
record waits only while very many wrong codes come from everybody.
"""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

FREE = 4  # wrong codes of one learner without a pause
FREE_IN_ALL = 60
FIRST = 1.0  # seconds; each further wrong code doubles it
LONGEST = 60.0  # seconds, of one learner
LONGEST_IN_ALL = 5.0
FORGIVEN = 300.0  # seconds in which one wrong code is forgotten, of a learner
FORGIVEN_IN_ALL = 10.0
MOST = 10_000  # learners in memory; beyond, the one with the oldest try is forgotten
EVERYBODY = ""


class Tries:
    """Counts wrong codes.

    Args:
        clock: Seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = monotonic):
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[float, float]] = OrderedDict()  # count, when

    def __len__(self) -> int:
        """Number of learners in memory."""
        return len(self._wrong)

    def pause(self, learner: str) -> float:
        """Seconds from now until a code of this learner is checked; 0 for at once."""
        now = self._clock()
        own, came = self._wrong.get(learner, (0.0, now))
        everybody, last = self._wrong.get(EVERYBODY, (0.0, now))
        return max(
            came + _pause(own - FREE, LONGEST) - now,
            last + _pause((everybody - FREE_IN_ALL) / 20, LONGEST_IN_ALL) - now,
            0.0,
        )

    def note_wrong(self, learner: str) -> None:
        """Counts a wrong code."""
        now = self._clock()
        for key, forgiven in ((learner, FORGIVEN), (EVERYBODY, FORGIVEN_IN_ALL)):
            count, came = self._wrong.pop(key, (0.0, now))
            self._wrong[key] = (max(0.0, count - (now - came) / forgiven) + 1.0, now)
        while len(self._wrong) > MOST:
            self._wrong.popitem(last=False)

    def note_right(self, learner: str) -> None:
        """Forgets a learner's wrong codes."""
        self._wrong.pop(learner, None)


def _pause(beyond: float, longest: float) -> float:
    """Seconds behind so many wrong codes beyond the free ones."""
    return min(FIRST * 2.0 ** min(beyond - 1, 30), longest) if beyond > 0 else 0.0
