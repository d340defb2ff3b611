"""Wrong join codes in the database, which all its servers count together."""

from collections.abc import Callable

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from ..classroom.tries import FORGIVEN, FORGIVEN_IN_ALL, Tries, pause_of
from .steady_time import steady_time
from .tables import WrongCode
from .transactions import OpenSession, write

EVERYBODY = ""
FORGOTTEN_SECONDS = 3600.0  # after the last wrong code of a learner, at the latest
SPARE_SECONDS = 60.0  # that a record is kept once it is clean
MOST_RECORDS = 5000  # of learners; beyond them the oldest are forgotten


class WrongCodes:
    """What was tried and was no join code.

    Args:
        session: Opens a transaction; raises `InputError` where the database cannot be reached.
        clock: Seconds since 1970.
    """

    def __init__(self, session: OpenSession, clock: Callable[[], float] = steady_time):
        self._session, self._clock = session, clock

    def admit(self, learner: str, right: bool) -> float:
        """Counts a try and says whether it holds, in one transaction that no other try enters.

        Of many tries at once each is counted before the next is looked at.

        Args:
            learner: Who tries.
            right: Whether theirs is the code of a class. That is to be told to nobody before the
                pause is over.

        Returns:
            Seconds to wait, for the code to be tried again then; 0 where it holds now.
        """

        def act(session: Session) -> float:
            everybody = _locked(session, self._clock())
            now = self._clock()  # behind the lock, which may have been waited for
            row = session.get(WrongCode, learner)
            own = Tries(row.wrong, row.came) if row else None
            pause = pause_of(own, everybody, now)
            if pause == 0 and right:
                session.execute(delete(WrongCode).where(WrongCode.learner == learner))
            elif pause == 0:
                _keep(session, EVERYBODY, everybody.one_more(now, FORGIVEN_IN_ALL))
                _keep(session, learner, (own or Tries(0.0, now)).one_more(now, FORGIVEN))
            elif own is None:
                _keep(session, learner, Tries(0.0, now))
            if not right or pause:
                _forget(session, now)
            return pause

        return write(self._session, act)


def _locked(session: Session, now: float) -> Tries:
    """The record of everybody, which is this transaction's alone until its end."""
    own = WrongCode.learner == EVERYBODY
    lock = update(WrongCode).where(own).values(wrong=WrongCode.wrong)
    row = session.execute(lock.returning(WrongCode.wrong, WrongCode.came)).first()
    if row is None:
        session.add(WrongCode(learner=EVERYBODY, wrong=0.0, came=now))
        session.flush()  # fails where another has just done so: the transaction is tried again
    return Tries(*row) if row else Tries(0.0, now)


def _keep(session: Session, learner: str, tries: Tries) -> None:
    session.merge(WrongCode(learner=learner, wrong=tries.wrong, came=tries.came))


def _forget(session: Session, now: float) -> None:
    """Forgets clean records, old ones, and the oldest of too many."""
    session.flush()
    learners = WrongCode.learner != EVERYBODY
    clean = WrongCode.came + FORGIVEN * WrongCode.wrong < now - SPARE_SECONDS
    past = or_(WrongCode.came < now - FORGOTTEN_SECONDS, clean)
    session.execute(delete(WrongCode).where(learners, past))
    newest = select(WrongCode.learner).where(learners).order_by(WrongCode.came.desc())
    beyond = WrongCode.learner.in_(newest.offset(MOST_RECORDS))
    session.execute(delete(WrongCode).where(beyond))
