"""Uphill's entry: `streamlit run app.py` finds `app` and serves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from threadpoolctl import threadpool_limits

from core.api import ROUTES
from core.learner import LearnerCookie
from core.store import store
from core.training.service import service


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Starts the workers with the server, so that TensorFlow loads while the first page is read."""
    threadpool_limits(1)  # many learners' small algebra: threads of BLAS would only wait
    service()
    yield
    service().close()
    store().close()


app = st.App(
    Path(__file__).parent / "pages" / "main.py",
    routes=ROUTES,
    lifespan=lifespan,
    middleware=[Middleware(LearnerCookie)],
)
