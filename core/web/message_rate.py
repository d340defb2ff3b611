"""A rate at which one browser tab is listened to: what it sends beyond waits in its connection."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .rate_limit import TokenBuckets

MESSAGES_PER_SECOND = 10  # of one tab, in the long run: each may start a thread and run a page
BURST_SECONDS = 2  # as many messages as in this time come at once
CHECK_SECONDS = 0.05  # between two looks whether the next message may come


class MessageRate:
    """Reads a WebSocket's messages no faster than a rate; none is lost.

    A person moves a slider, and timers of the page ask, some times a second. A script that sends
    thousands would start as many threads, until none is left for other learners.

    Args:
        app: The ASGI app that it wraps.
        rate: Messages a second of one connection.
        sleep: Waits for some seconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        rate: float = MESSAGES_PER_SECOND,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ):
        self._app, self._rate, self._sleep = app, rate, sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        bucket = TokenBuckets(self._rate, burst_seconds=BURST_SECONDS)

        async def paced_receive() -> Message:
            while not bucket.acquire(""):
                await self._sleep(CHECK_SECONDS)
            return await receive()

        await self._app(scope, paced_receive, send)
