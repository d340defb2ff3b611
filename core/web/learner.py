"""Identity of a learner: an anonymous cookie that this server sets. There are no accounts."""

import hashlib
import re
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "uphill_learner"
COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{22}")
MAX_AGE = 400 * 24 * 3600  # seconds; the most that browsers allow


class LearnerCookie:
    """Sets or renews the cookie with every HTML page; scripts cannot read it (`HttpOnly`).

    Args:
        app: The ASGI app that it wraps.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if scope.get("method") != "GET" or "text/html" not in headers.get("accept", ""):
            await self._app(scope, receive, send)
            return
        value = read_cookie(headers.get("cookie", "")) or secrets.token_urlsafe(16)

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                if "public" not in answer.get("cache-control", ""):  # a shared cache keeps it all
                    answer.append("set-cookie", _set_cookie(value, scope["scheme"]))
            await send(message)

        await self._app(scope, receive, with_cookie)


def read_cookie(header: str) -> str:
    """The learner's cookie in a `Cookie` header; empty if it is missing or malformed."""
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel and COOKIE_VALUE.fullmatch(morsel.value) else ""


def owner_id(cookie: str) -> str:
    """A learner's ID in the database: a hash, so that a leaked database contains no cookie."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def _set_cookie(value: str, scheme: str) -> str:
    secure = "; Secure" if scheme == "https" else ""
    return f"{COOKIE}={value}; Max-Age={MAX_AGE}; Path=/; HttpOnly; SameSite=Lax{secure}"
