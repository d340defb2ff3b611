"""Takeover: a run whose server is gone moves to another server, or ends."""

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from ..events import encode, failed
from .run_events import finish_run, load_events
from .tables import Command, Run, Server

MAX_MOVES = 5  # takeovers of one run, before the run is taken for what ends its servers
ORPHANED = (
    "The server that trained this run has ended, and nobody has asked for the run since. "
    "What it had told is kept: press Train to run it again."
)
TOO_MANY_MOVES = (
    f"{MAX_MOVES} servers that trained this run have ended. What it had told is kept: "
    "press Train to run it again, or ask whoever runs the servers."
)
SERVER_IS_GONE = ~select(Server.name).where(Server.name == Run.server).correlate(Run).exists()


def take_over(session: Session, token: str, server_id: str) -> bool:
    """Makes a live run this server's, if its own server is gone or is this one already.

    One UPDATE statement decides, so that of several servers that try only one succeeds. A run that
    has been taken over more than `MAX_MOVES` times fails instead.

    Args:
        session: With an open transaction.
        token: The run's.
        server_id: This server's.

    Returns:
        Whether the run is this server's now.
    """
    moves = Run.moves + case((Run.server == server_id, 0), else_=1)
    is_free = or_(Run.server == server_id, SERVER_IS_GONE)
    taken = update(Run).where(Run.token == token, Run.outcome.is_(None), is_free)
    count = session.scalar(taken.values(server=server_id, moves=moves).returning(Run.moves))
    if count is None:
        return False
    session.execute(update(Command).where(Command.token == token).values(server=server_id))
    if count > MAX_MOVES:
        _fail(session, token, TOO_MANY_MOVES)
    return True


def fail_orphaned_runs(session: Session, before: float) -> None:
    """Fails the live runs whose server is gone.

    Args:
        session: With an open transaction.
        before: Only runs that started before this time, in seconds since 1970.
    """
    orphaned = select(Run.token).where(
        Run.outcome.is_(None), SERVER_IS_GONE, Run.started_at < before
    )
    for token in session.scalars(orphaned.with_for_update(skip_locked=True)).all():
        _fail(session, token, ORPHANED)


def _fail(session: Session, token: str, reason: str) -> None:
    finish_run(session, token, [*load_events(session, token), encode(failed(reason))])
