"""What Streamlit's test runner does not have: the browser's cookies, and a service."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import script_runner

from tests.pages.app import forget_runs, use_service
from tests.pages.fake_service import FakeService


@pytest.fixture(autouse=True)
def cookies(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the browser sends; none unless a test sets some."""
    sent: dict[str, str] = {}
    monkeypatch.setattr(type(st.context), "cookies", property(lambda _: sent))
    return sent


@pytest.fixture(autouse=True)
def no_keras_to_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages run without Keras; here other tests have it, and Streamlit would clear it every time.

    That is a whole garbage collection after each run of a script.
    """
    monkeypatch.setattr(script_runner, "_clean_problem_modules", lambda: None)


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    """The service of every page; a file of tests may have another one."""
    fake = FakeService()
    use_service(monkeypatch, fake)
    yield fake
    forget_runs()
