"""Decides which runs to stop, suspend, pause or forget: unwatched ones, and long ones."""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from ..settings import settings
from .run_log import RunLog

Action = Literal["stop", "suspend", "pause", "forget"]


class RunMonitor:
    """Looks at all runs in memory now and then.

    Args:
        clock: Seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float]):
        self._clock, self._checked_at = clock, clock()

    def on_watched(self, log: RunLog) -> None:
        """Somebody has asked for a run."""
        log.watched_at = self._clock()

    def check(self, logs: Mapping[str, RunLog]) -> Iterator[tuple[str, Action]]:
        """Adds up the time that runs train, and says what is to be done with which.

        Args:
            logs: By token. The caller carries each action out before it asks for the next.

        Yields:
            Token and action. `stop`: the run has trained for `UPHILL_RUN_MINUTES`. `pause`: nobody
            has watched it for `UPHILL_AWAY_MINUTES`. `suspend`: nor for
            `UPHILL_ASLEEP_MINUTES` more. `forget`: it has ended, and nobody has looked at it for
            `UPHILL_AWAY_MINUTES`.
        """
        now, limits = self._clock(), settings()
        elapsed, self._checked_at = now - self._checked_at, now
        for token, log in list(logs.items()):
            unwatched = now - log.watched_at
            if log.ended and unwatched > 60 * limits.away_minutes:
                yield token, "forget"
            if log.ended or log.suspended:
                continue
            if log.worker and not (log.paused or log.idle):
                log.trained_seconds += elapsed
            if log.trained_seconds > 60 * limits.run_minutes:
                yield token, "stop"
            elif unwatched > 60 * (limits.away_minutes + limits.asleep_minutes):
                yield token, "suspend"
            elif unwatched > 60 * limits.away_minutes and not log.idle:
                yield token, "pause"
