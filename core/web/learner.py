"""Identity of a learner: an anonymous cookie that this server signs. There are no accounts."""

import hashlib
import re
import secrets
from functools import cache, lru_cache
from http.cookies import CookieError, SimpleCookie

from itsdangerous import BadSignature, Signer
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import InputError
from ..settings import settings
from ..store.store import store

COOKIE = "uphill_learner"
VALUE = re.compile(r"[A-Za-z0-9_-]{22}")
READ_ONCE = 1000  # characters of a header up to which what was read in it is kept
MAX_AGE = 400 * 24 * 3600  # seconds; the most that browsers allow


class LearnerCookie:
    """Sets or renews the cookie with every HTML page; scripts cannot read it (`HttpOnly`).

    A value without a signature, as cookies had none once, is signed if its learner has runs.

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
        signed = await run_in_threadpool(_renewed, headers.get("cookie", ""))

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                shared = "public" in answer.get("cache-control", "")  # a shared cache keeps it all
                if signed and not shared:
                    answer.append("set-cookie", _set_cookie(signed, scope["scheme"]))
            await send(message)

        await self._app(scope, receive, with_cookie)


def read_cookie(header: str) -> str:
    """The learner's value in a `Cookie` header; empty if it is missing or not signed by us."""
    read = _read_cookie if len(header) <= READ_ONCE else _read_cookie.__wrapped__
    return read(header, _keys())


def sign(value: str) -> str:
    """The cookie of a learner: their value and its signature."""
    return signer(COOKIE).sign(value).decode()


def unsign(cookie: str) -> str:
    """The value in a cookie; empty if it is not signed by us."""
    return _unsign(cookie, _keys())


@lru_cache(maxsize=1000)  # a chart that polls sends the same header three times a second
def _read_cookie(header: str, keys: tuple[str, ...]) -> str:
    return _unsign(_cookie_in(header), keys)


def _unsign(cookie: str, keys: tuple[str, ...]) -> str:
    try:
        value = _signer(COOKIE, keys).unsign(cookie.encode("utf-8", "replace")).decode()
    except BadSignature:
        return ""
    return value if VALUE.fullmatch(value) else ""


def owner_id(value: str) -> str:
    """A learner's ID in the database: a hash, so that a leaked database contains no cookie."""
    return hashlib.sha256(value.encode()).hexdigest()


def load_key() -> bool:
    """Loads the key that servers of one database share; False while it is out of reach.

    Until it is loaded, cookies are signed with a key of this process.
    """
    try:
        _stored_key()
    except InputError:
        return False
    return True


def _renewed(header: str) -> str:
    """The signed cookie for who sent this header: the same value, else a new one.

    Returns:
        Empty to leave the browser's cookie as it is, because it cannot be checked just now.
    """
    loaded, cookie = load_key(), _cookie_in(header)
    value = unsign(cookie) or (cookie if _is_of_before(cookie) else "")
    if not value and cookie and not loaded:
        return ""
    return sign(value or secrets.token_urlsafe(16))


def _is_of_before(cookie: str) -> bool:
    """Whether a cookie without a signature belongs to a learner who has runs here."""
    try:
        return bool(VALUE.fullmatch(cookie)) and store().has_learner(owner_id(cookie))
    except InputError:  # the database is out of reach
        return False


def _cookie_in(header: str) -> str:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def signer(salt: str) -> Signer:
    """Signs with the last of its keys, and knows what any of them has signed.

    Args:
        salt: What is signed: a value signed as one thing is no other.
    """
    return _signer(salt, _keys())


def _signer(salt: str, keys: tuple[str, ...]) -> Signer:
    return Signer(keys, salt=salt, digest_method=hashlib.sha256)


def _keys() -> tuple[str, ...]:
    """This process' own, and the one of the settings or the database as soon as it is known."""
    known = settings().cookie_key or _stored_key.cache_info().currsize
    return (_temporary_key(), _stored_key()) if known else (_temporary_key(),)


@cache
def _stored_key() -> str:
    """The key of the settings, else of the database; raises `InputError` if it is out of reach."""
    key = settings().cookie_key
    return key.get_secret_value() if key else store().secret("cookie")


@cache
def _temporary_key() -> str:
    return secrets.token_urlsafe(32)


def _set_cookie(signed: str, scheme: str) -> str:
    secure = "; Secure" if scheme == "https" else ""
    return f"{COOKIE}={signed}; Max-Age={MAX_AGE}; Path=/; HttpOnly; SameSite=Lax{secure}"
