"""Who a learner is: whoever sends the anonymous cookie that this server once set. No accounts."""

import hashlib
import re
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "uphill_learner"
VALUE = re.compile(r"[A-Za-z0-9_-]{22}")
KEPT_SECONDS = 400 * 24 * 3600  # no browser keeps one longer


class LearnerCookie:
    """Sets the cookie with every page that a browser opens; scripts of the page cannot read it.

    Args:
        app: What answers the request.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if scope.get("method") != "GET" or "text/html" not in headers.get("accept", ""):
            await self._app(scope, receive, send)
            return
        value = value_in(headers.get("cookie", "")) or secrets.token_urlsafe(16)

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", _line(value, scope["scheme"]))
            await send(message)

        await self._app(scope, receive, with_cookie)


def value_in(header: str) -> str:
    """The learner's value in a `Cookie` header; empty where there is none that we would set."""
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel and VALUE.fullmatch(morsel.value) else ""


def owner_of(value: str) -> str:
    """The name under which a learner's runs are kept: who reads the database cannot take it on."""
    return hashlib.sha256(value.encode()).hexdigest()


def _line(value: str, scheme: str) -> str:
    secure = "; Secure" if scheme == "https" else ""
    return f"{COOKIE}={value}; Max-Age={KEPT_SECONDS}; Path=/; HttpOnly; SameSite=Lax{secure}"
