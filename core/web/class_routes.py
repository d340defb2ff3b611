"""Routes of a class: whether it has changed, and the room that its teacher sees."""

import asyncio
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ..errors import InputError
from ..store.classes import UNKNOWN, ClassView
from .class_cache import class_cache
from .class_room import class_rooms
from .responses import error_response
from .tickets import Ticket

HELD_SECONDS = 5.0  # that an answer waits for a change, at most
CHECK_SECONDS = 0.2  # between two looks meanwhile; the class is looked up once for all pages
NO_STORE = {"Cache-Control": "no-store"}


async def state(request: Request) -> Response:
    """`GET /api/class/<ticket>/state?known=STATE`: a text that is another one after each change.

    Where that is what the page knows, the answer waits some seconds for a change.
    """
    known, told = request.query_params.get("known"), ""
    ticket = Ticket.read(request.path_params["ticket"])
    for _ in range(round(HELD_SECONDS / CHECK_SECONDS)):
        view = await _look_up(ticket)
        if ticket is None or view is None:
            return error_response(404, UNKNOWN)
        told = view.state_for(ticket.role == "teacher")
        if told != known:
            break
        await asyncio.sleep(CHECK_SECONDS)
    return JSONResponse({"state": told}, headers=NO_STORE)


async def curves(request: Request) -> Response:
    """`GET /api/class/<ticket>/curves?since=CURSOR`: the room, with the points that are new."""
    ticket = Ticket.read(request.path_params["ticket"])
    view = await _look_up(ticket)
    if ticket is None or view is None or ticket.role == "learner":
        return error_response(404, UNKNOWN)
    since = request.query_params.get("since", "")[:40]
    room = class_rooms().get(view.id)
    try:
        body = await run_in_threadpool(room.poll, view, since, ticket.role == "teacher")
    except InputError as error:
        return error_response(503, str(error))
    return Response(body, media_type="application/json", headers=NO_STORE)


async def join_link(request: Request) -> Response:
    """`GET /c/<code>`: a class' link, short enough for a QR code and to be typed."""
    code = quote(request.path_params["code"][:60], safe="")
    return RedirectResponse(f"{request.scope.get('root_path', '')}/classroom?code={code}")


async def _look_up(ticket: Ticket | None) -> ClassView | None:
    """The class of a ticket; none where the ticket is none, or of a link of before."""
    if ticket is None:
        return None
    view = class_cache().fresh(ticket.class_id)
    if view is None:
        try:
            view = await run_in_threadpool(class_cache().get, ticket.class_id)
        except InputError:
            view = None
    if view and ticket.role != "learner" and ticket.epoch != view.epoch:
        view = None
    return view


CLASS_ROUTES = [
    Route("/api/class/{ticket}/state", state),
    Route("/api/class/{ticket}/curves", curves),
    Route("/c/{code}", join_link),
]
