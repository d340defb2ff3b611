"""The anonymous cookie: set with every page, kept once set, out of reach of scripts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from core.errors import InputError
from core.settings import settings
from core.spec import Spec
from core.store.store import Store
from core.web import learner
from core.web.learner import COOKIE, LearnerCookie, owner_id, read_cookie, sign
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


def value_of(set_cookie: str) -> str:
    """The cookie's value in a `Set-Cookie` header."""
    return set_cookie.partition("=")[2].partition(";")[0]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A database that has the key, which no setting has."""
    monkeypatch.delenv("UPHILL_COOKIE_KEY")
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    monkeypatch.setattr(learner, "store", lambda: store)
    clear_keys()
    yield store
    store.close()
    clear_keys()


def clear_keys() -> None:
    """As in a new process."""
    settings.cache_clear()
    learner._stored_key.cache_clear()
    learner._temporary_key.cache_clear()


def test_a_page_sets_a_new_cookie_that_scripts_cannot_read():
    first, second = cookie_set(PAGE), cookie_set(PAGE)
    assert re.fullmatch(
        rf"{COOKIE}=[\w-]{{22}}\.[\w-]{{43}}; Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax",
        first,
    )
    assert first != second
    assert cookie_set(PAGE, scheme="https").endswith("; Secure")


def test_who_has_the_cookie_keeps_it():
    cookie = sign(MINE)
    assert value_of(cookie_set(PAGE | {"cookie": f"a=b; {COOKIE}={cookie}; c=d"})) == cookie
    assert read_cookie(f"a=b; {COOKIE}={cookie}; c=d") == MINE


@pytest.mark.parametrize(
    "value",
    [
        "",
        "short",
        MINE,
        MINE + "x",
        "<script>",
        '"' + MINE,
        "ü" * 22,
    ],
)
def test_what_we_never_set_is_replaced(value):
    replaced = value_of(cookie_set(PAGE | {"cookie": f"{COOKIE}={value}"}))
    assert read_cookie(f"{COOKIE}={replaced}")
    assert replaced != value
    assert read_cookie(f"{COOKIE}={value}") == ""


def test_a_signature_holds_for_its_own_value_alone():
    cookie = sign(MINE)
    for forged in (cookie[:-1], cookie.replace("x", "y", 1), sign("other text")):
        test_what_we_never_set_is_replaced(forged)


def test_a_cookie_of_before_signatures_is_signed_if_its_learner_has_runs(database):
    assert database.writer.ready.wait(20)
    for name, has_runs in ((MINE, True), ("y" * 22, False)):
        if has_runs:
            database.shares.make(owner_id(name), Spec())
        value = read_cookie(
            f"{COOKIE}={value_of(cookie_set(PAGE | {'cookie': f'{COOKIE}={name}'}))}"
        )
        assert (value == name) is has_runs


def test_servers_of_one_database_and_restarts_agree_on_the_key(database):
    assert database.writer.ready.wait(20)
    cookie = value_of(cookie_set(PAGE))
    mine = read_cookie(f"{COOKIE}={cookie}")
    clear_keys()
    assert read_cookie(f"{COOKIE}={cookie}") == ""  # until the key is loaded
    assert value_of(cookie_set(PAGE | {"cookie": f"{COOKIE}={cookie}"})) == cookie
    assert read_cookie(f"{COOKIE}={cookie}") == mine


def test_without_the_database_new_learners_get_a_cookie_and_others_keep_theirs(
    database, monkeypatch
):
    assert database.writer.ready.wait(20)
    before = value_of(cookie_set(PAGE))
    clear_keys()

    def unreachable(*_) -> str:
        raise InputError("unreachable")

    with monkeypatch.context() as patch:
        patch.setattr(database, "secret", unreachable)
        patch.setattr(database, "has_learner", unreachable)
        meanwhile = value_of(cookie_set(PAGE))
        for cookie in (before, MINE):
            assert cookie_set(PAGE | {"cookie": f"{COOKIE}={cookie}"}) == ""
        assert read_cookie(f"{COOKIE}={meanwhile}")
        assert value_of(cookie_set(PAGE | {"cookie": f"{COOKIE}={meanwhile}"})) == meanwhile
    mine = read_cookie(f"{COOKIE}={meanwhile}")
    for cookie in (before, meanwhile):  # who came meanwhile is signed anew and stays who they are
        signed = value_of(cookie_set(PAGE | {"cookie": f"{COOKIE}={cookie}"}))
        assert read_cookie(f"{COOKIE}={signed}") == read_cookie(f"{COOKIE}={cookie}") != ""
    assert mine == read_cookie(f"{COOKIE}={meanwhile}")


@pytest.mark.parametrize(
    ("headers", "method"), [({"accept": "*/*"}, "GET"), ({}, "GET"), (PAGE, "POST")]
)
def test_what_is_no_page_sets_none(headers, method):
    assert cookie_set(headers, method) == ""


def test_what_a_shared_cache_may_keep_never_holds_a_cookie():
    for headers in (PAGE, PAGE | {"cookie": f"{COOKIE}={sign(MINE)}"}):
        assert "set-cookie" not in request(APP, "/script.js", "GET", headers).headers


def test_an_owner_does_not_tell_the_cookie():
    assert owner_id(MINE) == owner_id(MINE) != owner_id("y" * 22)
    assert MINE not in owner_id(MINE)
    assert len(owner_id(MINE)) == 64
