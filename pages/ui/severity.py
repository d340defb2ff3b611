"""The colour, icon and box of a severity, the same on every screen."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.diagnosis.severity import Level, severity_of
from core.errors import InputError
from pages.ui.diagnosis import request_diagnosis

ICONS: dict[Level, str] = {
    "good": ":material/check:",
    "note": ":material/info:",
    "warning": ":material/warning:",
    "error": ":material/error:",
}
COLOURS: dict[Level, str] = {
    "good": "green",
    "note": "gray",
    "warning": "orange",
    "error": "red",
}
BOXES: dict[Level, Callable[..., Any]] = {
    "good": st.success,
    "note": st.info,
    "warning": st.warning,
    "error": st.error,
}


def severity_of_run(outcome: str | None, token: str) -> Level:
    """The severity of an ended run; waits for its diagnosis."""
    try:
        return severity_of(outcome, request_diagnosis(token))
    except InputError:  # its table was deleted, and with it the evidence
        return severity_of(outcome, None)
