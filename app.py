"""Uphill's entry: `streamlit run app.py` finds `app` and serves it."""

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit import config
from threadpoolctl import threadpool_limits

from core.errors import InputError
from core.service.service import service
from core.service.structured_log import log_to_stderr
from core.settings import settings
from core.store import store
from core.system import limit_memory_growth
from core.web.headers import SecurityHeaders
from core.web.learner import LearnerCookie, load_key
from core.web.message_rate import MessageRate
from core.web.metrics import StreamlitMetrics
from core.web.origin import SameOrigin
from core.web.page_html import page_routes
from core.web.polls import Polls
from core.web.processes import end_with_front, front_command, is_behind_front
from core.web.rate_limit import RateLimit
from core.web.routes import ROUTES
from core.web.startup import check_startup
from core.web.static_files import StaticFiles
from core.web.upload_limit import UploadLimit
from pages.ui.modules import MODULES
from pages.ui.plotly_bundle import PLOTLY_ROUTE
from pages.ui.streamlit_shortcuts import take_shortcuts
from pages.ui.uploaded_file import stored_bytes

CLEANUP_SECONDS = 15
MESSAGE_MEGABYTES = 25  # of what a browser sends at once: pasted cells are the longest
PAGES = [file.stem for file in (Path(__file__).parent / "pages").glob("*.py")]
COLLECTED = (10_000, 5, 8)  # new objects until the young are looked through, and so on; see gc
BY_HAND = "command-line argument or environment variable"  # as Streamlit says where


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Starts the workers with the server, so that TensorFlow loads while the first page is read."""
    log_to_stderr()
    if is_behind_front():
        end_with_front()
    threadpool_limits(1)  # many learners' small algebra: threads of BLAS would only wait
    service()
    Thread(target=read_ahead, daemon=True).start()
    limit_memory_growth(settings().web_megabytes)
    cleanup = asyncio.create_task(free_abandoned_uploads())
    yield
    cleanup.cancel()
    service().close()
    store().close()


async def predicted(request: Request) -> Response:
    """`GET /api/predicted/<ticket>`; what answers needs pandas, which `read_ahead` loads."""
    return await import_module("pages.ui.lab.predicted").predicted(request)


async def free_abandoned_uploads() -> None:
    """Frees, again and again, files that were uploaded in tabs that are gone."""
    while True:
        await asyncio.sleep(CLEANUP_SECONDS)
        stored_bytes()


def read_ahead() -> None:
    """Loads what the first page needs, so that no learner waits for pandas and scikit-learn.

    What was imported stays. The garbage collector need not look at it again and again, and it holds
    up all learners whenever it looks: that took a quarter of the time of a room's pages. But what
    Streamlit leaves of each script run refers to itself, so everything else is looked through every
    few minutes of a room; by the interpreter's own thresholds that would be far too often.
    """
    load_key()
    for name in ("spec_form", "run_view"):
        import_module(f"pages.ui.lab.{name}")
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)


def options_by_hand() -> dict[str, object]:
    """What Streamlit was told in the command or by variables, and where it is to listen."""
    names = config.get_config_options()
    told = {name for name in names if config.get_where_defined(name) == BY_HAND}
    return {name: config.get_option(name) for name in {*told, "server.port", "server.address"}}


try:
    check_startup()
    if settings().web_processes > 1 and not is_behind_front():
        command = front_command(options_by_hand())
        os.execv(command[0], command)  # its socket is closed by that
except InputError as error:
    sys.exit(str(error))
take_shortcuts()
config.set_option("server.maxUploadSize", settings().upload_megabytes)
config.set_option("server.maxMessageSize", MESSAGE_MEGABYTES)
app = st.App(
    Path(__file__).parent / "pages" / "main.py",
    routes=[
        *ROUTES,
        MODULES.route,
        PLOTLY_ROUTE,
        Route("/api/predicted/{ticket}", predicted),
        *page_routes(PAGES),
    ],
    lifespan=lifespan,
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(SameOrigin, trusted=config.get_option("server.corsAllowedOrigins")),
        Middleware(RateLimit),
        Middleware(Polls),
        Middleware(MessageRate),
        Middleware(StreamlitMetrics),
        Middleware(UploadLimit, stored=stored_bytes),
        Middleware(LearnerCookie),
        Middleware(StaticFiles),
    ],
)
