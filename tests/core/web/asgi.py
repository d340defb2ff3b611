"""Requests to an ASGI app without a server or a socket."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.types import ASGIApp

from tests.conftest import finished


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body; fails for what Python reads and no browser does."""

        def refuse(name: str) -> None:
            raise AssertionError(f"{name} is not JSON")

        return json.loads(self.body, parse_constant=refuse)


def request(
    app: ASGIApp,
    url: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    scheme: str = "http",
) -> Answer:
    """Calls an app as an ASGI server does."""
    path, _, query = url.partition("?")
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {
        "type": "http",
        "method": method,
        "scheme": scheme,
        "path": path,
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
        "client": ("192.0.2.1", 1),
    }
    finished(app(scope, receive, send))
    received = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], received, b"".join(m.get("body", b"") for m in sent[1:]))


def websocket_accepted(app: ASGIApp, headers: Mapping[str, str]) -> bool:
    """Whether an app lets in a WebSocket."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {
        "type": "websocket",
        "scheme": "ws",
        "path": "/_stcore/stream",
        "root_path": "",
        "query_string": b"",
        "subprotocols": [],
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    finished(app(scope, receive, send))
    return sent[0]["type"] == "websocket.accept"
