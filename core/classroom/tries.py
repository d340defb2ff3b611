"""Wrong join codes are counted: for each learner and in all, with a pause that grows.

A pause delays a check and never refuses one: the right code enters behind it. Who has a clean
record waits only while very many wrong codes come from everybody.
"""

from dataclasses import dataclass

FREE = 4  # wrong codes of one learner without a pause
FREE_IN_ALL = 60
FIRST = 1.0  # seconds; each further wrong code doubles it
LONGEST = 60.0  # seconds, of one learner
LONGEST_IN_ALL = 5.0
FORGIVEN = 300.0  # seconds in which one wrong code is forgotten, of a learner
FORGIVEN_IN_ALL = 10.0


@dataclass(frozen=True)
class Tries:
    """Wrong codes of a learner, or of everybody.

    Attributes:
        wrong: Their number, of which time forgives some.
        came: When the last one came, in seconds since 1970.
    """

    wrong: float
    came: float

    def one_more(self, now: float, forgiven: float) -> "Tries":
        """The record behind another wrong code; one is forgiven in so many seconds."""
        gone = max(0.0, now - self.came) / forgiven
        return Tries(max(0.0, self.wrong - gone) + 1.0, now)


def pause_of(own: Tries | None, everybody: Tries | None, now: float) -> float:
    """Seconds from now until a code of a learner is checked; 0 for at once.

    Args:
        own: Of the learner; None for a clean record.
        everybody: Of all.
        now: In seconds since 1970. A clock that was put back makes nobody wait longer.
    """
    pauses = [0.0]
    if own:
        pauses.append(_left(own.came, _pause(own.wrong - FREE, LONGEST), now))
    if everybody:
        pause = _pause((everybody.wrong - FREE_IN_ALL) / 20, LONGEST_IN_ALL)
        pauses.append(_left(everybody.came, pause, now))
    return max(pauses)


def _left(came: float, pause: float, now: float) -> float:
    left = came + pause - now
    return left if left <= 2 * pause else 0.0  # else it came at a time that has not been yet


def _pause(beyond: float, longest: float) -> float:
    """Seconds behind so many wrong codes beyond the free ones."""
    return min(FIRST * 2.0 ** min(beyond - 1, 30), longest) if beyond > 0 else 0.0
