"""Routes of the HTTP API: runs' events, health, metrics, short links, Plotly."""

import gzip
from functools import cache
from pathlib import Path
from urllib.parse import quote

import plotly
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ..errors import InputError, UnavailableError
from ..service.service import service
from ..settings import settings
from .class_routes import CLASS_ROUTES
from .learner import owner_id, read_cookie
from .metrics import METRICS_OFF, OPEN_METRICS, exposition
from .responses import error_response, immutable_script

PLOTLY_URL = f"/api/plotly/{plotly.__version__}.js"


async def events(request: Request) -> Response:
    """`GET /api/runs/<token>/events?since=N`: a run's events from number N on."""
    try:
        since = int(request.query_params.get("since", "0"))
    except ValueError:
        received = request.query_params["since"][:40]
        return error_response(400, f"`since` must be a whole number. Received: {received!r}.")
    token, brief = request.path_params["token"], request.query_params.get("brief") == "1"
    learner = owner_id(read_cookie(request.headers.get("cookie", "")))
    try:
        if service().in_memory(token):
            body = service().poll(token, since, brief, learner)
        else:  # the database may be slow: it must not block the event loop
            body = await run_in_threadpool(service().poll, token, since, brief, learner)
    except UnavailableError as error:  # a 404 would end the page's polls
        return error_response(503, str(error))
    except InputError as error:
        return error_response(404, str(error))
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


async def health(request: Request) -> Response:
    """`GET /api/health`: whether the server and its workers are up."""
    return JSONResponse(service().health())


async def metrics(request: Request) -> Response:
    """`GET /api/metrics`: the same counts for Prometheus, if the settings enable it."""
    if not settings().metrics:
        return error_response(404, METRICS_OFF)
    return Response(exposition(service), media_type=OPEN_METRICS)


async def short_link(request: Request) -> Response:
    """`GET /s/<slug>`: a shared link; redirects to the page that shows the run."""
    slug = quote(request.path_params["slug"], safe="")
    return RedirectResponse(f"{request.scope.get('root_path', '')}/shared?share={slug}")


async def plotly_js(request: Request) -> Response:
    """`GET /api/plotly/<version>.js`: the chart library, from the installed package."""
    if request.path_params["version"] != plotly.__version__:
        return error_response(404, "This server has another version of Plotly.")
    return immutable_script(request, _plotly_source)


@cache
def _plotly_source(compressed: bool) -> bytes:
    """The library, read and compressed once."""
    source = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
    return gzip.compress(source) if compressed else source


ROUTES = [
    Route("/api/runs/{token}/events", events),
    Route("/s/{slug}", short_link),
    Route("/api/health", health),
    Route("/api/metrics", metrics),
    Route("/api/plotly/{version}.js", plotly_js),
    *CLASS_ROUTES,
]
