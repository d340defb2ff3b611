"""A run goes from one server to another: by one statement, so that of several one gets it."""

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from ..events import encode, failed
from .run_events import finish, stored
from .tables import Order, Run, Server

MOVES = 5  # servers that may end with one run before it is held to be the reason
LEFT = (
    "The server that trained this run has ended, and nobody has asked for the run since. "
    "What it had told is kept: press Train to run it again."
)
MOVED = (
    f"{MOVES} servers that trained this run have ended. What it had told is kept: "
    "press Train to run it again, or ask whoever runs the servers."
)
GONE = ~select(Server.name).where(Server.name == Run.server).correlate(Run).exists()


def take_over(session: Session, token: str, server: str) -> bool:
    """Makes a run this server's, if its own is gone, or was this one.

    A run that has outlived too many servers ends here instead.

    Returns:
        Whether it is this server's now.
    """
    moves = Run.moves + case((Run.server == server, 0), else_=1)
    free = Run.token == token, Run.outcome.is_(None), or_(Run.server == server, GONE)
    taken = update(Run).where(*free).values(server=server, moves=moves).returning(Run.moves)
    count = session.scalar(taken)
    if count is None:
        return False
    session.execute(update(Order).where(Order.token == token).values(server=server))
    if count > MOVES:
        finish(session, token, [*stored(session, token), encode(failed(MOVED))])
    return True


def end_the_left(session: Session, before: float) -> None:
    """Ends the runs that are no server's and began before a time, in seconds since 1970."""
    left = select(Run.token).where(Run.outcome.is_(None), GONE, Run.started_at < before)
    for token in session.scalars(left.with_for_update(skip_locked=True)).all():
        finish(session, token, [*stored(session, token), encode(failed(LEFT))])
