"""The anonymous cookie: set with every page, kept once set, out of reach of scripts."""

import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from core.web.learner import COOKIE, COOKIE_VALUE, LearnerCookie, owner_id, read_cookie
from tests.core.web.asgi import request

SHARED = {"cache-control": "public, max-age=31536000, immutable"}
APP = Starlette(
    routes=[
        Route("/script.js", lambda _: PlainTextResponse("ok", headers=SHARED)),
        Route("/{path:path}", lambda _: PlainTextResponse("ok"), methods=["GET", "POST"]),
    ],
    middleware=[Middleware(LearnerCookie)],
)
MINE = "x" * 22
PAGE = {"accept": "text/html,application/xhtml+xml"}


def cookie_set(headers: dict[str, str], method: str = "GET", scheme: str = "http") -> str:
    """What a request is answered with in `Set-Cookie`; empty for nothing."""
    answer = request(APP, "/", method, headers, scheme)
    assert answer.status == 200
    return answer.headers.get("set-cookie", "")


def test_a_page_sets_a_new_cookie_that_scripts_cannot_read():
    first, second = cookie_set(PAGE), cookie_set(PAGE)
    assert re.fullmatch(
        rf"{COOKIE}=[\w-]{{22}}; Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax", first
    )
    assert first != second
    assert cookie_set(PAGE, scheme="https").endswith("; Secure")


def test_who_has_the_cookie_keeps_it():
    assert f"{COOKIE}={MINE};" in cookie_set(PAGE | {"cookie": f"a=b; {COOKIE}={MINE}; c=d"})


@pytest.mark.parametrize("value", ["", "short", MINE + "x", "<script>", '"' + MINE, "ü" * 22])
def test_what_we_never_set_is_replaced(value):
    told = cookie_set(PAGE | {"cookie": f"{COOKIE}={value}"})
    assert COOKIE_VALUE.fullmatch(told.partition("=")[2].partition(";")[0])
    assert f"={value};" not in told
    assert read_cookie(f"{COOKIE}={value}") == ""


@pytest.mark.parametrize(
    ("headers", "method"), [({"accept": "*/*"}, "GET"), ({}, "GET"), (PAGE, "POST")]
)
def test_what_is_no_page_sets_none(headers, method):
    assert cookie_set(headers, method) == ""


def test_what_a_shared_cache_may_keep_never_holds_a_cookie():
    for headers in (PAGE, PAGE | {"cookie": f"{COOKIE}={MINE}"}):
        assert "set-cookie" not in request(APP, "/script.js", "GET", headers).headers


def test_an_owner_does_not_tell_the_cookie():
    assert owner_id(MINE) == owner_id(MINE) != owner_id("y" * 22)
    assert MINE not in owner_id(MINE)
    assert len(owner_id(MINE)) == 64
