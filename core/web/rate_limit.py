"""Requests a second, counted by learner: a whole classroom may share one network address."""

import time
from collections import OrderedDict
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..settings import settings
from .learner import COOKIE
from .origin import in_api

BURST = 5  # seconds' worth of requests that may come at once
KNOWN = 10_000  # learners remembered; who has not asked for longest is forgotten first
TOO_MANY = "Too many requests: at most {rate} a second. Wait a second and try again."


class Allowance:
    """Who may still ask: each key has a bucket that fills at a steady rate.

    Args:
        rate: Requests a second.
        clock: Seconds that never go back.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic):
        self._rate, self._clock = rate, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._buckets)

    def spend(self, key: str) -> bool:
        """Takes one request out of a key's bucket; False if it is empty."""
        now, most = self._clock(), BURST * self._rate
        level, at = self._buckets.pop(key, (most, now))
        level = min(most, level + (now - at) * self._rate)
        self._buckets[key] = (level - 1 if level >= 1 else level, now)
        if len(self._buckets) > KNOWN:
            self._buckets.popitem(last=False)
        return level >= 1


class LearnerRate:
    """Refuses a learner's requests to `/api/runs/` beyond their rate.

    Args:
        app: What answers the request.
        allowance: Counts them; None for one by the settings.
    """

    def __init__(self, app: ASGIApp, allowance: Allowance | None = None):
        self._app = app
        self._rate = settings().requests_per_second
        self._allowance = Allowance(self._rate) if allowance is None else allowance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        counted = scope["type"] == "http" and in_api(scope) and "/runs/" in scope["path"]
        if counted and not self._allowance.spend(learner_of(scope)):
            told = JSONResponse({"error": TOO_MANY.format(rate=self._rate)}, 429)
            told.headers["Retry-After"] = "1"
            await told(scope, receive, send)
            return
        await self._app(scope, receive, send)


def learner_of(scope: Scope) -> str:
    """The learner's cookie; else the path, which names the run: never the network address."""
    try:
        cookie = SimpleCookie(Headers(scope=scope).get("cookie", "")).get(COOKIE)
    except CookieError:
        cookie = None
    return cookie.value[:64] if cookie and cookie.value else scope["path"][:128]
