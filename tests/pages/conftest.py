"""What Streamlit's test runner has no word for: the browser's cookies."""

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import script_runner


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
