"""Uploads that nobody reads: a bound for each session, and one for all."""

from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from core.settings import Settings
from core.web import upload_limit
from core.web.upload_limit import UploadLimit
from tests.core.web.asgi import request

MB = 1024 * 1024


class Storage:
    """Streamlit's files in memory, and the app that receives them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        limits = Settings(upload_megabytes=10, uploads_megabytes=25)
        monkeypatch.setattr(upload_limit, "settings", lambda: limits)
        self.stored: dict[str, int] = {}
        self.app = Starlette(
            routes=[Route("/{path:path}", self.receive, methods=["GET", "PUT", "DELETE"])],
            middleware=[Middleware(UploadLimit, stored=lambda: self.stored)],
        )
        self.while_receiving: Callable[[], None] = lambda: None

    def receive(self, _: Request) -> PlainTextResponse:
        action, self.while_receiving = self.while_receiving, lambda: None
        action()
        return PlainTextResponse("ok")

    def put(self, session: str, megabytes: float, method: str = "PUT") -> int:
        headers = {"content-length": str(int(megabytes * MB))}
        return request(self.app, f"/_stcore/upload_file/{session}/any-file", method, headers).status


@pytest.fixture
def storage(monkeypatch) -> Storage:
    return Storage(monkeypatch)


def test_a_session_may_keep_one_upload_of_the_largest_size(storage):
    assert storage.put("mine", 10) == 200
    storage.stored = {"mine": 4 * MB}
    assert storage.put("mine", 6) == 200
    assert storage.put("mine", 6.5) == 413
    assert storage.put("yours", 10) == 200


def test_all_sessions_together_have_a_bound(storage):
    storage.stored = dict.fromkeys("abc", 8 * MB)
    assert storage.put("d", 1) == 200
    assert storage.put("d", 2) == 413


def test_a_refusal_says_what_may_be_and_what_came(storage):
    storage.stored = {"mine": 10 * MB}
    headers = {"content-length": str(5_000_000 + 64 * 1024)}
    answer = request(storage.app, "/_stcore/upload_file/mine/x", "PUT", headers)
    assert answer.json()["error"].startswith(
        "Your uploads that are not read yet may take 10 MB. Received: 5.0 MB more than that."
    )


def test_what_is_being_received_counts_too(storage):
    seen = []
    storage.while_receiving = lambda: seen.extend([storage.put("mine", 6), storage.put("yours", 6)])
    assert storage.put("mine", 6) == 200
    assert seen == [413, 200]
    assert storage.put("mine", 6) == 200  # what was received then is not counted any more


@pytest.mark.parametrize("headers", [{}, {"content-length": ""}, {"content-length": "-1"}])
def test_an_upload_without_its_size_is_refused(storage, headers):
    assert request(storage.app, "/_stcore/upload_file/mine/x", "PUT", headers).status == 411


def test_other_requests_pass(storage):
    storage.stored = {"mine": 100 * MB}
    assert storage.put("mine", 9, method="DELETE") == 200
    assert request(storage.app, "/api/health", "PUT", {"content-length": "999999999"}).status == 200
