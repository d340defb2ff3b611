"""Headers, origins and rates, on a small app behind the same middleware as the real one."""

from collections.abc import Iterable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from core.web.headers import HEADERS, POLICY, SecurityHeaders
from core.web.origin import SameOrigin
from core.web.rate_limit import BURST, KNOWN, Allowance, LearnerRate
from tests.conftest import finished

RATE = 2.0
OWN = {"host": "uphill.example", "origin": "https://uphill.example"}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(clock: Clock) -> Starlette:
    allowance = Allowance(RATE, clock)
    every = ["GET", "POST", "PUT", "DELETE"]
    return Starlette(
        routes=[
            Route(path, hello, methods=every)
            for path in ("/", "/api/health", "/api/runs/{token}/events")
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(SameOrigin),
            Middleware(LearnerRate, allowance=allowance),
        ],
    )


def ask(
    app: Starlette, path: str, method: str = "GET", headers: Iterable[tuple[str, str]] = ()
) -> tuple[int, dict[str, str]]:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "client": ("192.0.2.1", 1),
    }
    finished(app(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told


@pytest.mark.parametrize("path", ["/", "/api/health", "/no/such/page"])
def test_every_answer_has_the_headers(app, path):
    _, told = ask(app, path)
    assert {name: told[name.lower()] for name in HEADERS} == HEADERS


def test_a_refusal_has_them_too(app):
    status, told = ask(app, "/api/health", "POST")
    assert status == 403
    assert told["x-content-type-options"] == "nosniff"


def test_the_policy_lets_in_no_other_script():
    assert "unsafe" not in POLICY["script-src"]
    assert "sha256-" in POLICY["script-src"]
    for sources in POLICY.values():
        assert "http" not in sources and "*" not in sources


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (OWN, 200),
        ({"host": "uphill.example"}, 403),
        ({"host": "uphill.example", "origin": "null"}, 403),
        ({"host": "uphill.example", "origin": "https://evil.example"}, 403),
        ({"host": "uphill.example", "origin": "https://uphill.example.evil.example"}, 403),
        ({"host": "uphill.example:8501", "origin": "https://uphill.example"}, 403),
        ({}, 403),
    ],
)
def test_what_may_change_something_must_come_from_our_own_pages(app, method, headers, status):
    assert ask(app, "/api/health", method, headers.items())[0] == status
    assert ask(app, "/api/health", "GET", headers.items())[0] == 200
    assert ask(app, "/", method, headers.items())[0] == 200  # Streamlit's own, which it guards


def test_one_learner_may_not_ask_without_end_and_others_at_the_same_address_still_may(app, clock):
    one, other = [("cookie", "uphill_learner=one")], [("cookie", "uphill_learner=other; x=y")]
    most = int(BURST * RATE)
    asked = [ask(app, f"/api/runs/{n}/events", headers=one)[0] for n in range(most + 3)]
    assert asked == [200] * most + [429] * 3
    assert ask(app, "/api/runs/t/events", headers=other)[0] == 200
    clock.now += 1.0
    asked = [ask(app, "/api/runs/t/events", headers=one)[0] for _ in range(3)]
    assert asked == [200] * int(RATE) + [429]
    assert ask(app, "/api/runs/t/events", headers=one)[1]["retry-after"] == "1"
    assert ask(app, "/api/health", headers=one)[0] == 200


def test_without_a_cookie_each_run_counts_for_itself(app):
    for _ in range(int(BURST * RATE)):
        assert ask(app, "/api/runs/a/events")[0] == 200
    assert ask(app, "/api/runs/a/events")[0] == 429
    assert ask(app, "/api/runs/b/events")[0] == 200


def test_what_is_remembered_of_learners_is_bounded():
    allowance = Allowance(1.0, Clock())
    for number in range(KNOWN + 500):
        assert allowance.spend(str(number))
    assert len(allowance) == KNOWN


@pytest.mark.parametrize("cookie", ['uphill_learner="', "=;=;", "uphill_learner=", "\x00" * 50])
def test_a_broken_cookie_is_no_cookie(app, cookie):
    assert ask(app, "/api/runs/a/events", headers=[("cookie", cookie)])[0] == 200
