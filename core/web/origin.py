"""Protection against cross-site requests: what changes state must come from our own pages."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from .responses import error_response

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
CROSS_ORIGIN = "A request that changes something must come from this site's own pages."


class SameOrigin:
    """Rejects a request to `/api/` with an unsafe method unless its `Origin` is this site.

    Args:
        app: The ASGI app that it wraps.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == "http"
            and scope["method"] not in SAFE_METHODS
            and is_api_request(scope)
        ):
            headers = Headers(scope=scope)
            if urlsplit(headers.get("origin", "")).netloc != headers.get("host", "?"):
                await error_response(403, CROSS_ORIGIN)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def route_path(scope: Scope) -> str:
    """A request's path without the path that a proxy serves the app under."""
    return scope["path"].removeprefix(scope.get("root_path", ""))


def is_api_request(scope: Scope) -> bool:
    """Whether a request is for a route of the API, and not for one of Streamlit's."""
    return route_path(scope).startswith("/api/")
