"""Runs that are not in this process' memory: another server trains them, or has, or this one did.

A run whose server is alive is followed: its events are read from the store as they come, and
commands go to that server through the store. A run whose server is gone is taken over by the server
that is asked for it.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from ..settings import settings
from ..store import Store, StoredRun
from ..sweep.spec import axes_from_json
from .run_log import RunLog
from .sweep_log import SweepLog

MAX_FOLLOWED = 50  # runs in memory; the least recently asked for goes first
LOCKS = 64  # so that no two threads read one run at once, and few wait for another run's


@dataclass
class FollowedRun:
    """A run that another server trains.

    Attributes:
        log: Its events so far.
        notified_at: Clock time at which its server was last told that somebody watches.
    """

    log: RunLog
    notified_at: float = float("-inf")


class RemoteRuns:
    """Finds runs in the store.

    Args:
        store: That all servers share.
        adopt: Takes a run into this server's memory, and restarts it if it has not ended; returns
            the log that is there already, if there is one.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        store: Store,
        adopt: Callable[[str, RunLog], RunLog],
        clock: Callable[[], float] = time.monotonic,
    ):
        self._store, self._adopt, self._clock = store, adopt, clock
        self._followed: OrderedDict[str, FollowedRun] = OrderedDict()
        self._locks = [threading.RLock() for _ in range(LOCKS)]

    def log(self, token: str) -> RunLog | None:
        """A run's log as it is now; None if the store does not know the run."""
        with self._locks[hash(token) % LOCKS]:
            followed = self._followed.pop(token, None)
            stored = self._store.load_run(token, len(followed.log.events) if followed else 0)
            if stored is None:
                return None
            followed = followed or FollowedRun(_new_log(stored))
            log = _updated(followed.log, stored)
            if log.ended:
                return self._adopt(token, log)
            if self._is_own(stored) or not self._store.heartbeat.is_alive(stored.run.server):
                taken = self._store.take_over(token)
                if taken:
                    return self._adopt(token, _updated(_new_log(taken), taken))
            else:
                self._notify(token, followed)
            self._followed[token] = followed
            while len(self._followed) > MAX_FOLLOWED:
                self._followed.popitem(last=False)
            return log

    def _is_own(self, stored: StoredRun) -> bool:
        """Whether it is this server's run, suspended and then evicted from memory."""
        return stored.run.server == self._store.heartbeat.server_id

    def _notify(self, token: str, followed: FollowedRun) -> None:
        """Tells a run's server that somebody watches, well before it would pause the run."""
        now = self._clock()
        if now - followed.notified_at > 60 * settings().away_minutes / 3:
            followed.notified_at = now
            self._store.send_command(token, {"do": "watch"})


def _new_log(stored: StoredRun) -> RunLog:
    run, axes = stored.run, axes_from_json(stored.run.axes)
    kind = SweepLog if axes else RunLog
    log = kind(stored.spec, run.pace, axes=axes, learner=run.owner or None)
    log.checkpoint, log.checkpoint_events = stored.checkpoint, stored.checkpoint_events
    return log


def _updated(log: RunLog, stored: StoredRun) -> RunLog:
    """Appends the events that have come since."""
    for line in stored.events:
        log.append(line)
    log.paused, log.pace = bool(stored.run.paused), stored.run.pace
    return log
