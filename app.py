"""Uphill's entry: `streamlit run app.py` finds `app` and serves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

import streamlit as st
from threadpoolctl import threadpool_limits

from core.api import ROUTES
from core.training.service import service


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Starts the workers with the server, so that TensorFlow loads while the first page is read."""
    threadpool_limits(1)  # many learners' small algebra: threads of BLAS would only wait
    service()
    Thread(target=read_ahead, daemon=True).start()
    yield
    service().close()


def read_ahead() -> None:
    """Imports what the first page needs, so that no learner waits for pandas and scikit-learn."""
    for name in ("spec_form", "run_view"):
        import_module(f"pages.ui.{name}")


app = st.App(Path(__file__).parent / "pages" / "main.py", routes=ROUTES, lifespan=lifespan)
