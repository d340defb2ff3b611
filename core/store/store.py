"""The run store: what the service writes to the database, and what pages read and change."""

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, defer

from ..errors import InputError, UnavailableError
from ..settings import settings
from ..spec import Spec
from .classes import Classes
from .database import UNREACHABLE, Database
from .heartbeat import Heartbeat
from .listing import IS_RUN, Query, RunPage, list_runs
from .members import Members
from .mysteries import Mysteries
from .retry_buffer import PendingWrites
from .run_events import load_events, load_news
from .shares import Shares
from .summary import columns_of_diagnosis, columns_of_start
from .tables import NAME_LENGTH, Checkpoint, Findings, Run, Secret, Share
from .takeover import take_over
from .writer import Writer
from .wrong_codes import WrongCodes

TOKEN_PATTERN = re.compile(r"[A-Za-z0-9_-]{16,64}")
READY_SECONDS = 3.0  # that a page waits for the migration of the database


@dataclass(frozen=True)
class StoredRun:
    """A run as it is stored.

    Attributes:
        run: Its row.
        events: As JSON, one text each.
        checkpoint_events: How many of the events the checkpoint covers.
        checkpoint: What training can resume from; empty if it must begin again.
    """

    run: Run
    events: list[bytes]
    checkpoint_events: int = 0
    checkpoint: bytes = b""

    @property
    def spec(self) -> Spec:
        """The spec of the row, parsed."""
        return Spec.from_json(self.run.spec)


class Store:
    """Runs, diagnoses and links of all learners.

    What the service writes goes through a `Writer`: those methods return at once and do not fail.
    Reading, and what pages change, is done synchronously, and raises `InputError` with one sentence
    if the database cannot be reached.

    Args:
        url: Of the database, see `core.store.database`.

    Attributes:
        database: Shared by the servers.
        heartbeat: Of this server.
        writer: The thread that writes runs.
        classes: Of all teachers.
        members: Who is in them.
        wrong_codes: What was tried and was no join code.
        mysteries: What is hidden behind ids.
        shares: Short links.
    """

    def __init__(self, url: str):
        self.database = Database(url)
        self.heartbeat = Heartbeat(self.database)
        self.writer = Writer(self.database, self.heartbeat)
        self.classes = Classes(self._session)
        self.members = Members(self._session, self.classes)
        self.mysteries = Mysteries(self._session, self.classes)
        self.wrong_codes = WrongCodes(self._session)
        self.shares = Shares(self._session)

    @property
    def state(self) -> str:
        """`opening`, `ok`, or `unreachable`: then events wait in memory."""
        if self.writer.unreachable:
            return "unreachable"
        return "ok" if self.writer.ready.is_set() else "opening"

    def subscribe(
        self,
        on_command: Callable[[str, dict[str, Any]], None],
        on_run_lost: Callable[[str], None],
    ) -> None:
        """Registers the callbacks of whoever trains runs here; they run in threads of the store.

        Args:
            on_command: Called with a run's token and a command that another server sent for it.
            on_run_lost: Called with the token of a run that another server has taken over.
        """
        self.heartbeat.on_command, self.writer.on_run_lost = on_command, on_run_lost

    def add_run(
        self, token: str, spec: Spec, pace: float | None = None, axes: str | None = None
    ) -> None:
        """Adds a run, or a sweep, that begins now.

        Args:
            token: The run's.
            spec: What it runs.
            pace: Epochs a second; None for no limit.
            axes: Of a sweep, as JSON; None for a run.
        """
        row = {"token": token, "owner": "", "server": self.heartbeat.server_id, "pace": pace}
        row |= {"started_at": time.time(), "axes": axes}
        self.writer.add_run(token, row | columns_of_start(spec))

    def append_event(self, token: str, event: bytes) -> None:
        """Appends an event, as JSON, to a live run; `run_ended` ends it."""
        self.writer.append_event(token, event)

    def durable_count(self, token: str) -> int | None:
        """How many events of a run are durable: no restart loses them. None if all may be shown."""
        return self.writer.durable_count(token)

    def record_command(self, token: str, command: dict[str, Any]) -> None:
        """Records what a learner's command changes in a run's row: `paused` or `pace`."""
        match command["do"]:
            case "pause" | "advance":
                self.writer.update_run(token, paused=True)
            case "resume":
                self.writer.update_run(token, paused=False)
            case "pace":
                self.writer.update_run(token, pace=command["pace"])

    def save_checkpoint(self, token: str, events: int, state: bytes) -> None:
        """Replaces a live run's checkpoint.

        Args:
            token: The run's.
            events: How many of the run's events came before the checkpoint.
            state: What training can resume from.
        """
        self.writer.save_checkpoint(token, events, state)

    def send_command(self, token: str, command: dict[str, Any]) -> None:
        """Sends a command to the server that trains a run; ignored if the run has ended."""
        if TOKEN_PATTERN.fullmatch(token):
            self.record_command(token, command)
            self.writer.send_command(token, orjson.dumps(command).decode())

    def load_run(self, token: str, since: int = 0) -> StoredRun | None:
        """A run and its events from number `since` on, those not yet written among them.

        Returns:
            The run without its checkpoint; None if there is no such run.
        """
        if not TOKEN_PATTERN.fullmatch(token):
            return None
        pending = self.writer.pending(token) or PendingWrites()
        with self._session() as session:
            run = session.get(Run, token)
            events = load_events(session, token, since)
        events += pending.events[max(0, since + len(events) - pending.first_event) :]
        if run is None and pending.row:
            run = Run(**pending.row)
        if run is None:
            return None
        for name, value in pending.updates.items():
            setattr(run, name, value)
        return StoredRun(run, events)

    def news(self, since: Mapping[str, int]) -> dict[str, list[bytes]]:
        """What the database has of many runs behind what was read of each.

        Args:
            since: By token, how many events were read. Of a run that has ended since, nothing may
                come here: `load_run` reads it.
        """
        with self._session() as session:
            return load_news(session, since) if since else {}

    def take_over(self, token: str) -> StoredRun | None:
        """Makes a live run this server's, if its server is gone or is this one already.

        Returns:
            The run with all its events and its checkpoint; None if it was not taken over.
        """
        pending = self.writer.pending(token)
        if not TOKEN_PATTERN.fullmatch(token) or (pending and (pending.events or pending.row)):
            return None
        with self._session() as session:
            if not take_over(session, token, self.heartbeat.server_id):
                return None
            run, checkpoint = session.get_one(Run, token), session.get(Checkpoint, token)
            events = load_events(session, token)
        if run.outcome is None:
            self.writer.resume_run(token, len(events))
        if checkpoint is None:
            return StoredRun(run, events)
        return StoredRun(run, events, checkpoint.held, checkpoint.state)

    def set_owner(
        self, token: str, owner: str, critical_ratio: float | None, words: str = ""
    ) -> None:
        """Puts a run on a learner's list.

        Args:
            token: The run's.
            owner: The learner.
            critical_ratio: Its highest learning rate over the critical one; None if unknown.
            words: Text to search in; empty for the settings of its spec.
        """
        columns = {"owner": owner, "critical_ratio": critical_ratio}
        self.writer.update_run(token, **columns, **({"words": words} if words else {}))

    def save_diagnosis(self, token: str, diagnosis: dict[str, Any]) -> None:
        """Saves a run's diagnosis, as `Diagnosis.to_json` returns it."""
        text = orjson.dumps(diagnosis).decode()
        self.writer.update_run(token, diagnosis=text, **columns_of_diagnosis(diagnosis))

    def load_diagnosis(self, token: str) -> dict[str, Any] | None:
        """A run's diagnosis, as `Diagnosis.from_json` reads it; None if none was saved."""
        with self._session() as session:
            row = session.get(Findings, token)
            return orjson.loads(row.diagnosis) if row else None

    def list_runs(self, owner: str, query: Query) -> RunPage:
        """A page of a learner's runs."""
        with self._session() as session:
            return list_runs(session, owner, query)

    def list_sweeps(self, owner: str, count: int) -> list[Run]:
        """A learner's sweeps, `count` at most, the newest first."""
        owned = select(Run).where(Run.owner == owner, Run.axes.is_not(None))
        with self._session() as session:
            newest = owned.order_by(Run.started_at.desc(), Run.token).limit(count)
            return list(session.scalars(newest))

    def get_runs(self, owner: str, tokens: Sequence[str]) -> list[Run]:
        """A learner's runs with these tokens, in their order; unknown ones are left out."""
        with self._session() as session:
            found = session.scalars(
                select(Run).where(Run.owner == owner, IS_RUN, Run.token.in_(list(tokens)))
            )
            by_token = {run.token: run for run in found}
        return [by_token[token] for token in tokens if token in by_token]

    def runs_by_token(self, tokens: Sequence[str]) -> list[Run]:
        """The runs with these tokens, whose ever they are, without their settings; unknown ones are
        left out."""
        with self._session() as session:
            found = select(Run).where(Run.token.in_(list(tokens)))
            return list(session.scalars(found.options(defer(Run.spec), defer(Run.words))))

    def rename(self, owner: str, token: str, name: str) -> None:
        """Names a learner's run; cut at `NAME_LENGTH` characters."""
        name = " ".join(name.replace("\0", "").split())[:NAME_LENGTH]
        self._update(owner, [token], name=name)

    def star(self, owner: str, tokens: Sequence[str], starred: bool) -> None:
        """Sets or removes the star of a learner's runs."""
        self._update(owner, tokens, starred=starred)

    def delete(self, owner: str, tokens: Sequence[str]) -> None:
        """Deletes a learner's runs, with their events, diagnoses and links."""
        with self._session() as session:
            owned = delete(Run).where(Run.owner == owner, Run.token.in_(list(tokens)))
            deleted = session.scalars(owned.returning(Run.token)).all()
        for token in deleted:
            self.writer.discard(token)

    def has_learner(self, owner: str) -> bool:
        """Whether a learner has a run, a sweep or a link here."""
        run = select(Run.token).where(Run.owner == owner).limit(1)
        link = select(Share.slug).where(Share.owner == owner).limit(1)
        with self._session() as session:
            return bool(session.scalar(run) or session.scalar(link))

    def secret(self, name: str) -> str:
        """The secret of that name, made at the first call: servers of one database agree on it."""
        with self._session() as session:
            if found := session.get(Secret, name):
                return found.value
        try:
            with self._session() as session:
                session.add(Secret(name=name, value=secrets.token_urlsafe(32)))
        except InputError:  # another server has made it just now; else the next line says the same
            pass
        with self._session() as session:
            return session.get_one(Secret, name).value

    def close(self) -> None:
        """Writes what is pending, stops the heartbeat, and closes the database."""
        self.writer.close()
        self.heartbeat.close()
        self.database.close()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        if not self.writer.ready.wait(0 if self.writer.unreachable else READY_SECONDS):
            raise UnavailableError(UNREACHABLE)
        with self.database.session() as session:
            yield session

    def _update(self, owner: str, tokens: Sequence[str], **values: Any) -> None:
        with self._session() as session:
            owned = update(Run).where(Run.owner == owner, Run.token.in_(list(tokens)))
            session.execute(owned.values(values))


@cache
def store() -> Store:
    """This process' store, created at first use."""
    return Store(settings().database_url)
