"""Requests that change something come from our own pages only, by a method that says so."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

READING = {"GET", "HEAD", "OPTIONS"}
FOREIGN = "A request that changes something must come from this site's own pages."


class SameOrigin:
    """Refuses a request to `/api/` that may change something and names no origin, or another one.

    Args:
        app: What answers the request.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in READING and in_api(scope):
            headers = Headers(scope=scope)
            if urlsplit(headers.get("origin", "")).netloc != headers.get("host", "?"):
                await JSONResponse({"error": FOREIGN}, 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def in_api(scope: Scope) -> bool:
    """Whether a request is for one of our own routes, and not for Streamlit's."""
    return scope["path"].removeprefix(scope.get("root_path", "")).startswith("/api/")
