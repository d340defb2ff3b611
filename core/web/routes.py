"""The routes beside the pages: what live charts and scripts read."""

import gzip
from functools import cache
from pathlib import Path
from urllib.parse import quote

import plotly
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ..errors import InputError
from ..service.service import service
from ..settings import settings
from .metrics import OPEN_METRICS, exposition

YEAR = "public, max-age=31536000, immutable"
PLOTLY_URL = f"/api/plotly/{plotly.__version__}.js"


async def events(request: Request) -> Response:
    """`GET /api/runs/<token>/events?since=N`: a run's events from number N on."""
    try:
        since = int(request.query_params.get("since", "0"))
    except ValueError:
        received = request.query_params["since"][:40]
        return refusal(400, f"`since` must be a whole number. Received: {received!r}.")
    token, brief = request.path_params["token"], request.query_params.get("brief") == "1"
    try:
        if service().in_memory(token):
            body = service().answer(token, since, brief)
        else:  # the store may take its time; nobody else waits for it
            body = await run_in_threadpool(service().answer, token, since, brief)
    except InputError as error:
        return refusal(404, str(error))
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


async def health(request: Request) -> Response:
    """`GET /api/health`: whether the server and its workers are up."""
    return JSONResponse(service().health())


async def metrics(request: Request) -> Response:
    """`GET /api/metrics`: the same counts for Prometheus, where the settings ask for it."""
    if not settings().metrics:
        return refusal(404, "Metrics are off. An operator turns them on by UPHILL_METRICS=1.")
    return Response(exposition(service), media_type=OPEN_METRICS)


async def short_link(request: Request) -> Response:
    """`GET /s/<slug>`: a link that a learner shares; leads to the page that shows it."""
    slug = quote(request.path_params["slug"], safe="")
    return RedirectResponse(f"{request.scope.get('root_path', '')}/shared?share={slug}")


async def plotly_js(request: Request) -> Response:
    """`GET /api/plotly/<version>.js`: the chart library, from the installed package."""
    if request.path_params["version"] != plotly.__version__:
        return refusal(404, "This server has another version of Plotly.")
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": YEAR, "Vary": "Accept-Encoding"}
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(_plotly_source(packed), media_type="text/javascript", headers=headers)


def refusal(status: int, message: str) -> JSONResponse:
    """An answer that says what is wrong."""
    return JSONResponse({"error": message}, status_code=status)


@cache
def _plotly_source(packed: bool) -> bytes:
    """The library, packed once: packing it for every learner would hold up all the others."""
    source = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
    return gzip.compress(source) if packed else source


ROUTES = [
    Route("/api/runs/{token}/events", events),
    Route("/s/{slug}", short_link),
    Route("/api/health", health),
    Route("/api/metrics", metrics),
    Route("/api/plotly/{version}.js", plotly_js),
]
