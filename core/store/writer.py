"""Writes runs to the database beside everything else: in one thread, as fast as commits go.

Nothing that trains or draws waits for it. While the database is locked or gone, what is to be
written waits in memory.
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
from .database import Database
from .heartbeat import Heartbeat
from .retry_buffer import PendingWrites
from .run_events import append, finish, keep, stored
from .tables import Findings, Order, Run
from .takeover import end_the_left

SPACING = 0.1  # seconds from one commit to the next, so that busy runs share commits
RETRY = 0.5  # seconds to the next attempt while the database cannot be reached
CLOSING_SECONDS = 5.0
UNLISTED_SECONDS = 24 * 3600.0  # that runs on nobody's list are kept, such as tried remedies
LEFT_SECONDS = 24 * 3600.0  # that runs of a server that is gone may be asked for, to go on
END = b'{"event":"run_ended"'

log = logging.getLogger(__name__)


class Writer:
    """The thread, and what it has to do.

    Args:
        database: Which it opens, and keeps trying to.
        heartbeat: Of this server, which the database knows before any run of it.

    Attributes:
        opened: Set once the database is up to date and knows this server.
        troubled: Whether the database could not be reached at the last attempt.
        lost: Is told of a run that another server has taken over, by its token.
    """

    def __init__(self, database: Database, heartbeat: Heartbeat):
        self.opened = threading.Event()
        self.troubled = False
        self.lost: Callable[[str], None] = lambda token: None
        self._database, self._heartbeat = database, heartbeat
        self._changed = threading.Condition()
        self._waiting: dict[str, PendingWrites] = {}
        self._writing: dict[str, PendingWrites] = {}
        self._told: dict[str, int] = {}  # events of each live run, so far
        self._safe: dict[str, int] = {}  # of these, those in the database
        self._strange: set[str] = set()  # runs in the last batch that are another server's now
        self._size = 0  # bytes of events that wait
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    def start(self, token: str, row: dict[str, Any]) -> None:
        """A run begins."""
        with self._changed:
            if self._closing:
                return
            self._of(token).row = row
            self._told[token] = self._safe[token] = 0
            self._changed.notify_all()

    def resume(self, token: str, count: int) -> None:
        """A run of which the database has so many events goes on here."""
        with self._changed:
            self._told[token] = self._safe[token] = count

    def add(self, token: str, line: bytes) -> None:
        """A run has told an event; of one that never began, or has ended, none is kept."""
        with self._changed:
            if token not in self._told:
                return
            waiting = self._of(token)
            if not waiting.lines:
                waiting.first = self._told[token]
            waiting.lines.append(line)
            self._size += len(line)
            self._told[token] += 1
            if line.startswith(END):
                del self._told[token]
            self._shed()
            self._changed.notify_all()

    def change(self, token: str, *, diagnosis: str | None = None, **columns: Any) -> None:
        """A run gets other values in its row, or a diagnosis."""
        with self._changed:
            if self._closing:
                return
            waiting = self._of(token)
            waiting.changes |= columns
            waiting.diagnosis = diagnosis or waiting.diagnosis
            self._changed.notify_all()

    def keep(self, token: str, held: int, checkpoint: bytes) -> None:
        """A live run can go on from a checkpoint that holds so many of its events."""
        with self._changed:
            if token in self._told:
                self._of(token).checkpoint = held, checkpoint
                self._changed.notify_all()

    def order(self, token: str, told: str) -> None:
        """Another server is to do something with a run, as JSON says."""
        with self._changed:
            if not self._closing:
                self._of(token).orders.append(told)
                self._changed.notify_all()

    def forget(self, token: str) -> None:
        """A run is not to be written any more."""
        with self._changed:
            for known in (self._waiting, self._told, self._safe):
                known.pop(token, None)

    def safe(self, token: str) -> int | None:
        """How many events of a live run no restart can lose; None for as many as there are.

        While the database cannot be reached, what runs tell is shown all the same.
        """
        return None if self.troubled else self._safe.get(token)

    def pending(self, token: str) -> PendingWrites | None:
        """What of a run waits to be written."""
        with self._changed:
            now, later = self._writing.get(token), self._waiting.get(token)
        return now.followed_by(later) if now and later else now or later

    def flush(self, seconds: float) -> bool:
        """Waits until all that was told before is written; False if it takes longer."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._waiting and not self._writing and self.opened.is_set(), seconds
            )

    def close(self) -> None:
        """Writes what it can in some seconds, and ends."""
        if not self._closing:
            self.flush(CLOSING_SECONDS)
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()

    def _of(self, token: str) -> PendingWrites:
        return self._waiting.setdefault(token, PendingWrites())

    def _run(self) -> None:
        usable = self._insist(self._open)
        with self._changed:
            if usable:
                self.opened.set()
                self._heartbeat.start()
            else:
                self._closing = self.troubled = True
                self._waiting = {}
            self._changed.notify_all()
        while True:
            began = time.monotonic()
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if self._closing:
                    return
                self._writing, self._waiting, self._size = self._waiting, {}, 0
            done = self._insist(lambda: self._write(self._writing))
            with self._changed:
                self._settle(done)
                self._changed.notify_all()
            for token in self._strange:
                self.lost(token)
            with self._changed:
                pause = began + SPACING - time.monotonic()
                self._changed.wait_for(lambda: self._closing, max(pause, 0.0))

    def _insist(self, work: Callable[[], None]) -> bool:
        """Works until it is done; False if it never can be, or the writer closes meanwhile."""
        while True:
            try:
                work()
                self._trouble(False)
                return True
            except (OperationalError, OSError) as error:
                self._trouble(True, error)
            except IntegrityError:  # a run was deleted at that moment: the next attempt knows
                log.info("A run was deleted while it was written.")
            except Exception as error:  # whatever it is, this thread goes on
                if not getattr(error, "connection_invalidated", False):
                    log.exception("Some runs cannot be written; they are shown, and not kept.")
                    return False
                self._trouble(True, error)
            with self._changed:
                if self._changed.wait_for(lambda: self._closing, RETRY):
                    return False

    def _trouble(self, there: bool, error: Exception | None = None) -> None:
        if there and not self.troubled:
            log.warning("The database of runs cannot be reached; runs wait in memory. %s", error)
        if self.troubled and not there:
            log.warning("The database of runs is back.")
        with self._changed:
            self.troubled = there
            self._changed.notify_all()

    def _open(self) -> None:
        self._database.open()
        with Session(self._database.engine) as session, session.begin():
            self._heartbeat.update(session)
            now = time.time()
            end_the_left(session, now - LEFT_SECONDS)
            old = Run.started_at < now - UNLISTED_SECONDS
            session.execute(delete(Run).where(Run.owner == "", old))

    def _write(self, batch: dict[str, PendingWrites]) -> None:
        """Writes a batch in one transaction; does nothing twice, should its answer get lost."""
        self._database.check()
        own, self._strange = self._heartbeat.server_id, set()
        with Session(self._database.engine) as session, session.begin():
            found = select(Run.token, Run.outcome, Run.server).where(Run.token.in_(list(batch)))
            locked = found.order_by(Run.token).with_for_update()  # nobody takes one over meanwhile
            there = {run.token: run for run in session.execute(locked)}
            rows = [w.row for token, w in batch.items() if w.row and token not in there]
            if rows:
                session.execute(insert(Run), rows)
                there |= {run.token: run for run in session.execute(found)}
            batch = {token: waiting for token, waiting in batch.items() if token in there}
            self._strange = {t for t, w in batch.items() if w.lines and there[t].server != own}
            live = {t: w for t, w in batch.items() if there[t].outcome is None}
            _write_events(session, {t: w for t, w in live.items() if there[t].server == own})
            for token, waiting in batch.items():
                if waiting.changes:
                    session.execute(update(Run).where(Run.token == token).values(waiting.changes))
                if waiting.diagnosis:
                    session.merge(Findings(token=token, diagnosis=waiting.diagnosis))
            for token, waiting in live.items():
                for told in waiting.orders:
                    session.add(Order(server=there[token].server, token=token, told=told))

    def _settle(self, done: bool) -> None:
        """The batch is written; or it never will be, and its runs live on in memory alone."""
        for token, waiting in self._writing.items():
            if not done or token in self._strange:
                self.forget(token)
            elif waiting.lines and waiting.lines[-1].startswith(END):
                self._safe.pop(token, None)
            elif token in self._safe:
                self._safe[token] += len(waiting.lines)
        self._writing = {}

    def _shed(self) -> None:
        """Gives up the runs that wait longest, where the memory for events ends."""
        while self._size > settings().log_megabytes * 1_000_000:
            token, waiting = next(iter(self._waiting.items()))
            self._size -= sum(map(len, waiting.lines))
            self.forget(token)


def _write_events(session: Session, runs: Mapping[str, PendingWrites]) -> None:
    """Writes what live runs have told, and what they can go on from."""
    append(session, {token: (w.first, w.lines) for token, w in runs.items() if w.lines})
    checkpoints = [(token, *w.checkpoint) for token, w in runs.items() if w.checkpoint]
    keep(session, [{"token": t, "held": held, "state": state} for t, held, state in checkpoints])
    for token, waiting in runs.items():
        if waiting.lines and waiting.lines[-1].startswith(END):
            finish(session, token, stored(session, token))
