"""Polls of live charts, answered before all that stands around pages.

A room of a hundred asks 300 times a second, and the layers around pages took half of each answer.
"""

import gzip
import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from .origin import route_path
from .routes import events

PATH = re.compile(r"/api/runs/([^/]+)/events")
WORTH_IT = 4_000  # bytes of an answer; to compress fewer takes longer than all else
LARGE = 200_000  # bytes, from which that would hold up others, and a thread does it
LEVEL = 1  # the quickest


class Polls:
    """Answers `GET /api/runs/<token>/events`, the way that `routes.events` does.

    Args:
        app: The ASGI app that it wraps, which answers all else.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["method"] == "GET"
        found = PATH.fullmatch(route_path(scope)) if asked else None
        if found is None:
            await self._app(scope, receive, send)
            return
        request = Request({**scope, "path_params": {"token": found[1]}}, receive)
        response = await events(request)
        if "gzip" in request.headers.get("accept-encoding", ""):
            response = await _compressed(response)
        response.headers["Vary"] = "Accept-Encoding"
        await response(scope, receive, send)


async def _compressed(response: Response) -> Response:
    body = bytes(response.body)
    if len(body) < WORTH_IT:
        return response
    if len(body) < LARGE:
        packed = gzip.compress(body, LEVEL, mtime=0)
    else:
        packed = await run_in_threadpool(gzip.compress, body, LEVEL, mtime=0)
    headers = {**response.headers, "Content-Encoding": "gzip"}
    headers.pop("content-length", None)
    return Response(packed, response.status_code, headers)
