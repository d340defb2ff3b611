"""Protection against other sites' pages: what changes state must come from our own."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from .responses import error_response

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
POLICY_VIOLATION = 1008  # RFC 6455, section 7.4.1
CROSS_ORIGIN = "A request that changes something must come from this site's own pages."


class SameOrigin:
    """Rejects what another site's page asks for, by its `Origin`.

    A request to `/api/` with an unsafe method must say that it comes from this site. A WebSocket
    must not say that it comes from another one: Streamlit itself lets in every port of this
    machine, and looks up its public address for each origin that it does not know.

    Args:
        app: The ASGI app that it wraps.
        trusted: Other origins whose WebSockets are let in, such as `https://uphill.example` where a
            proxy replaces the `Host` header.
    """

    def __init__(self, app: ASGIApp, trusted: Collection[str] = ()):
        self._app, self._trusted = app, trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        is_own = urlsplit(origin).netloc == headers.get("host", "?")
        if scope["type"] == "websocket":
            if "origin" in headers and not is_own and origin not in self._trusted:
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
                return
        elif scope["method"] not in SAFE_METHODS and is_api_request(scope) and not is_own:
            await error_response(403, CROSS_ORIGIN)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def route_path(scope: Scope) -> str:
    """A request's path without the path that a proxy serves the app under."""
    return scope["path"].removeprefix(scope.get("root_path", ""))


def is_api_request(scope: Scope) -> bool:
    """Whether a request is for a route of the API, and not for one of Streamlit's."""
    return route_path(scope).startswith("/api/")
