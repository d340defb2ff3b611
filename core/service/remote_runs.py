"""Runs that are not in this process' memory: other servers train them, or did, or this one has.

A run whose server lives is followed: its events are read from the store as they come, and orders
go to that server by the store. A run whose server is gone is taken over by whoever is asked for it.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from ..settings import settings
from ..store import Kept, Store
from ..sweep.spec import axes_from_json
from .run_log import RunLog
from .sweep_log import SweepLog

FOLLOWED = 50  # runs of other servers in memory; who was not asked for longest goes first
LOCKS = 64  # so that no two threads read one run at once, and few wait for another's


@dataclass
class Followed:
    """A run that another server trains.

    Attributes:
        log: What it has told so far.
        watched: Clock time at which its server last heard that somebody watches.
    """

    log: RunLog
    watched: float = float("-inf")


class Elsewhere:
    """Finds runs by the store.

    Args:
        store: That all servers share.
        keep: Takes a run into this server's memory, an unfinished one to go on; returns what is
            there already, if something is.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        store: Store,
        keep: Callable[[str, RunLog], RunLog],
        clock: Callable[[], float] = time.monotonic,
    ):
        self._store, self._keep, self._clock = store, keep, clock
        self._followed: OrderedDict[str, Followed] = OrderedDict()
        self._locks = [threading.RLock() for _ in range(LOCKS)]

    def log(self, token: str) -> RunLog | None:
        """A run as it stands now; None if the store does not know it."""
        with self._locks[hash(token) % LOCKS]:
            followed = self._followed.pop(token, None)
            kept = self._store.recall(token, len(followed.log.events) if followed else 0)
            if kept is None:
                return None
            followed = followed or Followed(_log_of(kept))
            log = _told(followed.log, kept)
            if log.ended:
                return self._keep(token, log)
            if not self._store.presence.lives(kept.run.server) or self._is_forgotten(kept):
                taken = self._store.take_over(token)
                if taken:
                    return self._keep(token, _told(_log_of(taken), taken))
            else:
                self._say_watched(token, followed)
            self._followed[token] = followed
            while len(self._followed) > FOLLOWED:
                self._followed.popitem(last=False)
            return log

    def _is_forgotten(self, kept: Kept) -> bool:
        """Whether it was this server's own run, which slept until its memory was wanted."""
        return kept.run.server == self._store.presence.server

    def _say_watched(self, token: str, followed: Followed) -> None:
        """Lets a run's server know that somebody watches, well before it would pause the run."""
        now = self._clock()
        if now - followed.watched > 60 * settings().away_minutes / 3:
            followed.watched = now
            self._store.order(token, {"do": "watch"})


def _log_of(kept: Kept) -> RunLog:
    run, axes = kept.run, axes_from_json(kept.run.axes)
    kind = SweepLog if axes else RunLog
    log = kind(kept.spec, run.pace, axes=axes, learner=run.owner or None)
    log.checkpoint, log.held = kept.checkpoint, kept.held
    return log


def _told(log: RunLog, kept: Kept) -> RunLog:
    """Adds what a run has told since."""
    for line in kept.lines:
        log.add(line)
    log.paused, log.pace = bool(kept.run.paused), kept.run.pace
    return log
