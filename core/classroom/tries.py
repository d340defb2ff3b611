"""Wrong join codes are counted: for each learner and in all, with a pause that grows.

A pause delays a check and never refuses one: the right code enters behind it. Who has a clean
record waits only while very many wrong codes come from everybody, and then some seconds from their
own first try on, whatever else comes meanwhile: nobody can keep others out.
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
        came: When the last one came, in seconds since 1970; of a learner who has tried none yet,
            since when they wait.
    """

    wrong: float
    came: float

    def left(self, now: float, forgiven: float) -> float:
        """How many of them count; one is forgiven in so many seconds."""
        return max(0.0, self.wrong - max(0.0, now - self.came) / forgiven)

    def one_more(self, now: float, forgiven: float) -> "Tries":
        """The record behind another wrong code."""
        return Tries(self.left(now, forgiven) + 1.0, now)


def pause_of(own: Tries | None, everybody: Tries, now: float) -> float:
    """Seconds from now until a code of a learner is checked; 0 for at once.

    Args:
        own: Of the learner; None for a clean record.
        everybody: Of all.
        now: In seconds since 1970. A clock that was put back makes nobody wait longer.
    """
    beyond = everybody.left(now, FORGIVEN_IN_ALL) - FREE_IN_ALL
    in_all = _pause(beyond / 20, LONGEST_IN_ALL)
    if own is None:
        return in_all
    return _left(own.came, max(in_all, _pause(own.wrong - FREE, LONGEST)), now)


def _left(came: float, pause: float, now: float) -> float:
    left = came + pause - now
    return left if 0 < left <= 2 * pause else 0.0  # beyond, it came at a time that is yet to be


def _pause(beyond: float, longest: float) -> float:
    """Seconds behind so many wrong codes beyond the free ones."""
    return min(FIRST * 2.0 ** min(beyond - 1, 30), longest) if beyond > 0 else 0.0
