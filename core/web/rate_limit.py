"""Rate limit by learner, not by IP address: a whole classroom may share one."""

import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ..settings import settings
from .learner import read_cookie
from .origin import route_path
from .responses import error_response

BURST_SECONDS = 5  # a full bucket holds the requests of this time
LIMITED = ("/api/runs/", "/api/class/", "/api/predicted/")
MAX_BUCKETS = 10_000  # beyond them, the least recently used is dropped
TOO_MANY = "Too many requests: at most {rate} a second. Wait a second and try again."


class TokenBuckets:
    """Token bucket rate limiter with one bucket per key.

    Args:
        rate: Tokens that each bucket gains a second.
        clock: Returns seconds; monotonic.
        burst_seconds: A full bucket holds the tokens of this time.
    """

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float] = time.monotonic,
        burst_seconds: float = BURST_SECONDS,
    ):
        self._rate, self._clock = rate, clock
        self._capacity = burst_seconds * rate
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, when

    def __len__(self) -> int:
        """Number of buckets in memory."""
        return len(self._buckets)

    def acquire(self, key: str) -> bool:
        """Takes one token out of a key's bucket; False if there is none."""
        now = self._clock()
        tokens, updated = self._buckets.pop(key, (self._capacity, now))
        tokens = min(self._capacity, tokens + (now - updated) * self._rate)
        self._buckets[key] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._buckets) > MAX_BUCKETS:
            self._buckets.popitem(last=False)
        return tokens >= 1


class RateLimit:
    """Answers 429 to a learner's requests for runs, classes and predictions beyond their rate.

    Args:
        app: The ASGI app that it wraps.
        buckets: The limiter; None for one with the rate of the settings.
    """

    def __init__(self, app: ASGIApp, buckets: TokenBuckets | None = None):
        self._app = app
        self._rate = settings().requests_per_second
        self._buckets = TokenBuckets(self._rate) if buckets is None else buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limited = scope["type"] == "http" and route_path(scope).startswith(LIMITED)
        if limited and not self._buckets.acquire(bucket_key(scope)):
            response = error_response(429, TOO_MANY.format(rate=self._rate))
            response.headers["Retry-After"] = "1"
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)


def bucket_key(scope: Scope) -> str:
    """The learner; without a cookie of ours the path, which holds the run's token. Never the IP."""
    return read_cookie(Headers(scope=scope).get("cookie", "")) or scope["path"][:128]
