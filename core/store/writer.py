"""The writer: one thread that writes runs to the database, in the background.

Callers only add to a buffer in memory and never wait for the database. While the database is locked
or cannot be reached, the buffer grows and the thread retries. Runs that write at the same time
share a transaction.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from ..settings import settings
from .database import Database, is_disk_full
from .heartbeat import Heartbeat
from .retry_buffer import PendingWrites
from .run_events import append_events, finish_run, load_events, save_checkpoints
from .tables import Command, Findings, Run
from .takeover import fail_orphaned_runs

COMMIT_SECONDS = 0.1  # between the starts of two transactions, so that runs share them
COMMIT_SECONDS_PER_RUN = 0.007  # more of a room, whose charts ask three times a second anyway
MOST_COMMIT_SECONDS = 0.2
RETRY_SECONDS = 0.5  # between two attempts while the database cannot be reached
CLOSE_SECONDS = 5.0  # for the last writes
UNLISTED_SECONDS = 24 * 3600.0  # until a run without an owner is deleted, such as a tried remedy
ORPHAN_SECONDS = 24 * 3600.0  # until a run fails whose server is gone and that nobody took over
RUN_ENDED = b'{"event":"run_ended"'

log = logging.getLogger(__name__)


class Writer:
    """The thread and its buffer. Every method but `flush` and `close` returns at once.

    Args:
        database: Is migrated before the first write.
        heartbeat: Of this server; is started once the database is migrated.

    Attributes:
        ready: Set once the database is migrated and has this server's row.
        unreachable: Whether the database could not be reached at the last attempt.
        on_run_lost: Called with the token of a run that another server has taken over.
    """

    def __init__(self, database: Database, heartbeat: Heartbeat):
        self.ready = threading.Event()
        self.unreachable = False
        self.on_run_lost: Callable[[str], None] = lambda token: None
        self._database, self._heartbeat = database, heartbeat
        self._changed = threading.Condition()
        self._pending: dict[str, PendingWrites] = {}
        self._in_flight: dict[str, PendingWrites] = {}  # in the transaction that is open now
        self._event_counts: dict[str, int] = {}  # of each live run
        self._durable_counts: dict[str, int] = {}  # of these events, those in the database
        self._lost: set[str] = set()  # runs of the last transaction that another server has
        self._pending_bytes = 0  # of events
        self._closing = False
        self._closed = threading.Event()  # of its own: an event of a run is no news to who pauses
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    def add_run(self, token: str, row: dict[str, Any]) -> None:
        """Inserts a new run.

        Args:
            token: The run's.
            row: Its columns.
        """
        with self._changed:
            if self._closing:
                return
            self._writes_of(token).row = row
            self._event_counts[token] = self._durable_counts[token] = 0
            self._changed.notify_all()

    def resume_run(self, token: str, count: int) -> None:
        """Accepts further events of a run that has `count` events in the database."""
        with self._changed:
            self._event_counts[token] = self._durable_counts[token] = count

    def append_event(self, token: str, event: bytes) -> None:
        """Appends an event to a live run; ignored if the run is not live here."""
        with self._changed:
            if token not in self._event_counts:
                return
            writes = self._writes_of(token)
            if not writes.events:
                writes.first_event = self._event_counts[token]
            writes.events.append(event)
            self._pending_bytes += len(event)
            self._event_counts[token] += 1
            if event.startswith(RUN_ENDED):
                del self._event_counts[token]
            self._drop_oldest()
            self._changed.notify_all()

    def update_run(self, token: str, *, diagnosis: str | None = None, **columns: Any) -> None:
        """Updates columns of a run's row, and its diagnosis, as JSON, if there is one."""
        with self._changed:
            if self._closing:
                return
            writes = self._writes_of(token)
            writes.updates |= columns
            writes.diagnosis = diagnosis or writes.diagnosis
            self._changed.notify_all()

    def save_checkpoint(self, token: str, events: int, state: bytes) -> None:
        """Replaces a live run's checkpoint by one that covers so many of its events."""
        with self._changed:
            if token in self._event_counts:
                self._writes_of(token).checkpoint = events, state
                self._changed.notify_all()

    def send_command(self, token: str, command: str) -> None:
        """Sends a command, as JSON, to the server that trains a run."""
        with self._changed:
            if not self._closing:
                self._writes_of(token).commands.append(command)
                self._changed.notify_all()

    def discard(self, token: str) -> None:
        """Drops what is pending of a run, and ignores its further events."""
        with self._changed:
            for known in (self._pending, self._event_counts, self._durable_counts):
                known.pop(token, None)

    def durable_count(self, token: str) -> int | None:
        """How many events of a live run are in the database.

        Returns:
            None for no limit: the run is not live here, or the database cannot be reached, and
            then events are shown all the same.
        """
        return None if self.unreachable else self._durable_counts.get(token)

    def pending(self, token: str) -> PendingWrites | None:
        """What of a run is not yet committed; None for nothing."""
        with self._changed:
            now, later = self._in_flight.get(token), self._pending.get(token)
        return now.merged_with(later) if now and later else now or later

    def flush(self, seconds: float) -> bool:
        """Waits until all that was added before is committed; False on timeout."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._pending and not self._in_flight and self.ready.is_set(), seconds
            )

    def close(self) -> None:
        """Flushes, for `CLOSE_SECONDS` at most, and ends the thread."""
        if not self._closing:
            self.flush(CLOSE_SECONDS)
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._closed.set()
        self._thread.join()

    def _writes_of(self, token: str) -> PendingWrites:
        return self._pending.setdefault(token, PendingWrites())

    def _run(self) -> None:
        usable = self._retry(self._open)
        with self._changed:
            if usable:
                self.ready.set()
                self._heartbeat.start()
            else:
                self._closing = self.unreachable = True
                self._pending = {}
            self._changed.notify_all()
        while True:
            began = time.monotonic()
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._closing)
                if self._closing:
                    return
                self._in_flight, self._pending, self._pending_bytes = self._pending, {}, 0
            committed = self._retry(lambda: self._write(self._in_flight))
            with self._changed:
                self._complete(committed)
                self._changed.notify_all()
            for token in self._lost:
                self.on_run_lost(token)
            self._closed.wait(max(began + self._pause() - time.monotonic(), 0.0))

    def _pause(self) -> float:
        """Seconds between the starts of two transactions, by how many runs there are."""
        seconds = COMMIT_SECONDS_PER_RUN * len(self._event_counts)
        return min(MOST_COMMIT_SECONDS, max(COMMIT_SECONDS, seconds))

    def _retry(self, operation: Callable[[], None]) -> bool:
        """Repeats an operation until it succeeds.

        Returns:
            False if it failed for another reason than an unreachable database, or if the writer was
            closed before it succeeded.
        """
        while True:
            try:
                operation()
                self._set_unreachable(None)
                return True
            except (OperationalError, OSError) as error:
                self._set_unreachable(error)
            except IntegrityError:  # a run was deleted meanwhile: the next attempt leaves it out
                log.info("A run was deleted while it was written.")
            except Exception as error:  # whatever it is, the thread must not end
                if not getattr(error, "connection_invalidated", False):
                    log.error("Some runs cannot be written, so they are not kept: %s.", kind(error))
                    return False
                self._set_unreachable(error)
            with self._changed:
                if self._changed.wait_for(lambda: self._closing, RETRY_SECONDS):
                    return False

    def _set_unreachable(self, error: Exception | None) -> None:
        if error and not self.unreachable:
            why = "has no room on its disk" if is_disk_full(error) else "cannot be reached"
            log.warning(
                "The database of UPHILL_DATABASE_URL %s: %s. Runs wait in memory.", why, kind(error)
            )
        if self.unreachable and not error:
            log.warning("The database of runs is back.")
        with self._changed:
            self.unreachable = error is not None
            self._changed.notify_all()

    def _open(self) -> None:
        """Migrates the database, adds this server, and deletes or fails what is too old."""
        self._database.migrate()
        with Session(self._database.engine) as session, session.begin():
            self._heartbeat.update(session)
            now = time.time()
            fail_orphaned_runs(session, now - ORPHAN_SECONDS)
            old = Run.started_at < now - UNLISTED_SECONDS
            session.execute(delete(Run).where(Run.owner == "", old))

    def _write(self, writes: dict[str, PendingWrites]) -> None:
        """Writes in one transaction. May be repeated: a commit can succeed though it raised."""
        self._database.check_file()
        own, self._lost = self._heartbeat.server_id, set()
        with Session(self._database.engine) as session, session.begin():
            found = select(Run.token, Run.outcome, Run.server).where(Run.token.in_(list(writes)))
            locked = found.order_by(Run.token).with_for_update()  # against a takeover meanwhile
            rows = {run.token: run for run in session.execute(locked)}
            new = [w.row for token, w in writes.items() if w.row and token not in rows]
            if new:
                session.execute(insert(Run), new)
                rows |= {run.token: run for run in session.execute(found)}
            writes = {token: w for token, w in writes.items() if token in rows}
            self._lost = {t for t, w in writes.items() if w.events and rows[t].server != own}
            live = {t: w for t, w in writes.items() if rows[t].outcome is None}
            _write_events(session, {t: w for t, w in live.items() if rows[t].server == own})
            for token, w in writes.items():
                if w.updates:
                    session.execute(update(Run).where(Run.token == token).values(w.updates))
                if w.diagnosis:
                    session.merge(Findings(token=token, diagnosis=w.diagnosis))
            for token, w in live.items():
                for command in w.commands:
                    session.add(Command(server=rows[token].server, token=token, told=command))

    def _complete(self, committed: bool) -> None:
        """Counts the events in flight as durable; discards runs that are lost or not writable."""
        for token, writes in self._in_flight.items():
            if not committed or token in self._lost:
                self.discard(token)
            elif writes.events and writes.events[-1].startswith(RUN_ENDED):
                self._durable_counts.pop(token, None)
            elif token in self._durable_counts:
                self._durable_counts[token] += len(writes.events)
        self._in_flight = {}

    def _drop_oldest(self) -> None:
        """Discards the runs that are pending longest while events take too much memory."""
        while self._pending_bytes > settings().log_megabytes * 1_000_000:
            token, writes = next(iter(self._pending.items()))
            self._pending_bytes -= sum(map(len, writes.events))
            self.discard(token)


def kind(error: Exception | None) -> str:
    """An error without its message, which may hold a run's token, its spec or names of columns."""
    cause = getattr(error, "orig", None) or error
    return f"{type(error).__name__} ({type(cause).__name__})"


def _write_events(session: Session, runs: Mapping[str, PendingWrites]) -> None:
    """Writes the events and checkpoints of live runs, and finishes those that have ended."""
    append_events(session, {t: (w.first_event, w.events) for t, w in runs.items() if w.events})
    checkpoints = [(token, *w.checkpoint) for token, w in runs.items() if w.checkpoint]
    columns = [{"token": t, "held": events, "state": state} for t, events, state in checkpoints]
    save_checkpoints(session, columns)
    for token, writes in runs.items():
        if writes.events and writes.events[-1].startswith(RUN_ENDED):
            finish_run(session, token, load_events(session, token))
