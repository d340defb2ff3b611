"""A bound on uploaded files that nothing has read yet: Streamlit keeps them in memory."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..settings import settings
from .origin import route_path
from .responses import error_response

UPLOAD_PATH = "/_stcore/upload_file/"  # followed by the session and the file
MEBIBYTE = 1024 * 1024  # as Streamlit counts `server.maxUploadSize`
MULTIPART_OVERHEAD = 64 * 1024  # bytes around the file
IDLE_SECONDS = 20.0  # in which something of an upload must come
NO_LENGTH = "An upload must say its size, in a `Content-Length` header."
TOO_MUCH = (
    "{whose} uploads that are not read yet may take {limit:,} MB. Received: {size:,.1f} MB more "
    "than that. Wait until they are read, or close tabs that uploaded, and try again."
)
TOO_SLOW = "Nothing of this upload has come for {seconds:g} seconds. Try again."


class RefusedError(Exception):
    """An upload that is ended while it is being received.

    Args:
        status: Of the answer.
        message: Why.
    """

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


class UploadLimit:
    """Answers 413 to an upload beyond what one session, or all together, may keep in memory.

    A session's own uploads count from their beginning by what they say they will be; among all, by
    what has come, else whoever announces much and sends nothing would hold up everybody. One that
    stops coming is answered with 408.

    Args:
        app: The ASGI app that it wraps.
        stored: Returns the bytes of each session's files in memory.
    """

    def __init__(self, app: ASGIApp, stored: Callable[[], Mapping[str, int]]):
        self._app, self._stored = app, stored
        self._announced: Counter[str] = Counter()  # bytes of each session's uploads on their way
        self._received: Counter[str] = Counter()  # those of them that have come

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = route_path(scope) if scope["type"] == "http" else ""
        if scope.get("method") != "PUT" or not path.startswith(UPLOAD_PATH):
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if not length.isdecimal():
            await error_response(411, NO_LENGTH)(scope, receive, send)
            return
        session, size = path.removeprefix(UPLOAD_PATH).partition("/")[0], int(length)
        if refusal := self._refusal(session, size):
            await error_response(413, refusal)(scope, receive, send)
            return
        self._announced[session] += size
        received = 0

        async def counted_receive() -> Message:
            nonlocal received
            try:
                message = await asyncio.wait_for(receive(), IDLE_SECONDS)
            except TimeoutError as error:
                raise RefusedError(408, TOO_SLOW.format(seconds=IDLE_SECONDS)) from error
            arrived = len(message.get("body", b""))
            received += arrived
            self._received[session] += arrived
            if refusal := self._refusal(session, 0):
                raise RefusedError(413, refusal)
            return message

        try:
            await self._app(scope, counted_receive, send)
        except RefusedError as refused:
            await error_response(refused.status, str(refused))(scope, receive, send)
        finally:
            self._announced[session] -= size
            self._received[session] -= received
            for counts in (self._announced, self._received):
                if not counts[session]:
                    del counts[session]

    def _refusal(self, session: str, size: int) -> str:
        """Why an upload of that size must not be; empty if it may."""
        stored = Counter(self._stored())
        on_their_way = stored[session] + self._announced[session]
        come = stored.total() + self._received.total()
        own, everybody = settings().upload_megabytes, settings().uploads_megabytes
        for whose, used, limit in (
            ("Your", on_their_way, own),
            ("All", come, everybody),
        ):
            excess = used + size - limit * MEBIBYTE - MULTIPART_OVERHEAD
            if excess > 0:
                return TOO_MUCH.format(whose=whose, limit=limit, size=excess / 1e6)
        return ""
