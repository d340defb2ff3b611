"""A rate at which a learner's tabs are listened to: what is beyond it waits in the connection."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .learner import read_cookie
from .rate_limit import TokenBuckets

MESSAGES_PER_SECOND = 15  # of a learner, in the long run: each may start a thread and run a page
BURST_SECONDS = 2  # as many messages as in this time come at once
CHECK_SECONDS = 0.05  # between two looks whether the next message may come


class MessageRate:
    """Reads the WebSockets of a learner no faster than a rate; no message is lost.

    A person moves a slider, and timers of the page ask, some times a second. A script that sends
    thousands would start as many threads, until none is left for other learners.

    Args:
        app: The ASGI app that it wraps.
        rate: Messages a second of one learner; of one connection where there is no cookie of ours.
        sleep: Waits for some seconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        rate: float = MESSAGES_PER_SECOND,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ):
        self._app, self._sleep = app, sleep
        self._buckets = TokenBuckets(rate, burst_seconds=BURST_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        learner = read_cookie(Headers(scope=scope).get("cookie", ""))
        key = learner or secrets.token_urlsafe(16)

        async def paced_receive() -> Message:
            while not self._buckets.acquire(key):
                await self._sleep(CHECK_SECONDS)
            return await receive()

        await self._app(scope, paced_receive, send)
