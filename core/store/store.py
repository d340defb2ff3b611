"""Runs kept in a database: what the service tells, and what pages ask."""

import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ..errors import InputError
from ..settings import settings
from ..spec import Spec
from .database import UNREACHABLE, Database
from .heartbeat import Heartbeat
from .listing import IS_RUN, Listed, Query, listed
from .retry_buffer import PendingWrites
from .run_events import stored
from .summary import columns_of_diagnosis, columns_of_start
from .tables import NAME_LENGTH, Checkpoint, Findings, Run, Share
from .takeover import take_over
from .writer import Writer

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
SLUG_BYTES = 9  # 12 characters: short enough to read out, 2⁷² to guess
OPENING_SECONDS = 3.0
REVOKED = "This link shows nothing: it was never made, or its owner has taken it back."


@dataclass(frozen=True)
class StoredRun:
    """A run as the database has it.

    Attributes:
        run: Its row.
        events: As they were told.
        checkpoint_events: How many of them the checkpoint holds.
        checkpoint: What it can go on from; empty if it must begin anew.
    """

    run: Run
    events: list[bytes]
    checkpoint_events: int = 0
    checkpoint: bytes = b""

    @property
    def spec(self) -> Spec:
        """What was run."""
        return Spec.from_json(self.run.spec)


class Store:
    """Runs, findings and links of every learner.

    What is told of a run is written by a thread of its own; what pages ask and change is done at
    once, and raises `InputError` with one sentence where the database cannot be reached.

    Args:
        url: Of the database, see `core.store.database`.
    """

    def __init__(self, url: str):
        self.database = Database(url)
        self.heartbeat = Heartbeat(self.database)
        self.writer = Writer(self.database, self.heartbeat)

    @property
    def state(self) -> str:
        """`opening`, `ok`, or `unreachable`: what runs tell waits in memory then."""
        if self.writer.troubled:
            return "unreachable"
        return "ok" if self.writer.opened.is_set() else "opening"

    def subscribe(
        self,
        on_command: Callable[[str, dict[str, Any]], None],
        on_run_lost: Callable[[str], None],
    ) -> None:
        """Who trains runs hears what other servers ask of them, and which of them they took."""
        self.heartbeat.on_command, self.writer.lost = on_command, on_run_lost

    def add_run(
        self, token: str, spec: Spec, pace: float | None = None, axes: str | None = None
    ) -> None:
        """A run begins, at a pace in epochs a second; or a sweep along some axes, as JSON."""
        row = {"token": token, "owner": "", "server": self.heartbeat.server_id, "pace": pace}
        row |= {"started_at": time.time(), "axes": axes}
        self.writer.start(token, row | columns_of_start(spec))

    def append_event(self, token: str, line: bytes) -> None:
        """A run has told an event, perhaps its last."""
        self.writer.add(token, line)

    def durable_count(self, token: str) -> int | None:
        """How many events of a run may be shown, for no restart can lose them; None for all."""
        return self.writer.safe(token)

    def record_command(self, token: str, command: dict[str, Any]) -> None:
        """A learner has told a run to pause, to go on, or to change its pace."""
        match command["do"]:
            case "pause" | "advance":
                self.writer.change(token, paused=True)
            case "resume":
                self.writer.change(token, paused=False)
            case "pace":
                self.writer.change(token, pace=command["pace"])

    def save_checkpoint(self, token: str, events: int, state: bytes) -> None:
        """A live run can go on from here, and so many of its events are in it."""
        self.writer.keep(token, events, state)

    def send_command(self, token: str, command: dict[str, Any]) -> None:
        """Tells the server that trains a run what to do with it; a run that has ended, nothing."""
        if TOKEN.fullmatch(token):
            self.record_command(token, command)
            self.writer.order(token, orjson.dumps(command).decode())

    def load_run(self, token: str, since: int = 0) -> StoredRun | None:
        """A run and its events from a number on, with what waits to be written."""
        if not TOKEN.fullmatch(token):
            return None
        waiting = self.writer.pending(token) or PendingWrites()
        with self._session() as session:
            run = session.get(Run, token)
            lines = stored(session, token, since)
        lines += waiting.lines[max(0, since + len(lines) - waiting.first) :]
        if run is None and waiting.row:
            run = Run(**waiting.row)
        if run is None:
            return None
        for name, value in waiting.changes.items():
            setattr(run, name, value)
        return StoredRun(run, lines)

    def take_over(self, token: str) -> StoredRun | None:
        """Makes an unfinished run this server's own, whose server is gone or has forgotten it.

        Returns:
            The run with all its events; None if it is none of these, or another server has it.
        """
        waiting = self.writer.pending(token)
        if not TOKEN.fullmatch(token) or (waiting and (waiting.lines or waiting.row)):
            return None
        with self._session() as session:
            if not take_over(session, token, self.heartbeat.server_id):
                return None
            run, kept = session.get_one(Run, token), session.get(Checkpoint, token)
            lines = stored(session, token)
        if run.outcome is None:
            self.writer.resume(token, len(lines))
        return StoredRun(run, lines, kept.held, kept.state) if kept else StoredRun(run, lines)

    def set_owner(
        self, token: str, owner: str, critical_ratio: float | None, words: str = ""
    ) -> None:
        """Puts a run on a learner's list.

        Args:
            token: The run's.
            owner: Whose list it is.
            critical_ratio: Its highest learning rate over the critical one; None if not known.
            words: To be found by, as its owner puts it; those of its spec if empty.
        """
        told = {"owner": owner, "critical_ratio": critical_ratio}
        self.writer.change(token, **told, **({"words": words} if words else {}))

    def save_diagnosis(self, token: str, told: dict[str, Any]) -> None:
        """Keeps a diagnosis, as `Diagnosis.to_json` gives it."""
        text = orjson.dumps(told).decode()
        self.writer.change(token, diagnosis=text, **columns_of_diagnosis(told))

    def load_diagnosis(self, token: str) -> dict[str, Any] | None:
        """The diagnosis that was kept; None where none was made."""
        with self._session() as session:
            found = session.get(Findings, token)
            return orjson.loads(found.diagnosis) if found else None

    def list_runs(self, owner: str, query: Query) -> Listed:
        """A page of a learner's runs."""
        with self._session() as session:
            return listed(session, owner, query)

    def list_sweeps(self, owner: str, count: int) -> list[Run]:
        """A learner's latest sweeps, the newest first."""
        mine = select(Run).where(Run.owner == owner, Run.axes.is_not(None))
        with self._session() as session:
            newest = mine.order_by(Run.started_at.desc(), Run.token).limit(count)
            return list(session.scalars(newest))

    def get_runs(self, owner: str, tokens: Sequence[str]) -> list[Run]:
        """Those of a learner's runs, in this order; others are left out."""
        with self._session() as session:
            found = session.scalars(
                select(Run).where(Run.owner == owner, IS_RUN, Run.token.in_(list(tokens)))
            )
            by_token = {run.token: run for run in found}
        return [by_token[token] for token in tokens if token in by_token]

    def rename(self, owner: str, token: str, name: str) -> None:
        """Names a learner's run; what is too long is cut."""
        name = " ".join(name.replace("\0", "").split())[:NAME_LENGTH]
        self._update(owner, [token], name=name)

    def star(self, owner: str, tokens: Sequence[str], starred: bool) -> None:
        """Puts stars on a learner's runs, or takes them off."""
        self._update(owner, tokens, starred=starred)

    def delete(self, owner: str, tokens: Sequence[str]) -> None:
        """Deletes a learner's runs for good, with their events, findings and links."""
        with self._session() as session:
            mine = delete(Run).where(Run.owner == owner, Run.token.in_(list(tokens)))
            gone = session.scalars(mine.returning(Run.token)).all()
        for token in gone:
            self.writer.forget(token)

    def share(self, owner: str, spec: Spec, token: str | None = None) -> str:
        """Makes a link to a spec, or to a run; the same one where it exists.

        Returns:
            The slug that the link ends in.
        """
        text = orjson.dumps(spec.model_dump(mode="json")).decode()
        with self._session() as session:
            same = select(Share.slug).where(
                Share.owner == owner, Share.token == token, Share.spec == text
            )
            if slug := session.scalar(same):
                return slug
            slug = secrets.token_urlsafe(SLUG_BYTES)
            made_at = time.time()
            session.add(Share(slug=slug, owner=owner, made_at=made_at, token=token, spec=text))
        return slug

    def get_share(self, slug: str) -> Share:
        """What a link shows.

        Raises:
            InputError: If there is no such link, or no more.
        """
        with self._session() as session:
            share = session.get(Share, slug) if TOKEN.fullmatch(slug.rjust(16, "-")) else None
        if share is None:
            raise InputError(REVOKED)
        return share

    def list_shares(self, owner: str) -> list[Share]:
        """A learner's links, the newest first."""
        with self._session() as session:
            mine = select(Share).where(Share.owner == owner).order_by(Share.made_at.desc())
            return list(session.scalars(mine))

    def revoke(self, owner: str, slug: str) -> None:
        """Takes a learner's link back."""
        with self._session() as session:
            session.execute(delete(Share).where(Share.owner == owner, Share.slug == slug))

    def close(self) -> None:
        """Writes what waits, and closes the database."""
        self.writer.close()
        self.heartbeat.close()
        self.database.close()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        if not self.writer.opened.wait(0 if self.writer.troubled else OPENING_SECONDS):
            raise InputError(UNREACHABLE)
        with self.database.session() as session:
            yield session

    def _update(self, owner: str, tokens: Sequence[str], **values: Any) -> None:
        with self._session() as session:
            mine = update(Run).where(Run.owner == owner, Run.token.in_(list(tokens)))
            session.execute(mine.values(values))


@cache
def store() -> Store:
    """This process' store, opened at first use."""
    return Store(settings().database_url)
