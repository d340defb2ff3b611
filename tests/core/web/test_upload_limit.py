"""Uploads that nobody reads: a bound for each session, and one for all."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from core.settings import Settings
from core.web import upload_limit
from core.web.upload_limit import UploadLimit
from tests.conftest import finished
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


class Uploads:
    """Uploads whose pieces come one by one, as a test says."""

    def __init__(self, storage: Storage):
        self.app, self.sent = UploadLimit(self.receive, lambda: storage.stored), {}
        self.pieces: dict[str, asyncio.Queue[int]] = {}
        self.asked: dict[str, asyncio.Semaphore] = {}
        self.tasks: dict[str, asyncio.Task[int]] = {}

    async def begin(self, session: str, megabytes: float) -> None:
        """Begins an upload, of which no piece has come."""
        self.pieces[session], self.asked[session] = asyncio.Queue(), asyncio.Semaphore(0)
        self.tasks[session] = asyncio.create_task(self.put(session, megabytes))
        await self.asked[session].acquire()

    async def come(self, session: str, size: int) -> None:
        """Lets a piece come; returns once the next one is waited for, or none is any more."""
        self.pieces[session].put_nowait(size)
        asked = asyncio.create_task(self.asked[session].acquire())
        await asyncio.wait([asked, self.tasks[session]], return_when=asyncio.FIRST_COMPLETED)

    async def receive(self, _: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await PlainTextResponse("ok")({"type": "http"}, receive, send)

    async def put(self, session: str, megabytes: float) -> int:
        async def receive() -> Message:
            self.asked[session].release()
            size = await self.pieces[session].get()
            return {"type": "http.request", "body": bytes(size), "more_body": size > 0}

        async def send(message: Message) -> None:
            self.sent.setdefault(session, message.get("status"))

        scope = {
            "type": "http",
            "method": "PUT",
            "path": f"/_stcore/upload_file/{session}/x",
            "headers": [(b"content-length", str(int(megabytes * MB)).encode())],
        }
        await self.app(scope, receive, send)
        return self.sent[session]


def test_who_announces_much_and_sends_nothing_holds_up_nobody(storage, monkeypatch):
    monkeypatch.setattr(upload_limit, "IDLE_SECONDS", 0.5)

    async def school() -> list[int]:
        uploads = Uploads(storage)
        for session in "abc":
            await uploads.begin(session, 10)
        await uploads.begin("mine", 5)
        for size in (5 * MB, 0):
            await uploads.come("mine", size)
        return [await uploads.tasks[session] for session in ("mine", *"abc")]

    assert finished(school()) == [200, 408, 408, 408]
    assert storage.put("a", 10) == 200


def test_uploads_that_come_at_once_end_where_all_together_are_too_much(storage):
    async def school() -> list[int]:
        uploads = Uploads(storage)
        for session in "abc":
            await uploads.begin(session, 10)
        for size in (9 * MB, 0):
            for session in "abc":
                await uploads.come(session, size)
        return [await uploads.tasks[session] for session in "abc"]

    assert finished(school()) == [200, 200, 413]


@pytest.mark.parametrize("headers", [{}, {"content-length": ""}, {"content-length": "-1"}])
def test_an_upload_without_its_size_is_refused(storage, headers):
    assert request(storage.app, "/_stcore/upload_file/mine/x", "PUT", headers).status == 411


def test_other_requests_pass(storage):
    storage.stored = {"mine": 100 * MB}
    assert storage.put("mine", 9, method="DELETE") == 200
    assert request(storage.app, "/api/health", "PUT", {"content-length": "999999999"}).status == 200
