"""Wrong join codes in the database, which all its servers count together."""

import time
from collections.abc import Callable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..classroom.tries import FORGIVEN, FORGIVEN_IN_ALL, Tries, pause_of
from .tables import WrongCode
from .transactions import OpenSession, write

EVERYBODY = ""
FORGOTTEN_SECONDS = 3600.0  # after the last wrong code of a learner


class WrongCodes:
    """What was tried and was no join code.

    Args:
        session: Opens a transaction; raises `InputError` where the database cannot be reached.
        clock: Seconds since 1970.
    """

    def __init__(self, session: OpenSession, clock: Callable[[], float] = time.time):
        self._session, self._clock = session, clock

    def pause(self, learner: str) -> float:
        """Seconds from now until a code of this learner is checked; 0 for at once."""
        with self._session() as session:
            rows = session.scalars(
                select(WrongCode).where(WrongCode.learner.in_((learner, EVERYBODY)))
            )
            found = {row.learner: Tries(row.wrong, row.came) for row in rows}
        return pause_of(found.get(learner), found.get(EVERYBODY), self._clock())

    def note_wrong(self, learner: str) -> None:
        """Counts a wrong code; forgets learners who have long tried none."""
        now = self._clock()

        def act(session: Session) -> None:
            for name, forgiven in ((EVERYBODY, FORGIVEN_IN_ALL), (learner, FORGIVEN)):
                row = session.get(WrongCode, name, with_for_update=True)
                before = Tries(row.wrong, row.came) if row else Tries(0.0, now)
                after = before.one_more(now, forgiven)
                if row:
                    row.wrong, row.came = after.wrong, after.came
                else:
                    session.add(WrongCode(learner=name, wrong=after.wrong, came=after.came))
            session.execute(delete(WrongCode).where(WrongCode.came < now - FORGOTTEN_SECONDS))

        write(self._session, act)

    def note_right(self, learner: str) -> None:
        """Forgets a learner's wrong codes."""
        own = delete(WrongCode).where(WrongCode.learner == learner)
        write(self._session, lambda session: session.execute(own))
