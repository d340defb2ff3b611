"""A run's events in the database, in chunks."""

from typing import Any

from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from .chunks import cut, pack, unpack
from .summary import columns_of_end
from .tables import Checkpoint, Chunk, Run


def stored(session: Session, token: str, since: int = 0) -> list[bytes]:
    """A run's events from number `since` on; reads no chunk that ends before it."""
    begins = select(func.max(Chunk.first)).where(Chunk.token == token, Chunk.first <= since)
    wanted = Chunk.token == token, Chunk.first >= func.coalesce(begins.scalar_subquery(), 0)
    chunks = session.execute(
        select(Chunk.first, Chunk.lines).where(*wanted).order_by(Chunk.first)
    ).all()
    lines = [line for _, packed in chunks for line in unpack(packed)]
    return lines[since - chunks[0][0] :] if chunks else []


def append(session: Session, runs: dict[str, tuple[int, list[bytes]]]) -> None:
    """Adds events to runs: by token, the number of the first and the events. Not twice."""
    places = tuple_(Chunk.token, Chunk.first)
    wanted = [(token, first) for token, (first, _) in runs.items()]
    there = set(session.execute(select(Chunk.token, Chunk.first).where(places.in_(wanted))))
    chunks = [
        {"token": token, "first": first, "lines": pack(lines)}
        for token, (first, lines) in runs.items()
        if (token, first) not in there
    ]
    if chunks:
        session.execute(insert(Chunk), chunks)


def keep(session: Session, checkpoints: list[dict[str, Any]]) -> None:
    """Puts checkpoints, as columns, in the place of those before."""
    if checkpoints:
        tokens = [checkpoint["token"] for checkpoint in checkpoints]
        session.execute(delete(Checkpoint).where(Checkpoint.token.in_(tokens)))
        session.execute(insert(Checkpoint), checkpoints)


def finish(session: Session, token: str, lines: list[bytes]) -> None:
    """Puts an ended run's events together in large chunks, and what became of it in its row."""
    session.execute(delete(Chunk).where(Chunk.token == token))
    session.execute(delete(Checkpoint).where(Checkpoint.token == token))
    chunks = [{"token": token, "first": first, "lines": pack(piece)} for first, piece in cut(lines)]
    session.execute(insert(Chunk), chunks)
    session.execute(update(Run).where(Run.token == token).values(columns_of_end(lines)))
