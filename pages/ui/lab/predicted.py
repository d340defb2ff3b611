"""What is predicted of a rate while its slider moves, by a request that runs no script.

The page leaves the spec of its knobs here and hands the slider an address for it.
"""

import hashlib
import math
from collections import OrderedDict
from dataclasses import asdict
from functools import partial
from secrets import token_bytes
from threading import Lock
from typing import Any

import orjson
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from core.charts.loss import predicted_points
from core.errors import InputError
from core.spec import Spec
from core.web.responses import error_response
from pages.ui.cached import prediction
from pages.ui.lab.rate_limit import rate_limit
from pages.ui.lab.sentence import prediction_sentence

MOST_SPECS = 1000  # kept; beyond them, the one that was asked for least recently goes
MOST_WAITING = 100  # requests; one in a tab at a time
PREFIX = "/api/predicted/"

_secret = token_bytes(16)
_specs: OrderedDict[str, Spec] = OrderedDict()
_lock = Lock()
_one_at_a_time = CapacityLimiter(1)


def predicted_url(spec: Spec) -> str:
    """Where to ask for what is predicted of a spec at another rate; the same at any rate."""
    any_rate = spec.patched({"optimizer": {"learning_rate": 0.0}})
    text = any_rate.model_dump_json().encode()
    ticket = hashlib.blake2b(text, key=_secret, digest_size=16).hexdigest()
    with _lock:
        _specs[ticket] = any_rate
        _specs.move_to_end(ticket)
        if len(_specs) > MOST_SPECS:
            _specs.popitem(last=False)
    return PREFIX + ticket


async def predicted(request: Request) -> Response:
    """`GET /api/predicted/<ticket>?rate=R`: the curve, the sentence and the limit at that rate."""
    with _lock:
        spec = _specs.get(request.path_params["ticket"])
    if spec is None:
        return error_response(404, "This server has no such prediction (any more).")
    try:
        rate = float(request.query_params.get("rate", ""))
    except ValueError:
        rate = math.nan
    if _one_at_a_time.statistics().tasks_waiting >= MOST_WAITING:
        return error_response(503, "Too many ask for predictions. Try again in a moment.")
    try:
        answer = partial(_answer, spec, rate)
        body = await to_thread.run_sync(answer, limiter=_one_at_a_time)
    except (InputError, MemoryError) as error:
        return error_response(400, str(error))
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _answer(spec: Spec, rate: float) -> bytes:
    spec = spec.patched({"optimizer": {"learning_rate": rate}})
    told = prediction(spec)
    epochs, losses = predicted_points(told.initial_loss, told.full_loss or ())
    answer: dict[str, Any] = {
        "rate": rate,
        "epochs": epochs,
        "losses": losses,
        "sentence": asdict(prediction_sentence(spec, told)),
        "limit": asdict(rate_limit(spec, told)),
    }
    return orjson.dumps(answer)
