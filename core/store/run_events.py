"""A run's events and checkpoint in the database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, delete, false, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from .chunks import pack, split, unpack
from .summary import columns_of_end
from .tables import Checkpoint, Chunk, Run

# as text: an expression would name each of a room's chunks anew in every transaction
APPEND = text(
    "INSERT INTO chunks (token, first, lines) VALUES (:token, :first, :lines) "
    "ON CONFLICT DO NOTHING"
)


def load_events(session: Session, token: str, since: int = 0) -> list[bytes]:
    """A run's events from number `since` on; reads no chunk that ends before it."""
    first = select(func.max(Chunk.first)).where(Chunk.token == token, Chunk.first <= since)
    wanted = Chunk.token == token, Chunk.first >= func.coalesce(first.scalar_subquery(), 0)
    chunks = session.execute(
        select(Chunk.first, Chunk.lines).where(*wanted).order_by(Chunk.first)
    ).all()
    events = [event for _, packed in chunks for event in unpack(packed)]
    return events[since - chunks[0][0] :] if chunks else []


def load_news(session: Session, since: Mapping[str, int]) -> dict[str, list[bytes]]:
    """What has come of many runs behind what was read of each, in one query.

    Args:
        session: With an open transaction.
        since: By token, how many events were read.

    Returns:
        By token, its new events; a run without any is left out.
    """
    wanted = [and_(Chunk.token == token, Chunk.first >= read) for token, read in since.items()]
    found = select(Chunk.token, Chunk.first, Chunk.lines).where(or_(false(), *wanted))
    news: dict[str, list[bytes]] = {}
    for token, first, packed in session.execute(found.order_by(Chunk.token, Chunk.first)):
        if first == since[token] + len(news.get(token, ())):
            news.setdefault(token, []).extend(unpack(packed))
        else:  # the last that was read was not the last of its chunk
            news[token] = load_events(session, token, since[token])
    return news


def append_events(session: Session, runs: dict[str, tuple[int, list[bytes]]]) -> None:
    """Appends events to runs, each as one chunk; skips a chunk that is there already.

    Args:
        session: With an open transaction.
        runs: By token, the number of the first event and the events.
    """
    chunks = [
        {"token": token, "first": first, "lines": pack(events)}
        for token, (first, events) in runs.items()
    ]
    if chunks:
        session.execute(APPEND, chunks)


def save_checkpoints(session: Session, checkpoints: list[dict[str, Any]]) -> None:
    """Replaces the checkpoints of runs; each new one is a row of the table `checkpoints`."""
    if checkpoints:
        tokens = [checkpoint["token"] for checkpoint in checkpoints]
        session.execute(delete(Checkpoint).where(Checkpoint.token.in_(tokens)))
        session.execute(insert(Checkpoint), checkpoints)


def finish_run(session: Session, token: str, events: list[bytes]) -> None:
    """Ends a run: rewrites its events in large chunks, updates its row, drops its checkpoint.

    Args:
        session: With an open transaction.
        token: The run's.
        events: All of the run, with its `run_ended` last.
    """
    session.execute(delete(Chunk).where(Chunk.token == token))
    session.execute(delete(Checkpoint).where(Checkpoint.token == token))
    chunks = [
        {"token": token, "first": first, "lines": pack(chunk)} for first, chunk in split(events)
    ]
    session.execute(insert(Chunk), chunks)
    session.execute(update(Run).where(Run.token == token).values(columns_of_end(events)))
