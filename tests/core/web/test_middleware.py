"""Headers, origins and rates, on a small app behind the same middleware as the real one."""

import base64
import hashlib

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from core.settings import Settings
from core.web import metrics
from core.web.headers import HEADERS, INLINE_SCRIPT, POLICY, SecurityHeaders
from core.web.learner import COOKIE, sign
from core.web.metrics import StreamlitMetrics
from core.web.origin import SameOrigin
from core.web.page_html import page_routes
from core.web.rate_limit import BURST_SECONDS, MAX_BUCKETS, RateLimit, TokenBuckets
from tests.core.clock import Clock
from tests.core.web.asgi import request, websocket_accepted

RATE = 2.0
OWN = {"host": "uphill.example", "origin": "https://uphill.example"}


async def hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


@pytest.fixture
def app(clock: Clock) -> Starlette:
    buckets = TokenBuckets(RATE, clock)
    every = ["GET", "POST", "PUT", "DELETE"]
    return Starlette(
        routes=[
            Route(path, hello, methods=every)
            for path in ("/", "/api/health", "/api/runs/{token}/events")
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(SameOrigin),
            Middleware(RateLimit, buckets=buckets),
        ],
    )


@pytest.mark.parametrize("path", ["/", "/api/health", "/no/such/page"])
def test_every_answer_has_the_headers(app, path):
    sent = request(app, path).headers
    assert {name: sent[name.lower()] for name in HEADERS} == HEADERS


def test_a_refusal_has_them_too(app):
    answer = request(app, "/api/health", "POST")
    assert answer.status == 403
    assert answer.headers["x-content-type-options"] == "nosniff"


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
    assert request(app, "/api/health", method, headers).status == status
    assert request(app, "/api/health", "GET", headers).status == 200
    assert request(app, "/", method, headers).status == 200  # Streamlit's own, which it guards


@pytest.mark.parametrize(
    ("headers", "accepted"),
    [
        (OWN, True),
        ({"host": "localhost:8501", "origin": "http://localhost:8501"}, True),
        ({"host": "uphill.example"}, True),  # no browser
        ({"host": "localhost:8501", "origin": "http://localhost:3000"}, False),
        ({"host": "localhost:8501", "origin": "http://127.0.0.1:8501"}, False),
        ({"host": "uphill.example", "origin": "http://localhost"}, False),
        ({"host": "uphill.example", "origin": "https://evil.example"}, False),
        ({"host": "uphill.example", "origin": "null"}, False),
        ({"host": "uphill.example", "origin": ""}, False),
        ({"host": "inside:8501", "origin": "https://trusted.example"}, True),
    ],
)
def test_websockets_of_another_origin_are_not_let_in(headers, accepted):
    async def accept(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    app = SameOrigin(WebSocketRoute("/_stcore/stream", accept), ["https://trusted.example"])
    assert websocket_accepted(app, headers) is accepted


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/"])
@pytest.mark.parametrize("metrics_on", [False, True])
def test_streamlits_own_metrics_are_off_with_ours(monkeypatch, path, metrics_on):
    monkeypatch.setattr(metrics, "settings", lambda: Settings(metrics=metrics_on))
    app = StreamlitMetrics(Route("/{path:path}", hello))
    assert request(app, path).status == (200 if metrics_on else 404)
    assert request(app, "/_stcore/health").status == 200


def test_one_learner_may_not_ask_without_end_and_others_at_the_same_address_still_may(app, clock):
    one, other = ({"cookie": f"{COOKIE}={sign(letter * 22)}; x=y"} for letter in "ab")
    most = int(BURST_SECONDS * RATE)
    asked = [request(app, f"/api/runs/{n}/events", headers=one).status for n in range(most + 3)]
    assert asked == [200] * most + [429] * 3
    assert request(app, "/api/runs/t/events", headers=other).status == 200
    clock.now += 1.0
    asked = [request(app, "/api/runs/t/events", headers=one).status for _ in range(3)]
    assert asked == [200] * int(RATE) + [429]
    assert request(app, "/api/runs/t/events", headers=one).headers["retry-after"] == "1"
    assert request(app, "/api/health", headers=one).status == 200


def test_without_a_cookie_each_run_counts_for_itself(app):
    for _ in range(int(BURST_SECONDS * RATE)):
        assert request(app, "/api/runs/a/events").status == 200
    assert request(app, "/api/runs/a/events").status == 429
    assert request(app, "/api/runs/b/events").status == 200


def test_made_up_cookies_count_as_none(app):
    made_up = [{"cookie": f"{COOKIE}={n:022}"} for n in range(int(BURST_SECONDS * RATE) + 1)]
    asked = [request(app, "/api/runs/a/events", headers=headers).status for headers in made_up]
    assert asked == [200] * (len(asked) - 1) + [429]


def test_what_is_remembered_of_learners_is_bounded():
    buckets = TokenBuckets(1.0, Clock())
    for number in range(MAX_BUCKETS + 500):
        assert buckets.acquire(str(number))
    assert len(buckets) == MAX_BUCKETS


@pytest.mark.parametrize("cookie", ['uphill_learner="', "=;=;", "uphill_learner=", "\x00" * 50])
def test_a_broken_cookie_is_no_cookie(app, cookie):
    assert request(app, "/api/runs/a/events", headers={"cookie": cookie}).status == 200


def test_a_page_says_where_the_server_is_by_a_script_that_the_policy_lets_in():
    html = request(Starlette(routes=page_routes(["runs"])), "/runs").body.decode()
    first = INLINE_SCRIPT.search(html)
    assert first and "BACKEND_BASE_URL" in first[1] and first.end() < html.index('src="./static')
    digest = base64.b64encode(hashlib.sha256(first[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in POLICY["script-src"]
