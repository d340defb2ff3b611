"""A bound on uploaded files that nothing has read yet: Streamlit keeps them in memory."""

from collections import Counter
from collections.abc import Callable, Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ..settings import settings
from .origin import route_path
from .responses import error_response

UPLOAD_PATH = "/_stcore/upload_file/"  # followed by the session and the file
MEBIBYTE = 1024 * 1024  # as Streamlit counts `server.maxUploadSize`
MULTIPART_OVERHEAD = 64 * 1024  # bytes around the file
NO_LENGTH = "An upload must say its size, in a `Content-Length` header."
TOO_MUCH = (
    "{whose} uploads that are not read yet may take {limit:,} MB. Received: {size:,.1f} MB more "
    "than that. Wait until they are read, or close tabs that uploaded, and try again."
)


class UploadLimit:
    """Answers 413 to an upload beyond what one session, or all together, may keep in memory.

    Args:
        app: The ASGI app that it wraps.
        stored: Returns the bytes of each session's files in memory.
    """

    def __init__(self, app: ASGIApp, stored: Callable[[], Mapping[str, int]]):
        self._app, self._stored = app, stored
        self._in_flight: Counter[str] = Counter()  # bytes of each session that are being received

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
        self._in_flight[session] += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_flight[session] -= size
            self._in_flight += Counter()  # drops what is zero

    def _refusal(self, session: str, size: int) -> str:
        """Why an upload of that size must not be; empty if it may."""
        stored = Counter(self._stored()) + self._in_flight
        own, everybody = settings().upload_megabytes, settings().uploads_megabytes
        for whose, used, limit in (
            ("Your", stored[session], own),
            ("All", stored.total(), everybody),
        ):
            excess = used + size - limit * MEBIBYTE - MULTIPART_OVERHEAD
            if excess > 0:
                return TOO_MUCH.format(whose=whose, limit=limit, size=excess / 1e6)
        return ""
